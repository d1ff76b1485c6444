import { numbered, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { expect, sound, test } from '../support/test';

test('a filter that matches little says honestly how much was read, and goes on to the end', async ({ desk, page }) => {
  await desk.createTable('thin');
  // One needle for each thousand of straws; the engine orders them as it likes.
  await desk.seed('thin', numbered(20_000, (at) => ({ kind: s(at % 1_000 === 0 ? 'needle' : 'straw') })));
  const items = new ItemsPage(page, 'thin');
  await items.open();
  await expect(items.cell('straw').first()).toBeVisible();
  await items.filter('kind', '=', 'needle');
  await expect(items.cell('needle').first()).toBeVisible();
  await expect(items.cell('straw')).toHaveCount(0);
  await expect(page.getByText('Scan · 1 filter condition')).toBeVisible();
  await sound(page);
  // Page by page, each press reads on and says what it found; the end is said only where it is.
  const onward = page.getByRole('button', { name: 'Continue' });
  const end = page.getByText('End reached');
  for (let press = 0; press < 40 && !(await end.isVisible()); press++) {
    await expect(onward.or(end)).toBeVisible();
    if (await onward.isVisible()) await onward.click();
  }
  await expect(end).toBeVisible();
  await expect(items.fact(/20,000 scanned · 20 matched/)).toBeVisible();
  // The header is a row, too.
  await expect(items.grid).toHaveAttribute('aria-rowcount', '21');
});

test('a filter without a match reads within its budget, counts, and ends at the end', async ({ desk, page }) => {
  await desk.createTable('none');
  await desk.seed('none', numbered(8_000));
  const items = new ItemsPage(page, 'none');
  await items.open('?limit=100');
  await items.filter('missing', 'exists');
  const paused = page.getByText(/Scanned [\d,]+, matched 0/);
  await expect(paused).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: 'Load all' }).click();
  await page.getByRole('dialog', { name: 'Load all' }).getByRole('button', { name: 'Load all' }).click();
  await expect(page.getByText('End reached')).toBeVisible();
  await expect(items.fact(/8,000 scanned · 0 matched/)).toBeVisible();
});

test('a mistake in a filter is said at the filter, before anything is asked', async ({ desk, page }) => {
  await desk.createTable('typed');
  await desk.seed('typed', numbered(30));
  const items = new ItemsPage(page, 'typed');
  await items.open();
  await items.filter('n', '>', 'twelve', 'Number');
  await expect(page.getByRole('alert').filter({ hasText: /number/ })).toBeVisible();
  await sound(page);
  await items.filter('n', '>=', '12', 'Number');
  await expect(items.fact(/30 scanned · 18 matched/)).toBeVisible();
  await items.filter('pk', 'begins with', 'row-00002', 'String');
  await expect(items.fact(/30 scanned · 10 matched/)).toBeVisible();
  await items.builder.getByRole('button', { name: 'Clear' }).click();
  await expect(items.fact(/30 scanned · 30 matched/)).toBeVisible();
});
