import type { Browser, Page } from '@playwright/test';
import { as, signIn } from '../support/sign-in';
import { ADA_AND_VI, withUsers } from '../support/signed';
import { type Dynadesk, accessible, expect, sound } from '../support/test';

/** Two admins and a viewer, on a production where dropping a table takes two people. */
const test = withUsers([...ADA_AND_VI, { name: 'bo', role: 'admin' }], 'prod', 'production = true\nsecond_person = ["drop_table"]\n');

async function tables(desk: Dynadesk, names: string[]) {
  const ada = await as(desk, 'ada');
  await ada('POST', '/api/c/prod/unlock', { reason: 'a test' });
  for (const TableName of names) {
    const AttributeDefinitions = [{ AttributeName: 'pk', AttributeType: 'S' }];
    const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }];
    await ada('POST', '/api/c/prod/tables', { request: { TableName, AttributeDefinitions, KeySchema, BillingMode: 'PAY_PER_REQUEST' } });
  }
  return ada;
}

async function open(browser: Browser, desk: Dynadesk, name: string, path: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: desk.url });
  const page = await context.newPage();
  await page.goto(path);
  await signIn(page, name);
  await expect(page.getByRole('dialog')).toBeHidden();
  return page;
}

const REASON = 'copied to orders-2, ticket 42 <img src=x>';

test('one person asks to drop a table, and another one looks at it and drops it', async ({ desk, page, browser }) => {
  await tables(desk, ['orders', 'users']);
  await page.goto('/c/prod/tables/orders');
  await signIn(page, 'ada');
  await page.getByRole('button', { name: 'Ask to drop' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask to drop the table orders?' });
  await expect(dialog.getByRole('textbox', { name: 'Type orders to confirm' })).toBeFocused();
  await expect(dialog.getByRole('button', { name: 'Ask to drop' })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Type orders to confirm' }).fill('orders');
  await dialog.getByRole('button', { name: 'Ask to drop' }).click();
  await expect(dialog.getByText('A reason has 3 to 300 characters')).toBeVisible();
  await accessible(page);
  await dialog.getByRole('textbox', { name: 'Why should it be dropped?' }).fill(REASON);
  await dialog.getByRole('button', { name: 'Ask to drop' }).click();
  const mine = page.getByRole('region', { name: 'Request to drop this table' });
  await expect(mine.getByRole('heading')).toHaveText('You asked to drop this table');
  await expect(mine).toContainText(REASON);
  await expect(page.getByRole('button', { name: 'Ask to drop' })).toBeDisabled();
  await sound(page);

  // Bo is somewhere else, hears of it without a reload, and goes there.
  const bo = await open(browser, desk, 'bo', '/c/prod/tables/users/items');
  const strip = bo.getByRole('status').filter({ hasText: 'ada asks to drop the table orders' });
  await expect(strip).toContainText('ticket 42');
  await sound(bo);
  await strip.getByRole('link', { name: 'Look at it' }).click();
  const theirs = bo.getByRole('region', { name: 'Request to drop this table' });
  await expect(theirs.getByRole('heading')).toHaveText('ada asks to drop this table');
  await expect(strip).toHaveCount(0);
  await sound(bo);
  await theirs.getByRole('button', { name: 'Approve and drop' }).click();
  const sure = bo.getByRole('dialog', { name: 'Drop the table orders?' });
  await sure.getByRole('textbox', { name: 'Type orders to confirm' }).fill('orders');
  await accessible(bo);
  await sure.getByRole('button', { name: 'Drop table' }).click();
  // Production is locked for Bo, and what he does waits for it.
  const unlock = bo.getByRole('dialog', { name: 'Unlock prod?' });
  await unlock.getByRole('textbox', { name: 'Why do you write to it?' }).fill('ticket 42');
  await unlock.getByRole('button', { name: 'Unlock' }).click();
  await expect(bo).toHaveURL(/\/c\/prod\/tables$/);
  await expect(bo.getByRole('link', { name: 'orders' })).toHaveCount(0);
  // Ada's page follows.
  await expect(page.getByText('No such table')).toBeVisible();
  await bo.context().close();
});

test('a request is refused with a reason, and whoever asked reads it', async ({ desk, page, browser }) => {
  const ada = await tables(desk, ['orders']);
  await ada('POST', '/api/c/prod/tables/orders/drop-request', { confirm: 'orders', reason: REASON });
  await page.goto('/c/prod/tables');
  await signIn(page, 'bo');
  const all = page.getByRole('list', { name: 'Requests to drop tables' });
  await expect(all).toContainText('ada asks to drop this table');
  await sound(page);
  await all.getByRole('link', { name: 'orders' }).click();
  const card = page.getByRole('region', { name: 'Request to drop this table' });
  await card.getByRole('button', { name: 'Refuse' }).click();
  const dialog = page.getByRole('dialog', { name: 'Refuse to drop orders?' });
  await dialog.getByRole('textbox', { name: 'Why does it stay?' }).fill('it is still read');
  await accessible(page);
  await dialog.getByRole('button', { name: 'Refuse' }).click();
  await expect(card).toHaveCount(0);

  const asker = await open(browser, desk, 'ada', '/c/prod/tables/orders');
  const answer = asker.getByRole('region', { name: 'Request to drop this table' });
  await expect(answer.getByRole('heading')).toHaveText('bo refused to drop this table');
  await expect(answer).toContainText('it is still read');
  await sound(asker);
  await answer.getByRole('button', { name: 'Dismiss' }).click();
  await expect(answer).toHaveCount(0);
  await asker.context().close();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('a request is read, and a viewer cannot answer it', async ({ desk, page }) => {
    const ada = await tables(desk, ['orders', 'users']);
    for (const name of ['orders', 'users']) {
      await ada('POST', `/api/c/prod/tables/${name}/drop-request`, { confirm: name, reason: 'x'.repeat(300) });
    }
    await page.goto('/c/prod/tables');
    await signIn(page, 'vi');
    await expect(page.getByRole('list', { name: 'Requests to drop tables' }).getByRole('listitem')).toHaveCount(2);
    await sound(page);
    await page.goto('/c/prod/tables/orders');
    const card = page.getByRole('region', { name: 'Request to drop this table' });
    await expect(card.getByRole('button', { name: 'Approve and drop' })).toBeDisabled();
    await expect(card.getByRole('button', { name: 'Refuse' })).toBeDisabled();
    await sound(page);
  });
});
