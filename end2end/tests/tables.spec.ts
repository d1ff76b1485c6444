import { numbered } from '../support/items';
import { CONNECTION, expect, sound, test } from '../support/test';

test('dropping a table asks for its name, and drops exactly that one', async ({ desk, page }) => {
  for (const name of ['keep', 'doomed']) await desk.createTable(name);
  await desk.seed('doomed', ['a', 'b'].map((pk) => ({ pk: { S: pk } })));
  // AWS counts every six hours: until then it says that there is nothing.
  await page.route(`**/api/c/${CONNECTION}/tables/doomed`, async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), item_count: 0 } });
  });
  let dropped = 0;
  page.on('request', (request) => (dropped += Number(request.method() === 'DELETE')));
  await page.goto(`/c/${CONNECTION}/tables/doomed`);
  await page.getByRole('button', { name: 'Drop', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Drop the table doomed?' });
  const drop = dialog.getByRole('button', { name: 'Drop table' });
  await expect(dialog).toContainText('with 2 items and its indexes');
  await expect(drop).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Type doomed to confirm' }).fill('doome');
  await expect(drop).toBeDisabled();
  // Enter in the field must not do what the button may not.
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  await sound(page);
  expect(dropped).toBe(0);
  await dialog.getByRole('textbox', { name: 'Type doomed to confirm' }).fill('doomed');
  await drop.click();
  await expect(page).toHaveURL(/\/tables$/);
  await expect(page.getByRole('status').filter({ hasText: 'doomed was dropped' }).or(page.getByText('doomed was dropped'))).toBeVisible();
  const list = page.getByRole('table', { name: 'Tables' });
  await expect(list.getByRole('link', { name: 'keep' })).toBeVisible();
  await expect(list.getByRole('link', { name: 'doomed' })).toHaveCount(0);
  expect((await desk.api('GET', `/api/c/${CONNECTION}/tables`)).names).toEqual(['keep']);
});

test('a protected table says beforehand that it cannot be dropped', async ({ desk, page }) => {
  await desk.createTable('safe', { DeletionProtectionEnabled: true });
  await page.goto(`/c/${CONNECTION}/tables/safe`);
  const drop = page.getByRole('button', { name: /^Drop/ });
  await expect(drop).toBeDisabled();
  await expect(drop).toHaveAccessibleDescription(/Deletion protection is on/);
  await sound(page);
  const refused = await desk.ask('DELETE', `/api/c/${CONNECTION}/tables/safe`, { confirm: 'safe' });
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.status).toBeLessThan(500);
  expect((await desk.api('GET', `/api/c/${CONNECTION}/tables`)).names).toEqual(['safe']);
});

test.describe('read-only', () => {
  test.use({ start: {} });

  test('is refused by the server, and on screen said before anyone tries', async ({ desk, page }) => {
    await desk.sample();
    await desk.stop();
    await desk.again({ flags: ['--read-only'] });
    const table = `/api/c/${CONNECTION}/tables/cruddur-messages`;
    const writes: [string, string, unknown][] = [
      ['POST', `/api/c/${CONNECTION}/tables`, { request: { TableName: 'new' } }],
      ['DELETE', table, { confirm: 'cruddur-messages' }],
      ['POST', `${table}/seed`, { source: 'sample' }],
      ['POST', `${table}/conversations/send`, { group: 'g', sender: 's', text: 't' }],
    ];
    for (const [method, path, body] of writes) {
      const refused = await desk.ask(method, path, body);
      expect(refused.status, `${method} ${path}`).toBe(403);
      expect((await refused.json()).code).toBe('connection_read_only');
    }
    await page.goto(`/c/${CONNECTION}/tables`);
    await expect(page.getByRole('banner').getByText('READ-ONLY')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Create table/ })).toBeDisabled();
    await expect(page.getByRole('link', { name: 'Create table' })).toHaveCount(0);
    await page.getByRole('table', { name: 'Tables' }).getByRole('link', { name: 'cruddur-messages' }).click();
    const drop = page.getByRole('button', { name: /^Drop/ });
    await expect(drop).toBeDisabled();
    await expect(drop).toHaveAccessibleDescription(/read-only/);
    await sound(page);
    expect((await desk.items('cruddur-messages')).length).toBeGreaterThan(400);
  });
});

test('a thousand tables are listed, filtered and walked without a stall', async ({ desk, page }) => {
  const name = (at: number) => `table-${String(at).padStart(4, '0')}`;
  for (let at = 0; at < 1_000; at += 20) await Promise.all(Array.from({ length: 20 }, (_, more) => desk.createTable(name(at + more))));
  await desk.seed(name(998), numbered(7));
  await page.goto(`/c/${CONNECTION}/tables`);
  await expect(page.getByText('1,000 tables')).toBeVisible();
  const list = page.getByRole('table', { name: 'Tables' });
  await expect(list.getByRole('link', { name: name(0) })).toBeVisible();
  // Details come for what is in view.
  await expect(list.getByRole('row', { name: name(0) }).getByText('ACTIVE')).toBeVisible();
  await sound(page);
  // Only what is in view is there, and what was asked of the engine stays in proportion.
  expect(await list.getByRole('row').count()).toBeLessThan(80);
  await list.getByRole('link', { name: name(0) }).focus();
  await page.keyboard.press('End');
  await expect(list.getByRole('link', { name: name(999) })).toBeFocused();
  // The longest that the page kept the browser busy while typing.
  await page.evaluate(() => {
    const seen = window as unknown as { longest: number };
    seen.longest = 0;
    new PerformanceObserver((all) => all.getEntries().forEach((one) => (seen.longest = Math.max(seen.longest, one.duration)))).observe({
      type: 'longtask',
    });
  });
  await page.getByRole('searchbox', { name: 'Filter by name' }).pressSequentially('-0998');
  await expect(list.getByRole('link', { name: name(998) })).toBeVisible();
  await expect(list.getByRole('row')).toHaveCount(2);
  await expect(list.getByRole('row', { name: name(998) }).getByText('7', { exact: false }).first()).toBeVisible();
  const longest = await page.evaluate(() => (window as unknown as { longest: number }).longest);
  console.log(`typing into the filter of a thousand tables: longest task ${Math.round(longest)} ms`);
  await page.getByRole('searchbox', { name: 'Filter by name' }).press('Enter');
  await expect(page.getByRole('heading', { name: name(998), level: 1 })).toBeVisible();
});
