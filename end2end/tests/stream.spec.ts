import { type Item, s } from '../support/items';
import { CONNECTION, type Dynadesk, expect, sound, test } from '../support/test';

const TABLE = 'changes';
const PAGE = `/c/${CONNECTION}/tables/${TABLE}/stream`;

const row = (pk: string, note: string): Item => ({ pk: s(pk), note: s(note) });

const change = (desk: Dynadesk, wanted: object) =>
  desk.api('POST', `/api/c/${CONNECTION}/tables/${TABLE}/items/write`, { changes: [wanted] });

const turnOn = (desk: Dynadesk) =>
  desk.api('POST', `/api/c/${CONNECTION}/tables/${TABLE}/stream`, { view_type: 'NEW_AND_OLD_IMAGES' });

test.beforeEach(async ({ desk }) => {
  await desk.createTable(TABLE);
});

test('the stream is turned on, and changes appear with what they changed', async ({ desk, page }) => {
  await page.goto(PAGE);
  await expect(page.getByRole('heading', { name: 'The stream is off' })).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: 'Show request' }).click();
  await expect(page.getByRole('dialog')).toContainText('StreamSpecification');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Turn the stream on' }).click();
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Nothing has changed yet' })).toBeVisible();

  await change(desk, { create: { item: row('USER#1', '<b>one</b>') } });
  await change(desk, { edit: { base: row('USER#1', '<b>one</b>'), item: row('USER#1', 'two') } });
  await change(desk, { delete: { base: row('USER#1', 'two') } });
  const rows = page.getByRole('table', { name: 'Stream records' }).getByRole('row');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText('REMOVE');
  await expect(rows.nth(2)).toContainText('MODIFY');
  await expect(rows.nth(3)).toContainText('INSERT');
  await expect(page.getByText(/^(less than 1|\d+) s behind$/)).toBeVisible();
  await sound(page);

  await rows.nth(2).getByRole('button').press('Enter');
  const panel = page.getByRole('complementary', { name: /MODIFY/ });
  const changed = panel.getByRole('list', { name: 'Changed attributes' }).getByRole('listitem');
  await expect(changed).toHaveCount(1);
  await expect(changed).toContainText('<b>one</b>');
  await expect(changed).toContainText('two');
  await expect(panel.getByRole('link', { name: 'Open the item' })).toBeVisible();
  await sound(page);
  await panel.getByRole('button', { name: 'Close panel' }).press('Escape');
  await expect(rows.nth(2).getByRole('button')).toBeFocused();
});

test('records are filtered, held back and replayed', async ({ desk, page }) => {
  await turnOn(desk);
  await change(desk, { create: { item: row('USER#early', 'x') } });
  await page.goto(`${PAGE}?from=start`);
  const rows = page.getByRole('table', { name: 'Stream records' }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await change(desk, { create: { item: row('ORDER#1', 'x') } });
  await expect(rows).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Entity' }).selectOption('ORDER');
  await expect(rows).toHaveCount(2);
  await expect(page.getByText('1 of 2 records, 1 filtered out').last()).toBeVisible();
  await expect(page).toHaveURL(/entity=ORDER/);
  await page.getByRole('combobox', { name: 'Entity' }).selectOption('');

  await page.getByRole('button', { name: 'Pause' }).click();
  await change(desk, { create: { item: row('ORDER#2', 'x') } });
  await expect(page.getByText('Paused, 1 new')).toBeVisible();
  await expect(rows).toHaveCount(3);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(rows).toHaveCount(4);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing has changed yet' })).toBeVisible();
});

test('a burst arrives whole, with hostile keys as what they are', async ({ desk, page }) => {
  await turnOn(desk);
  await page.goto(PAGE);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await desk.seed(TABLE, Array.from({ length: 2_000 }, (_, at) => row(`BURST#${at}`, 'x')));
  await expect(page.getByText('2,000 records', { exact: true }).last()).toBeVisible();
  const rows = page.getByRole('table', { name: 'Stream records' }).getByRole('row');
  await expect(rows).toHaveCount(201);
  const hostile = [`<img src=x onerror="window.hacked=1">`, `\u202Eright to left\u202C#x`, 'long'.repeat(400), ' ', '\u0000\n\t'];
  await desk.seed(TABLE, hostile.map((key) => row(key, key)));
  await expect(page.getByText('2,005 records', { exact: true }).last()).toBeVisible();
  await expect(rows.filter({ hasText: '<img src=x' })).toHaveCount(1);
  for (const shown of ['" "', String.raw`"\u{202e}right to left\u{202c}#x"`, String.raw`"\0\n\t"`]) {
    await expect(rows.getByRole('button', { name: shown, exact: true })).toBeVisible();
  }
  await expect(page.getByText(/skipped|made room/)).toHaveCount(0);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  await sound(page);
});

test('the stream is turned off by the name of its table', async ({ desk, page }) => {
  await turnOn(desk);
  const refused = await desk.ask('POST', `/api/c/${CONNECTION}/tables/${TABLE}/stream`, {});
  expect(refused.status).toBe(409);
  await page.goto(PAGE);
  await page.getByRole('button', { name: 'Turn the stream off' }).click();
  const dialog = page.getByRole('dialog', { name: `Turn off the stream of ${TABLE}?` });
  await expect(dialog.getByRole('button', { name: 'Turn it off' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByRole('textbox', { name: `Type ${TABLE} to confirm` }).fill(TABLE);
  await sound(page);
  await dialog.getByRole('button', { name: 'Turn it off' }).click();
  await expect(page.getByRole('heading', { name: 'The stream is off' })).toBeVisible();
});

test.describe('production', () => {
  test.use({ start: { config: `[[connection]]\nname = "${CONNECTION}"\nkind = "embedded"\nproduction = true\n` } });

  test('is asked about before its stream is turned on', async ({ page }) => {
    await page.goto(PAGE);
    await page.getByRole('button', { name: 'Turn the stream on' }).click();
    const dialog = page.getByRole('dialog', { name: `Turn on the stream of ${TABLE}?` });
    await expect(dialog.getByRole('button', { name: 'Turn it on' })).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByRole('textbox', { name: `Type ${TABLE} to confirm` }).fill(TABLE);
    await sound(page);
    await dialog.getByRole('button', { name: 'Turn it on' }).click();
    await expect(page.getByText('Live', { exact: true })).toBeVisible();
  });
});

test.describe('the server', () => {
  test.use({ start: {} });

  test('restarts, and the page goes on where it was', async ({ desk, page }) => {
    await turnOn(desk);
    await page.goto(PAGE);
    await expect(page.getByText('Live', { exact: true })).toBeVisible();
    await change(desk, { create: { item: row('a', 'before') } });
    const rows = page.getByRole('table', { name: 'Stream records' }).getByRole('row');
    await expect(rows).toHaveCount(2);
    await desk.stop();
    await expect(page.getByText('Reconnecting')).toBeVisible();
    await desk.again();
    await change(desk, { create: { item: row('b', 'while it was away') } });
    await expect(rows).toHaveCount(3);
    await expect(page.getByText('Live', { exact: true })).toBeVisible();
    await change(desk, { create: { item: row('c', 'after') } });
    await expect(rows).toHaveCount(4);
  });
});
