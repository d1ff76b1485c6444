import { readFileSync } from 'node:fs';
import { s } from '../support/items';
import { CONNECTION, expect, sound, test } from '../support/test';

const CRUDDUR = `/c/${CONNECTION}/tables/cruddur-messages`;

test("Cruddur's patterns come with its preset, are run from the sheet and measured", async ({ desk, page }) => {
  await desk.sample();
  const items = await desk.items('cruddur-messages');
  const key = items.map((item) => (item.pk as { S: string }).S).find((pk) => pk.startsWith('GRP#'))!;
  await page.goto(`${CRUDDUR}/patterns`);
  const sheet = page.getByRole('table', { name: 'Access patterns' });
  for (const name of [
    "List a user's conversations",
    'Read a conversation',
    'Send a message to a conversation',
    'Start a conversation',
    'Move the group rows to the newest message',
  ]) {
    await expect(sheet.getByRole('rowheader', { name: new RegExp(`^${name}`) })).toBeVisible();
  }
  await expect(sheet.getByText('pk = GRP#{user} AND [begins_with(sk, {year})]')).toBeVisible();
  await sound(page);

  await page.getByRole('button', { name: "Run List a user's conversations" }).click();
  const dialog = page.getByRole('dialog', { name: 'Run this pattern' });
  await dialog.getByRole('textbox', { name: 'user', exact: true }).fill('');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(dialog).toContainText('user needs a value');
  await dialog.getByRole('textbox', { name: 'user', exact: true }).fill(key.slice('GRP#'.length));
  await sound(page);
  const kept = page.waitForResponse((response) => response.url().endsWith('/patterns/measured'));
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('grid', { name: 'Items of cruddur-messages' }).getByRole('gridcell', { name: key }).first()).toBeVisible();
  await expect(page.getByText(/Run of the access pattern.*RCU so far/)).toBeVisible();
  await expect(page).toHaveURL(/pattern=/);
  await (await kept).finished();
  await page.getByRole('link', { name: 'Access patterns' }).last().click();
  const row = sheet.getByRole('row').filter({ hasText: "List a user's conversations" });
  await expect(row).toContainText('0.5 RCU');
  // One a second is 2,628,000 a month, half a unit each.
  await expect(row).toContainText(/\$0\.\d\d/);
  await page.getByRole('textbox', { name: 'Rate', exact: true }).fill('1000');
  await expect(row).toContainText(/\$\d{3}/);

  await page.getByRole('button', { name: 'Run Send a message to a conversation' }).click();
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page).toHaveURL(/\/conversations$/);
});

test('a pattern of your own: added, marked, changed under its version, exported, imported and deleted', async ({ desk, page }) => {
  await desk.createTable('orders', { sort: 'sk' });
  await desk.seed('orders', [{ pk: s('o-1'), sk: s('a'), status: s('open') }]);
  await page.goto(`/c/${CONNECTION}/tables/orders/patterns`);
  await page.getByRole('button', { name: 'Add the first pattern' }).click();
  const form = page.getByRole('dialog', { name: 'Access pattern' });
  await form.getByRole('button', { name: 'Save pattern' }).click();
  await expect(form).toContainText('a pattern needs a name');
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Orders by <b>status</b>');
  await form.getByRole('combobox', { name: 'Operation' }).selectOption('Scan');
  await form.getByRole('button', { name: 'Condition' }).click();
  await form.getByRole('textbox', { name: 'Attribute of condition 1' }).fill('status');
  await form.getByRole('textbox', { name: 'Value of condition 1' }).fill('{status}');
  await form.getByRole('textbox', { name: 'Example of status' }).fill('open');
  await expect(form).toContainText('A Scan reads the whole table');
  await sound(page);
  await form.getByRole('button', { name: 'Save pattern' }).click();
  await expect(form).toHaveCount(0);
  const sheet = page.getByRole('table', { name: 'Access patterns' });
  await expect(sheet.getByText('Scan', { exact: true })).toHaveCount(1);
  await sheet.getByText('A key design without it').click();
  await expect(sheet).toContainText('pk = STATUS#open');
  await expect(sheet).toContainText('Query pk = STATUS#{status}');
  await sound(page);

  // Somebody else saves it meanwhile.
  await page.getByRole('button', { name: 'Edit Orders by <b>status</b>' }).click();
  const api = `/api/c/${CONNECTION}/tables/orders/patterns`;
  const [kept] = (await desk.api('GET', api)).patterns;
  const theirs = { ...kept.pattern, description: 'theirs' };
  await desk.api('POST', api, { pattern: theirs, replaces: { id: kept.id, version: kept.version } });
  await form.getByRole('textbox', { name: 'Description' }).fill('mine');
  await form.getByRole('button', { name: 'Save pattern' }).click();
  await expect(form).toContainText('somebody changed, renamed or deleted a pattern meanwhile');
  // What was typed is not lost by a press of Cancel or Esc.
  await form.getByRole('button', { name: 'Cancel' }).click();
  const question = page.getByRole('dialog', { name: 'Discard your changes?' });
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(form.getByRole('textbox', { name: 'Description' })).toHaveValue('mine');
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(form).toHaveCount(0);
  await expect(sheet).toContainText('theirs');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  const file = JSON.parse(text);
  expect(file.patterns).toEqual([theirs]);
  file.patterns[0].description = 'from a file';
  file.patterns.push({ name: 'One order', operation: 'Query', key: [{ attribute: 'pk', value: { type: 'S', text: '{order}' } }], examples: { order: 'o-1' } });
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import access patterns' });
  await dialog.getByRole('textbox', { name: 'Text of the file' }).fill('{\n "dynadesk_patterns": 1,\n "patterns": [}');
  await expect(dialog).toContainText('Line 3, column');
  await dialog.getByRole('textbox', { name: 'Text of the file' }).fill(JSON.stringify(file, null, 2));
  const changes = dialog.getByRole('table', { name: 'What the import does' });
  await expect(changes.getByRole('row', { name: /^Changed Orders by .* description/ })).toBeVisible();
  await expect(changes.getByRole('row', { name: /^Added One order/ })).toBeVisible();
  await sound(page);
  await dialog.getByRole('button', { name: 'Import 2 patterns' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(sheet.getByRole('rowheader', { name: /^One order/ })).toBeVisible();

  await page.getByRole('button', { name: 'Delete One order' }).click();
  await page.getByRole('dialog', { name: 'Delete this pattern?' }).getByRole('button', { name: 'Delete pattern' }).click();
  await expect(sheet.getByRole('rowheader', { name: /^One order/ })).toHaveCount(0);
});
