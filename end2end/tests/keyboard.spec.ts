import { numbered } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { CONNECTION, expect, sound, test } from '../support/test';

test('a table is created, filled and read without a mouse', async ({ desk, page }) => {
  await page.goto(`/c/${CONNECTION}/tables`);
  await expect(page.getByText('No tables yet')).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Search or run anything');
  await sound(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: 'Search or run' });
  await expect(search).toBeFocused();
  await page.keyboard.type('create a');
  await expect(page.getByRole('listbox', { name: 'Found' }).getByRole('option', { name: 'Create a table' })).toBeVisible();
  await sound(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Table name' })).toBeFocused();
  await page.keyboard.type('typed');
  const partition = page.getByRole('textbox', { name: 'Partition key' });
  for (let step = 0; step < 10 && !(await partition.evaluate((field) => field === document.activeElement)); step++) await page.keyboard.press('Tab');
  await expect(partition).toBeFocused();
  await page.keyboard.type('pk');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'typed', level: 1 })).toBeVisible();
  await desk.seed('typed', numbered(60));

  await page.keyboard.press('i');
  const items = new ItemsPage(page, 'typed');
  await expect(items.cell('row-000000')).toBeVisible();
  const [first, second] = [await items.key(0), await items.key(1)];
  // Into the grid by Tab, then with the arrows.
  for (let step = 0; step < 300 && !(await items.grid.evaluate((grid) => grid.contains(document.activeElement))); step++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Control+Home');
  await expect(items.cell(first)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(items.cell(second)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(items.cell(second)).not.toBeFocused();
  await page.keyboard.press('Enter');
  await expect(items.panel.getByRole('heading', { name: second })).toBeVisible();
  await page.keyboard.press('Control+End');
  await expect.poll(async () => Math.max(...(await items.rows()).keys())).toBe(59);

  // From anywhere to anywhere by name.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('jobs');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  // The second key of a sequence counts for a second, which a busy machine may take between the two.
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await expect(page.getByRole('heading', { name: 'Tables', level: 1 })).toBeVisible({ timeout: 5_000 });
  }).toPass();
});

test('dialogs keep the focus and give it back', async ({ desk, page }) => {
  await desk.createTable('kept');
  await page.goto(`/c/${CONNECTION}/tables/kept`);
  const drop = page.getByRole('button', { name: 'Drop', exact: true });
  await drop.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Drop the table kept?' });
  await expect(dialog.getByRole('textbox')).toBeFocused();
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null)).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(drop).toBeFocused();
});
