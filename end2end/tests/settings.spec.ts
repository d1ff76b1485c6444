import type { Page } from '@playwright/test';
import { CONNECTION, expect, sound, test } from '../support/test';

const settings = (table: string) => `/c/${CONNECTION}/tables/${table}/settings`;
const api = (table: string) => `/api/c/${CONNECTION}/tables/${table}/settings`;
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

/** The change is there, and the form gone. */
async function done(page: Page, title: string) {
  await expect(page.getByText(`${title}: the change is in effect`)).toBeVisible({ timeout: 15_000 });
}

test('capacity is changed after its difference and exact request were seen', async ({ desk, page }) => {
  await desk.createTable('orders');
  await page.goto(settings('orders'));
  const capacity = card(page, 'Capacity');
  await expect(capacity.getByText('On demand', { exact: true })).toBeVisible();
  await expect(capacity.getByText(/up to four times in 24 hours/)).toBeVisible();
  await sound(page);
  await capacity.getByRole('button', { name: 'Change capacity' }).click();
  const form = page.getByRole('form', { name: 'Change capacity' });
  await form.getByRole('radio', { name: 'Provisioned' }).check();
  const read = form.getByRole('textbox', { name: 'Read capacity units' });
  await read.fill('0');
  await expect(form.getByText('At least 1 read capacity unit', { exact: false })).toBeVisible();
  let sent = 0;
  page.on('request', (request) => (sent += Number(request.method() !== 'GET')));
  await form.getByRole('button', { name: 'Change capacity' }).click();
  expect((await desk.api('GET', api('orders'))).capacity.mode).toBe('PAY_PER_REQUEST');
  await read.fill('7');
  await form.getByRole('textbox', { name: 'Write capacity units' }).fill('3');
  await expect(form.getByRole('list', { name: 'What changes' })).toContainText('7 read, 3 write');
  await form.getByText('The exact request').click();
  const request = JSON.parse(await form.getByRole('region', { name: 'UpdateTable request' }).innerText());
  expect(request).toEqual({
    TableName: 'orders',
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 3 },
  });
  await expect(form.getByRole('region', { name: 'AWS command' })).toContainText('aws dynamodb update-table');
  await sound(page);
  expect(sent).toBe(0);
  await form.getByRole('button', { name: 'Change capacity' }).click();
  await done(page, 'Capacity');
  await expect(capacity.getByText('7 read, 3 write')).toBeVisible();
  await expect(capacity.getByRole('button', { name: 'Change capacity' })).toBeFocused();
  expect((await desk.api('GET', api('orders'))).capacity.table).toEqual({ ReadCapacityUnits: 7, WriteCapacityUnits: 3 });
});

test('whoever types elsewhere when the answer comes goes on typing there', async ({ desk, page }) => {
  for (let at = 0; at < 9; at++) await desk.createTable(`orders-${at}`);
  let answer = () => {};
  const held = new Promise<void>((go) => (answer = go));
  await page.route(`**${api('orders-0')}`, async (route) => {
    if (route.request().method() !== 'GET') await held;
    await route.continue();
  });
  await page.goto(settings('orders-0'));
  await card(page, 'Capacity').getByRole('button', { name: 'Change capacity' }).click();
  const form = page.getByRole('form', { name: 'Change capacity' });
  await form.getByRole('radio', { name: 'Provisioned' }).check();
  await form.getByRole('button', { name: 'Change capacity' }).click();
  const filter = page.getByRole('searchbox', { name: 'Filter the tables' });
  await filter.pressSequentially('orders-');
  answer();
  await done(page, 'Capacity');
  await expect(form).toHaveCount(0);
  await page.keyboard.type('7');
  await expect(filter).toHaveValue('orders-7');
});

