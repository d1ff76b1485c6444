import { Aws } from '../support/aws';
import { n, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { CONNECTION, Dynadesk, expect, sound, test } from '../support/test';

const TABLE = 'sessions';
const path = `/c/${CONNECTION}/tables/${TABLE}`;
const now = () => Math.floor(Date.now() / 1000);

/** Two that are over, one in ten minutes, one next month, milliseconds, text, and one without. */
const items = (at = now(), long = 86_400) => [
  { pk: s('over-1'), ends: n(at - 60) },
  { pk: s('over-2'), ends: n(at - long) },
  { pk: s('soon'), ends: n(at + 600) },
  { pk: s('later'), ends: n(at + 30 * 86_400) },
  { pk: s('millis'), ends: n((at + 600) * 1000) },
  { pk: s('text'), ends: s('2033-01-01T00:00:00Z') },
  { pk: s('none') },
];

test('the attribute is checked on a sample, then TTL is turned on and off', async ({ desk, page }) => {
  await desk.createTable(TABLE);
  await desk.seed(TABLE, items());
  await page.goto(`${path}/expiry`);
  await expect(page.getByText('Nothing expires.')).toBeVisible();
  // The likeliest attribute is looked at by itself.
  await expect(page.getByRole('combobox', { name: 'TTL attribute' })).toHaveValue('ends');
  const kinds = page.getByRole('table', { name: 'What the sampled values are' });
  await expect(kinds.getByRole('row', { name: /^Milliseconds 1/ })).toBeVisible();
  await expect(kinds.getByRole('row', { name: /^Date as text 1/ })).toBeVisible();
  await expect(kinds.getByRole('row', { name: /^No such attribute 1/ })).toBeVisible();
  await expect(page.getByText(/1 sampled item have milliseconds|1 sampled item has milliseconds/)).toBeVisible();
  const windows = page.getByRole('table', { name: 'What would expire when' });
  await expect(windows.getByRole('row', { name: /^Now/ })).toContainText('2');
  await expect(windows.getByRole('row', { name: /^Within an hour/ })).toContainText('3');
  await expect(page.getByText('all 7 items').first()).toBeVisible();
  await sound(page);

  await page.getByRole('button', { name: 'Turn on, by ends' }).click();
  const dialog = page.getByRole('dialog', { name: `Change the time to live of ${TABLE}?` });
  await expect(dialog).toContainText('2 items of the sample would be deleted at once');
  await expect(dialog).toContainText('"TimeToLiveSpecification"');
  await sound(page);
  // Somebody else is faster.
  const state = { status: 'DISABLED' };
  await desk.api('POST', `/api${path}/expiry`, { seen: state, attribute: 'other', enabled: true });
  await dialog.getByRole('button', { name: 'Turn on', exact: true }).click();
  await expect(dialog).toContainText('changed meanwhile, so nothing was done');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('On, by other')).toBeVisible();
  await expect(page.getByText(/takes two changes/)).toBeVisible();
  await page.getByRole('button', { name: 'Turn off other' }).click();
  await dialog.getByRole('button', { name: 'Turn off', exact: true }).click();
  await expect(page.getByText('Off', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Turn on, by ends' }).click();
  await dialog.getByRole('button', { name: 'Turn on', exact: true }).click();
  await expect(page.getByText('On, by ends')).toBeVisible();

  await windows.getByRole('link', { name: 'Count exactly what expires within a week', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Count' })).toContainText('counted to the end');
});

test('expired items are dated, marked and hidden', async ({ desk, page }) => {
  // The engine deletes what has expired: what is over for the browser, whose clock is ahead, is not yet so for the engine.
  const ahead = 20 * 60;
  await page.clock.install({ time: (now() + ahead) * 1000 });
  await desk.createTable(TABLE);
  await desk.api('POST', `/api${path}/expiry`, { seen: { status: 'DISABLED' }, attribute: 'ends', enabled: true });
  await desk.seed(TABLE, items(now() + ahead, 600));
  const view = new ItemsPage(page, TABLE);
  await view.open();
  await expect(view.cell(/· in \d+ minutes ·/)).toBeVisible();
  await expect(view.cell(/· never expires: milliseconds/)).toBeVisible();
  const over = view.grid.getByRole('row').filter({ hasText: 'over-1' });
  await expect(over).toHaveAttribute('aria-description', 'Expired');
  await sound(page);
  await view.cell('over-1').click();
  await expect(view.panel).toContainText(/Expired 60 seconds ago|Expired \d+ (seconds|minutes) ago/);
  await page.getByRole('button', { name: 'Close panel' }).click();
  const hide = page.getByRole('switch', { name: 'Hide expired' });
  await hide.click();
  await expect(hide).toHaveAttribute('aria-checked', 'true');
  await expect(view.cell('over-1')).toHaveCount(0);
  await expect(view.cell('text')).toBeVisible();
  await expect(page.getByText('2 expired items hidden')).toBeVisible();
  await expect(page).toHaveURL(/filter=/);
  await page.getByRole('button', { name: 'Request', exact: true }).click();
  await expect(page.getByRole('dialog')).toContainText('NOT (#n0 BETWEEN :v0 AND :v1)');
  await page.keyboard.press('Escape');
  await hide.click();
  await expect(view.cell('over-1')).toBeVisible();

  await page.goto(`/c/${CONNECTION}/partiql?q=${encodeURIComponent(`SELECT * FROM "${TABLE}"`)}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const results = page.getByRole('grid', { name: 'Items that the statements gave' });
  await expect(results.getByRole('gridcell', { name: 'over-1', exact: true })).toBeVisible();
  await page.getByRole('switch', { name: 'Hide expired' }).click();
  await expect(results.getByRole('gridcell', { name: 'over-1', exact: true })).toHaveCount(0);
  await expect(page.getByText('2 expired items hidden here; the statement still read them')).toBeVisible();
  await sound(page);
});

test('an item that expires while it is looked at is marked', async ({ desk, page }) => {
  await page.clock.install();
  await desk.createTable(TABLE);
  await desk.api('POST', `/api${path}/expiry`, { seen: { status: 'DISABLED' }, attribute: 'ends', enabled: true });
  await desk.seed(TABLE, items());
  const view = new ItemsPage(page, TABLE);
  await view.open();
  const soon = view.grid.getByRole('row').filter({ hasText: 'soon' });
  await expect(soon).toContainText(/in \d+ minutes/);
  await expect(soon).not.toHaveAttribute('aria-description');
  await view.cell('soon').click();
  await expect(view.panel).toContainText(/Expires in \d+ minutes/);
  await page.clock.fastForward('11:00');
  await expect(soon).toHaveAttribute('aria-description', 'Expired');
  await expect(view.panel).toContainText(/Expired \d+ (seconds|minutes) ago/);
});

test.describe('connections that are marked', () => {
  const config = (mark: string) => `[[connection]]\nname = "${CONNECTION}"\nkind = "embedded"\n${mark} = true\n`;
  test.use({ start: { config: config('production') } });

  test('production asks for the name, read-only refuses', async ({ desk, page }) => {
    await desk.createTable(TABLE);
    await page.goto(`${path}/expiry`);
    await page.getByRole('combobox', { name: 'TTL attribute' }).or(page.getByRole('textbox', { name: 'TTL attribute' })).fill('ends');
    await page.getByRole('button', { name: 'Turn on, by ends' }).click();
    const dialog = page.getByRole('dialog', { name: `Change the time to live of ${TABLE}?` });
    const confirm = dialog.getByRole('button', { name: /^Turn on/ });
    await expect(confirm).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByRole('textbox', { name: `Production: type ${TABLE} to confirm` }).fill(TABLE);
    await confirm.click();
    await expect(page.getByText('On, by ends')).toBeVisible();

    await desk.stop();
    await desk.again({ config: config('read_only') });
    await page.reload();
    await expect(page.getByText('On, by ends')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Turn off ends/ })).toHaveAttribute('aria-disabled', 'true');
    await sound(page);
  });
});

test('another attribute takes two changes, guided through a reload and the hour that AWS wants', async ({ page }) => {
  const aws = await Aws.start();
  const notes = aws.table('notes');
  notes.items = [{ pk: s('a'), ends: n(now() + 600), old: n(now() + 900) }];
  notes.expiry('UpdateTimeToLive', { TimeToLiveSpecification: { AttributeName: 'old', Enabled: true } });
  notes.settle();
  const desk = await Dynadesk.start({ config: aws.config() });
  try {
    await page.goto(`${desk.url}/c/aws/tables/notes/expiry`);
    await expect(page.getByText('On, by old')).toBeVisible();
    const attribute = page.getByRole('combobox', { name: 'TTL attribute' });
    await expect(attribute).toHaveValue('old');
    await attribute.fill('ends');
    await expect(page.getByText(/To use ends instead takes two changes: turn old off/)).toBeVisible();
    await page.reload();
    await expect(attribute).toHaveValue('ends');
    await expect(page.getByText(/To use ends instead takes two changes: turn old off/)).toBeVisible();

    const dialog = page.getByRole('dialog', { name: 'Change the time to live of notes?' });
    await page.getByRole('button', { name: 'Turn off old' }).click();
    await dialog.getByRole('button', { name: 'Turn off', exact: true }).click();
    await expect(page.getByText('Being turned off')).toBeVisible();
    await expect(page.getByText(/When it is off, turn ends on here/)).toBeVisible();
    await page.reload();
    await expect(page.getByText(/When it is off, turn ends on here/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Turn on, by ends' })).toHaveAccessibleDescription(/still works on the last change/);
    notes.settle();
    // The page looks again by itself.
    await expect(page.getByText('Off', { exact: true })).toBeVisible();

    aws.refuse('UpdateTimeToLive', 'ValidationException', 'Time to live has been modified multiple times within a fixed interval');
    await page.getByRole('button', { name: 'Turn on, by ends' }).click();
    await dialog.getByRole('button', { name: 'Turn on', exact: true }).click();
    await expect(dialog).toContainText('DynamoDB takes one change of TTL an hour for a table, and notes had one: try again later');
    await sound(page);
    // An hour later.
    aws.allow('UpdateTimeToLive');
    await dialog.getByRole('button', { name: 'Turn on', exact: true }).click();
    await expect(page.getByText('Being turned on, by ends')).toBeVisible();
    notes.settle();
    await expect(page.getByText('On, by ends', { exact: true })).toBeVisible();
    expect(aws.sent('UpdateTimeToLive').map((sent) => sent.TimeToLiveSpecification)).toEqual([
      { AttributeName: 'old', Enabled: false },
      { AttributeName: 'ends', Enabled: true },
      { AttributeName: 'ends', Enabled: true },
    ]);
  } finally {
    await desk.dispose();
    await aws.stop();
  }
});
