import { type Item, n, s } from '../support/items';
import { CONNECTION, type Dynadesk, accessible, expect, fitsFrame, sound, test } from '../support/test';

const TABLE = 'orders';
const HISTORY = `/c/${CONNECTION}/history`;

const order = (total: number, more: Item = {}): Item => ({ pk: s('a#/,%"'), total: n(total), note: s('<b>so</b> 👋'), ...more });

/** Writes one change as the console does. */
const change = (desk: Dynadesk, wanted: object) =>
  desk.api('POST', `/api/c/${CONNECTION}/tables/${TABLE}/items/write`, { changes: [wanted] });

test.beforeEach(async ({ desk }) => {
  await desk.createTable(TABLE);
});

test('a write is listed with what it changed, and is undone', async ({ desk, page }) => {
  await change(desk, { create: { item: order(1) } });
  await change(desk, { edit: { base: order(1), item: order(2, { added: s('new') }) } });
  await page.goto('/');
  await page.getByRole('link', { name: 'History' }).click();
  const list = page.getByRole('table', { name: 'Writes' });
  const rows = list.getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('Edited');
  await expect(rows.nth(1)).toContainText('added, total');
  await expect(rows.nth(2)).toContainText('Created');
  await sound(page);

  await rows.nth(1).getByRole('link').press('Enter');
  const panel = page.getByRole('complementary', { name: /Edited/ });
  const changed = panel.getByRole('list', { name: 'Changed attributes' }).getByRole('listitem');
  await expect(changed).toHaveCount(2);
  await expect(changed.first()).toContainText('added');
  await expect(panel).toContainText('puts back what this write changed');
  await sound(page);
  await panel.getByRole('button', { name: 'Undo' }).click();
  await expect(panel.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await expect(panel.getByRole('button', { name: 'Undo' })).toHaveAccessibleDescription('It was undone already');
  expect(await desk.items(TABLE)).toEqual([order(1)]);
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText('Undo');

  // The link to the write is the page's own; Esc closes it and gives the focus back.
  await page.reload();
  await expect(panel).toBeVisible();
  await panel.getByRole('button', { name: 'Close panel' }).press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(rows.nth(2).getByRole('link')).toBeFocused();
});

test('what one request wrote is one line, and is undone as a whole', async ({ desk, page }) => {
  const row = (at: number, more: Item = {}): Item => ({ ...order(at, more), pk: s(`row ${at}`) });
  const path = `/api/c/${CONNECTION}/tables/${TABLE}/items/write`;
  await desk.api('POST', path, { changes: [1, 2, 3].map((at) => ({ create: { item: row(at) } })) });
  await change(desk, { edit: { base: row(2), item: row(2, { status: s('paid') }) } });
  await page.goto(HISTORY);
  const list = page.getByRole('table', { name: 'Writes' });
  await expect(list.getByRole('row')).toHaveCount(3);
  const line = list.getByRole('row').filter({ hasText: '3 items' });
  await line.getByRole('link').press('Enter');
  const panel = page.getByRole('complementary', { name: /Created · 3 items/ });
  await expect(panel.getByRole('table', { name: 'Items of these writes' }).getByRole('row')).toHaveCount(4);
  await sound(page);

  // One changed since: nothing is undone, it is said which, and the others can go one by one.
  await panel.getByRole('button', { name: 'Undo all' }).click();
  const question = page.getByRole('dialog', { name: /Undo all of this/ });
  await expect(question).toContainText(`3 writes to the table ${TABLE} are put back.`);
  await accessible(page);
  await question.getByRole('button', { name: 'Undo all' }).click();
  await expect(panel.getByRole('list', { name: 'In the way' }).getByRole('listitem')).toHaveCount(1);
  await expect(panel.getByRole('list', { name: 'In the way' })).toContainText('row 2');
  expect(await desk.items(TABLE)).toHaveLength(3);
  await panel.getByRole('button', { name: 'Undo the others, one by one' }).click();
  await expect(panel).toContainText('Changed since, and left: 1');
  await sound(page);
  await expect.poll(() => desk.items(TABLE)).toEqual([row(2, { status: s('paid') })]);

  // A row is looked at alone, and the way leads back.
  await panel.getByRole('link', { name: /row 2/ }).click();
  const single = page.getByRole('complementary', { name: /Created · .*row 2/ });
  await expect(single.getByRole('button', { name: 'Undo' })).toBeEnabled();
  await single.getByRole('link', { name: 'All writes of this request' }).click();
  await expect(panel).toBeVisible();
  await panel.getByRole('button', { name: 'Close panel' }).press('Escape');
  await expect(panel).toHaveCount(0);

  // The undo is a line of its own, and is undone.
  const undo = list.getByRole('row').filter({ hasText: 'Undo' }).filter({ hasText: '2 items' });
  await undo.getByRole('link').click();
  await page.getByRole('complementary', { name: /Undo · 2 items/ }).getByRole('button', { name: 'Undo all' }).click();
  await question.getByRole('button', { name: 'Undo all' }).click();
  await expect(page.getByRole('complementary').getByText('Done', { exact: true }).first()).toBeVisible();
  await expect.poll(async () => (await desk.items(TABLE)).length).toBe(3);
});

test('a seed is one line, and is undone item by item and as a whole', async ({ desk, page }) => {
  const row = (at: number, more: Item = {}): Item => ({ ...order(at, more), pk: s(`row ${at}`) });
  const items = async () => (await desk.items(TABLE)).sort((a, b) => Number(a.total.N) - Number(b.total.N));
  await desk.seed(TABLE, [row(1), row(2)]);
  await desk.seed(TABLE, [row(1, { note: s('seeded') }), row(2), row(3)]);
  expect(await items()).toHaveLength(3);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(HISTORY);
  const line = page.getByRole('table', { name: 'Writes' }).getByRole('row').nth(1);
  await expect(line).toContainText('Seed');
  await expect(line.getByText('Done', { exact: true })).toBeInViewport();
  await fitsFrame(page.getByRole('table', { name: 'Writes' }));
  await line.getByRole('link').click();
  const panel = page.getByRole('complementary', { name: 'Seed · 2 items' });
  await sound(page);

  // One of its items is looked at, and taken back alone.
  await panel.getByRole('link', { name: /row 1/ }).click();
  const single = page.getByRole('complementary', { name: /Replaced · .*row 1/ });
  await expect(single).toContainText('seeded');
  await sound(page);
  await single.getByRole('button', { name: 'Undo' }).click();
  await expect(single.getByRole('button', { name: 'Undo' })).toBeDisabled();
  // A button that is busy is disabled too, so what came of it is waited for.
  await expect.poll(items).toEqual([row(1), row(2), row(3)]);
  await single.getByRole('link', { name: 'All writes of this request' }).click();
  const rows = panel.getByRole('table', { name: 'Items of these writes' }).getByRole('row');
  await expect(rows.filter({ hasText: 'row 1' })).toContainText('Undone');
  await expect(rows.filter({ hasText: 'row 3' })).toContainText('Done');

  await panel.getByRole('button', { name: 'Undo all' }).click();
  const question = page.getByRole('dialog', { name: /Undo all of this/ });
  await question.getByRole('button', { name: 'Undo all' }).click();
  await expect(question).toHaveCount(0);
  await expect(panel.getByRole('button', { name: 'Undo all' })).toBeDisabled();
  await expect.poll(items).toEqual([row(1), row(2)]);
});

test('of two tables, one is shown', async ({ desk, page }) => {
  await desk.createTable('others');
  await change(desk, { create: { item: order(1) } });
  await page.goto(HISTORY);
  await page.getByRole('combobox', { name: 'Table' }).selectOption('others');
  await expect(page.getByRole('heading', { name: 'No writes yet' })).toBeVisible();
  await sound(page);
  await page.getByRole('combobox', { name: 'Table' }).selectOption(TABLE);
  await expect(page.getByRole('table', { name: 'Writes' }).getByRole('row')).toHaveCount(2);
  await expect(page).toHaveURL(new RegExp(`table=${TABLE}`));
});

test('an item that changed since is shown instead of being undone', async ({ desk, page }) => {
  await change(desk, { create: { item: order(1) } });
  const { outcomes } = await change(desk, { edit: { base: order(1), item: order(2) } });
  // Somebody who does not use Dynadesk is faster.
  await desk.seed(TABLE, [order(2, { status: s('paid') })]);
  await page.goto(`${HISTORY}?write=${outcomes[0].written?.write ?? outcomes[0].write}`);
  const panel = page.getByRole('complementary', { name: /Edited/ });
  await panel.getByRole('button', { name: 'Undo' }).click();
  await expect(panel).toContainText('Somebody changed the item since, so nothing was undone');
  const since = panel.getByRole('list', { name: 'Changed since this write' });
  await expect(since.getByRole('listitem')).toHaveCount(1);
  await expect(since).toContainText('status');
  await sound(page);
  expect(await desk.items(TABLE)).toEqual([order(2, { status: s('paid') })]);
});

test.describe('with a file', () => {
  test.use({ start: {} });

  test('a write is undone after the server was started again', async ({ desk, page }) => {
    await change(desk, { create: { item: order(1) } });
    await change(desk, { delete: { base: order(1) } });
    await desk.stop();
    await desk.again();
    await page.goto(HISTORY);
    await page.getByRole('table', { name: 'Writes' }).getByRole('row').nth(1).getByRole('link').click();
    await page.getByRole('complementary', { name: /Deleted/ }).getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('Undone', { exact: true }).first()).toBeVisible();
    expect(await desk.items(TABLE)).toEqual([order(1)]);
  });
});

