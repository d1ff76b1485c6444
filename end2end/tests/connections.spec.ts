import { expect, sound, test } from '../support/test';

test.use({
  start: {
    config: `
      [[connection]]
      name = "scratch"
      label = "Scratch"
      kind = "embedded"
      memory = true

      [[connection]]
      name = "shop"
      label = "Shop"
      kind = "embedded"
      memory = true
      production = true

      [[connection]]
      name = "archive"
      label = "Archive"
      kind = "embedded"
      memory = true
      read_only = true
      color = "violet"
    `,
  },
});

test('each connection is named on every page, and production is unmistakable', async ({ desk, page }) => {
  await desk.createTable('orders', { connection: 'shop' });
  await page.goto('/');
  const bar = page.getByRole('banner');
  for (const name of ['Scratch', 'Shop', 'Archive']) await expect(page.getByRole('main').getByRole('link', { name })).toBeVisible();
  await expect(page.getByRole('main').getByText('PRODUCTION')).toHaveCount(1);
  await expect(bar.getByText('PRODUCTION')).toHaveCount(0);
  await sound(page);

  await page.getByRole('main').getByRole('link', { name: 'Shop' }).click();
  const color = () => bar.evaluate((element) => getComputedStyle(element).borderTopColor + getComputedStyle(element).backgroundColor);
  for (const path of ['tables', 'tables/+new', 'tables/orders', 'tables/orders/items', 'tables/orders/seed', 'jobs']) {
    await page.goto(`/c/shop/${path}`);
    await expect(bar.getByRole('link', { name: 'Shop' })).toBeVisible();
    await expect(bar.getByText('PRODUCTION')).toBeVisible();
  }
  const alarming = await color();
  await page.goto('/c/archive/tables');
  await expect(bar.getByText('READ-ONLY')).toBeVisible();
  await expect(bar.getByText('PRODUCTION')).toHaveCount(0);
  await sound(page);
  expect(await color()).not.toBe(alarming);

  // From one connection to another, and tables never mix.
  await page.getByRole('navigation', { name: 'Console' }).getByRole('combobox', { name: 'Connection' }).selectOption('Shop');
  await expect(page).toHaveURL(/\/c\/shop\/tables/);
  await expect(page.getByRole('table', { name: 'Tables' }).getByRole('link', { name: 'orders' })).toBeVisible();
  await page.goto('/c/scratch/tables');
  await expect(page.getByText('No tables yet')).toBeVisible();
});