test('the answer to one form closes no other, and its refusal stands in no other', async ({ desk, page }) => {
  await desk.createTable('orders', { Tags: [{ Key: 'team', Value: 'desk' }] });
  const refused = { status: 400, json: { code: 'refused', message: 'not today', request_id: 'r' } };
  let answers: ((refuse: boolean) => void)[] = [];
  await page.route(`**${api('orders')}`, async (route) => {
    if (route.request().method() === 'GET') return route.continue();
    const refuse = await new Promise<boolean>((go) => answers.push(go));
    await (refuse ? route.fulfill(refused) : route.continue());
  });
  await page.goto(settings('orders'));
  const capacity = page.getByRole('form', { name: 'Change capacity' });
  const tags = page.getByRole('form', { name: 'Save tags' });
  const value = tags.getByRole('textbox', { name: 'Tag value' });
  /** Sends the capacity, and goes on with the tags before the answer. */
  const goOn = async (mode: string, typed: string) => {
    await card(page, 'Capacity').getByRole('button', { name: 'Change capacity' }).click();
    await capacity.getByRole('radio', { name: mode }).check();
    answers = [];
    await capacity.getByRole('button', { name: 'Change capacity' }).click();
    await expect.poll(() => answers.length).toBe(1);
    await card(page, 'Tags').getByRole('button', { name: 'Edit tags' }).click();
    await value.fill(typed);
  };
  await goOn('Provisioned', 'mine');
  answers[0](false);
  await done(page, 'Capacity');
  await expect(value).toHaveValue('mine');

  await goOn('On demand', 'mine again');
  answers[0](true);
  await expect(page.getByText('Capacity: not changed: not today')).toBeVisible();
  await expect(value).toHaveValue('mine again');
  await expect(page.getByText('The setting was not changed')).toHaveCount(0);
});

test('an index is added with the items that are there, and removed by its name', async ({ desk, page }) => {
  await desk.createTable('orders');
  await desk.seed('orders', Array.from({ length: 12 }, (_, at) => ({ pk: { S: `p${at}` }, city: { S: 'Ulm' }, at: { N: `${at}` } })));
  await page.goto(settings('orders'));
  const indexes = card(page, 'Indexes');
  await indexes.getByRole('button', { name: 'Add index' }).click();
  const form = page.getByRole('form', { name: 'Add index' });
  await expect(form.getByRole('textbox', { name: 'Index name' })).toBeFocused();
  await form.getByRole('textbox', { name: 'Index name' }).fill('by-city');
  await form.getByRole('combobox', { name: 'Partition key', exact: true }).or(form.getByRole('textbox', { name: 'Partition key', exact: true })).fill('city');
  await form.getByRole('button', { name: 'Add partition key attribute' }).click();
  await form.getByLabel('Partition key, attribute 2', { exact: true }).fill('pk');
  await form.getByLabel('Sort key', { exact: true }).and(form.locator('input')).fill('at');
  await form.getByRole('combobox', { name: 'Sort key type' }).selectOption('Number');
  await expect(form.getByRole('list', { name: 'What changes' })).toContainText('by city + pk, sorted by at, ALL');
  await sound(page);
  await form.getByRole('button', { name: 'Add index' }).click();
  await done(page, 'New index by-city');
  await expect(indexes.getByRole('row', { name: /by-city/ })).toContainText('city (S) + pk (S), sorted by at (N)');
  const found = await desk.api('POST', `/api/c/${CONNECTION}/tables/orders/items/scan`, { index: 'by-city', limit: 50 });
  expect(found.items).toHaveLength(12);

  await indexes.getByRole('button', { name: 'Remove by-city' }).click();
  const remove = page.getByRole('form', { name: 'Remove index' });
  const press = remove.getByRole('button', { name: 'Remove index' });
  await expect(press).toHaveAccessibleDescription(/Type by-city first/);
  await sound(page);
  await remove.getByRole('textbox', { name: 'Type by-city to confirm' }).fill('by-city');
  await press.click();
  await done(page, 'Removal of by-city');
  await expect(indexes.getByRole('row', { name: /by-city/ })).toHaveCount(0);
  expect((await desk.api('GET', api('orders'))).indexes).toEqual([]);
});