test('what was asked is opened again and forgotten', async ({ desk, page }) => {
  await desk.api('POST', `/api/c/${CONNECTION}/runs`, {
    run: { items: { table: TABLE, query: 'row=0', title: 'Scan' } },
    result: '0 items',
  });
  await page.goto(`${HISTORY}?show=runs`);
  const rows = page.getByRole('table', { name: 'Queries and statements' }).getByRole('row');
  await expect(rows.nth(1)).toContainText('0 items');
  await sound(page);
  await rows.nth(1).getByRole('button', { name: /^Delete/ }).click();
  await expect(page.getByRole('heading', { name: 'Nothing was asked yet' })).toBeVisible();
  expect((await desk.api('GET', `/api/c/${CONNECTION}/runs`)).runs).toEqual([]);
});

test('what the operator prefers is there in another browser', async ({ browser, desk, page }) => {
  await page.goto('/');
  // Keys are heard from when the console runs.
  await expect(page.getByRole('link', { name: 'History' })).toBeVisible();
  const kept = page.waitForResponse((response) => response.url().endsWith('/api/preferences') && response.request().method() === 'PUT');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('Density: compact');
  await page.keyboard.press('Enter');
  await expect(page.locator(':root')).toHaveAttribute('data-density', 'compact');
  expect((await kept).ok()).toBe(true);

  const context = await browser.newContext({ baseURL: desk.url });
  const other = await context.newPage();
  await other.goto('/');
  await expect(other.locator(':root')).toHaveAttribute('data-density', 'compact');
  await context.close();
});

test.describe('without a store', () => {
  const config = `
[store]
connection = "shut"
[[connection]]
name = "local"
kind = "embedded"
memory = true
[[connection]]
name = "shut"
kind = "embedded"
memory = true
read_only = true
`;
  test.use({ start: { config } });

  test('the console works and says what is off', async ({ desk, page }) => {
    const written = await change(desk, { create: { item: order(1) } });
    expect(written.unkept).toContain('read-only');
    await page.goto(HISTORY);
    await expect(page.getByRole('heading', { name: 'History is off' })).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'undo are not available because' })).toBeVisible();
    await sound(page);
    await page.goto(`/c/${CONNECTION}/tables/${TABLE}/items`);
    await expect(page.getByRole('grid').getByRole('gridcell', { name: 'a#/,%"' })).toBeVisible();
    await accessible(page);
  });
});
