import { n, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { CONNECTION, expect, sound, test } from '../support/test';

const SAVED = `/api/c/${CONNECTION}/saved`;

test('a query is saved under a name, opened, renamed and deleted', async ({ desk, page }) => {
  for (const name of ['orders', 'others']) {
    await desk.createTable(name);
    await desk.seed(name, [{ pk: s(name), n: n(1) }]);
  }
  await desk.api('POST', SAVED, { name: 'All of others', run: { items: { table: 'others', query: '', title: 'Scan' } } });
  await new ItemsPage(page, 'orders').open();

  const menu = page.getByRole('button', { name: 'Saved', exact: true });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Save this query' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save this query' });
  const name = dialog.getByRole('textbox', { name: 'Name' });
  await expect(name).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('A saved query needs a name');
  await sound(page);
  // A name that is taken, whatever its case, is replaced only when that is said.
  await name.fill('all of OTHERS');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('there is a saved query');
  await expect(dialog.getByRole('button', { name: 'Replace it' })).toBeVisible();
  await name.fill('<b>Orders</b> 👋');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('Saved as <b>Orders</b> 👋')).toBeVisible();

  await menu.focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: '<b>Orders</b> 👋' })).toBeVisible();
  await sound(page);
  await page.getByRole('menuitem', { name: 'All of others' }).press('Enter');
  await expect(page).toHaveURL(/\/tables\/others\/items/);
  await expect(new ItemsPage(page, 'others').cell('others')).toBeVisible();

  await menu.click();
  await page.getByRole('menuitem', { name: 'Manage saved queries' }).click();
  const all = page.getByRole('dialog', { name: 'Saved queries' });
  await all.getByRole('button', { name: 'Rename All of others' }).click();
  const rename = page.getByRole('dialog', { name: 'Rename the query' });
  await rename.getByRole('textbox', { name: 'Name' }).fill('Others');
  await rename.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(all.getByRole('button', { name: 'Rename Others' })).toBeVisible();
  await sound(page);
  await all.getByRole('button', { name: 'Delete Others' }).click();
  await page.getByRole('dialog', { name: 'Delete the saved query Others?' }).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(all.getByRole('button', { name: 'Delete Others' })).toHaveCount(0);
  expect((await desk.api('GET', SAVED)).saved.map((one: { name: string }) => one.name)).toEqual(['<b>Orders</b> 👋']);
});