test('tags and protection are changed by keyboard alone', async ({ desk, page }) => {
  await desk.createTable('orders', { Tags: [{ Key: 'team', Value: 'desk' }] });
  await page.goto(settings('orders'));
  const tags = card(page, 'Tags');
  await tags.getByRole('button', { name: 'Edit tags' }).press('Enter');
  const form = page.getByRole('form', { name: 'Save tags' });
  await form.getByRole('textbox', { name: 'Tag value' }).fill('ops');
  await form.getByRole('button', { name: 'Add tag' }).press('Enter');
  await form.getByRole('textbox', { name: 'Tag key' }).nth(1).fill('team');
  await expect(form.getByText('This key stands here twice')).toHaveCount(2);
  await form.getByRole('textbox', { name: 'Tag key' }).nth(1).fill('cost');
  await form.getByRole('textbox', { name: 'Tag value' }).nth(1).fill('7');
  await expect(form.getByRole('list', { name: 'What changes' }).getByRole('listitem')).toHaveCount(2);
  await sound(page);
  await form.getByRole('textbox', { name: 'Tag value' }).nth(1).press('Enter');
  await done(page, 'Tags');
  expect((await desk.api('GET', api('orders'))).tags).toEqual({ team: 'ops', cost: '7' });

  const protection = card(page, 'Deletion protection');
  await protection.getByRole('button', { name: 'Turn on protection' }).press('Enter');
  await page.getByRole('form', { name: 'Turn on protection' }).getByRole('button', { name: 'Turn on protection' }).press('Enter');
  await done(page, 'Deletion protection');
  await expect(protection.getByRole('button', { name: 'Turn off protection' })).toBeVisible();
  await page.goto(`/c/${CONNECTION}/tables/orders`);
  await expect(page.getByRole('button', { name: /^Drop/ })).toBeDisabled();
});

test('what another changed meanwhile is not changed over', async ({ desk, page }) => {
  await desk.createTable('orders', { Tags: [{ Key: 'team', Value: 'desk' }] });
  await page.goto(settings('orders'));
  await card(page, 'Tags').getByRole('button', { name: 'Edit tags' }).click();
  const form = page.getByRole('form', { name: 'Save tags' });
  await form.getByRole('textbox', { name: 'Tag value' }).fill('mine');
  await desk.api('POST', api('orders'), { change: { tags: { team: 'theirs' } }, seen: { team: 'desk' } });
  await form.getByRole('button', { name: 'Save tags' }).click();
  await expect(form.getByText(/nothing was changed/)).toBeVisible();
  await sound(page);
  expect((await desk.api('GET', api('orders'))).tags).toEqual({ team: 'theirs' });
  await form.getByRole('button', { name: 'Begin again on what it is now' }).first().click();
  await expect(page.getByRole('form', { name: 'Save tags' }).getByRole('textbox', { name: 'Tag value' })).toHaveValue('theirs');
});

test('what the engine lacks is disabled and says why', async ({ desk, page }) => {
  await desk.createTable('orders');
  await page.goto(settings('orders'));
  for (const [name, button] of [
    ['Warm throughput', 'Raise warm throughput'],
    ['Encryption at rest', 'Change key'],
    ['Resource policy', 'Edit policy'],
  ]) {
    const press = card(page, name).getByRole('button', { name: button });
    await expect(press).toBeDisabled();
    await expect(press).toHaveAccessibleDescription(/embedded engine/);
  }
  await expect(card(page, 'Time to live').getByRole('link', { name: 'Expiry' })).toHaveAttribute('href', /\/expiry$/);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('a stream is switched on, and off by the name of the table', async ({ desk, page }) => {
    await desk.createTable('orders');
    await page.goto(settings('orders'));
    await sound(page);
    const stream = card(page, 'Stream');
    await stream.getByRole('button', { name: 'Change stream' }).click();
    const form = page.getByRole('form', { name: 'Change stream' });
    await form.getByRole('combobox', { name: 'Stream view' }).selectOption('New image');
    await sound(page);
    await form.getByRole('button', { name: 'Change stream' }).click();
    await done(page, 'Stream');
    await page.reload();
    await stream.getByRole('button', { name: 'Change stream' }).click();
    await form.getByRole('combobox', { name: 'Stream view' }).selectOption('Keys only');
    await expect(form.getByText(/a new one on when the table is ready/)).toBeVisible();
    await form.getByRole('combobox', { name: 'Stream view' }).selectOption('Off');
    await form.getByRole('textbox', { name: 'Type orders to confirm' }).fill('orders');
    await sound(page);
    await form.getByRole('button', { name: 'Change stream' }).click();
    await done(page, 'Stream');
    expect((await desk.api('GET', api('orders'))).stream).toBeUndefined();
  });
});
