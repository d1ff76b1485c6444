import { numbered, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { expect, sound, test } from '../support/test';

test('a filtered view with an item open is the same view in a new page', async ({ desk, page, context }) => {
  await desk.createTable('things');
  await desk.seed('things', numbered(500, (at) => ({ color: s(['red', 'green'][at % 2]) })));
  const items = new ItemsPage(page, 'things');
  await items.open();
  await items.filter('color', '=', 'red');
  await expect(items.cell('green')).toHaveCount(0);
  // There is no green either while the filtered rows are on their way.
  await expect.poll(async () => (await items.rows()).size).toBeGreaterThan(3);
  const [row, [key]] = [...(await items.rows())][3];
  await items.cell(key).click();
  await expect(items.panel.getByRole('heading', { name: key })).toBeVisible();
  await expect(page).toHaveURL(/item=.+/);
  await expect(page).toHaveURL(/filter=.+/);
  expect(row).toBe(3);

  const other = await context.newPage();
  await other.goto(page.url());
  const same = new ItemsPage(other, 'things');
  await expect(same.panel.getByRole('heading', { name: key })).toBeVisible();
  await expect(same.panel.getByText(key).first()).toBeVisible();
  await expect(same.cell('red').first()).toBeVisible();
  await expect(same.cell('green')).toHaveCount(0);
  await expect.poll(() => same.rows()).toEqual(await items.rows());
  await sound(other);
  // An item that is gone is said so, and nothing else breaks.
  await desk.createTable('gone');
  await other.goto(page.url().replace('/things/', '/gone/'));
  await expect(other.getByText('No such item')).toBeVisible();
});

test('back and forward walk through the views', async ({ desk, page }) => {
  await desk.createTable('one');
  await desk.createTable('two');
  await page.goto('/c/local/tables/one/items');
  await page.getByRole('link', { name: 'two' }).click();
  await expect(page).toHaveURL(/tables\/two$/);
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'one', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/tables\/one\/items/);
  await page.goForward();
  await expect(page.getByRole('heading', { name: 'two', level: 1 })).toBeVisible();
});

test('a link to a row far down leads there', async ({ desk, page }) => {
  await desk.createTable('long');
  await desk.seed('long', numbered(3_000));
  const items = new ItemsPage(page, 'long');
  await items.open('?row=2000');
  await expect.poll(() => items.firstRow()).toBeGreaterThan(1_900);
  const stored = await desk.items('long');
  for (const [row, [key]] of await items.rows()) expect(key).toBe(stored[row].pk.S);
});
