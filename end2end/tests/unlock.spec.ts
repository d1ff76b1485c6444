import { accessible, expect, sound, test } from '../support/test';

test.use({ start: { config: '[[connection]]\nname = "prod"\nkind = "embedded"\nmemory = true\nproduction = true\n' }, locked: true });

test('production is locked until a reason is given, and a write waits for it', async ({ desk, page }) => {
  await page.goto('/c/prod/tables/+new');
  const bar = page.getByRole('banner');
  await expect(bar.getByRole('button', { name: 'Locked' })).toBeVisible();
  await sound(page);
  await page.getByRole('textbox', { name: 'Table name' }).fill('orders');
  await page.getByRole('textbox', { name: 'Partition key' }).fill('pk');
  const create = page.getByRole('button', { name: 'Create table' });
  await create.click();
  const dialog = page.getByRole('dialog', { name: 'Unlock prod?' });
  await expect(dialog).toBeVisible();
  await accessible(page);
  // Who would rather not has written nothing, and what was typed stays.
  await dialog.getByRole('button', { name: 'Leave it locked' }).click();
  await expect(page.getByText('is production and locked').first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Table name' })).toHaveValue('orders');
  await create.click();
  await dialog.getByRole('button', { name: 'Unlock' }).click();
  await expect(dialog.getByText('A reason has 3 to 300 characters')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Why do you write to it?' }).fill('ticket 42');
  await dialog.getByRole('button', { name: 'Unlock' }).click();
  await expect(page).toHaveURL(/tables\/orders/);
  await expect(bar.getByRole('timer')).toHaveText(/^1[45]:\d\d$/);
  await sound(page);
  const { person } = await desk.api('GET', '/api/session');
  expect(person.unlocks.map((one: { reason: string }) => one.reason)).toEqual(['ticket 42']);
  // The button leaves the focus where it is, whatever it says.
  await bar.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(bar.getByRole('button', { name: 'Locked' })).toBeFocused();
  const refused = await desk.ask('DELETE', '/api/c/prod/tables/orders', { confirm: 'orders' });
  expect([refused.status, (await refused.json()).code]).toEqual([403, 'connection_locked']);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the bar unlocks and counts', async ({ page }) => {
    await page.goto('/c/prod/tables');
    const bar = page.getByRole('banner');
    await bar.getByRole('button', { name: 'Locked' }).click();
    await page.getByRole('textbox', { name: 'Why do you write to it?' }).fill('ticket 42');
    await page.getByRole('dialog').getByRole('button', { name: 'Unlock' }).click();
    await expect(bar.getByRole('timer')).toBeVisible();
    await expect(bar.getByRole('button', { name: 'Lock', exact: true })).toBeFocused();
    await sound(page);
  });
});
