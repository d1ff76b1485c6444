import { ADA, BO, CY, conversation, messageRow } from '../support/cruddur';
import { CONNECTION, type Dynadesk, expect, sound, test } from '../support/test';

const TABLE = 'talks';
const HOME = `/c/${CONNECTION}/tables/${TABLE}`;

/** A table of the Cruddur shape, with or without a stream. */
const table = (desk: Dynadesk, stream = true) => {
  const more = stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } } : {};
  return desk.createTable(TABLE, { sort: 'sk', ...more } as Parameters<Dynadesk['createTable']>[1]);
};

/** Some other program writes a row. */
const write = (desk: Dynadesk, item: object) =>
  desk.api('POST', `/api/c/${CONNECTION}/tables/${TABLE}/items/write`, { changes: [{ create: { item } }] });

test('the relay is turned on, moves rows, sets aside what it cannot deal with, and is turned off', async ({ desk, page }) => {
  await table(desk);
  await desk.seed(TABLE, conversation('g', ADA, BO, [[BO, '2024-02-01T10:00:00', 'hello']]));
  await page.goto(`${HOME}/relay`);
  const card = page.getByRole('region', { name: 'Message groups follow messages' });
  await expect(card).toContainText('Off');
  await sound(page);
  await card.getByRole('button', { name: 'Turn on' }).focus();
  await page.keyboard.press('Enter');
  await expect(card.getByText('On, up to date')).toBeVisible({ timeout: 20_000 });
  await write(desk, messageRow('g', ADA, '2024-02-02T10:00:00+00:00', 'by another program'));
  const shards = page.getByRole('region', { name: 'Shards' });
  await expect(shards.getByRole('row').nth(1)).toContainText('Up to date');
  await expect.poll(async () => (await desk.items(TABLE)).filter((item: any) => item.message.S === 'by another program').length).toBe(3);

  await write(desk, messageRow('g', ADA, 'some day', 'no time'));
  const aside = page.getByRole('listitem').filter({ hasText: 'some day' });
  await expect(aside).toContainText('is no ISO time');
  await aside.locator('summary').click();
  await expect(aside.getByRole('region')).toContainText('no time');
  await sound(page);
  await aside.getByRole('button', { name: 'Retry' }).click();
  await expect(aside.getByText(/tried again 1 time/)).toBeVisible();
  await aside.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByText('Nothing was set aside')).toBeVisible();
  await card.getByRole('button', { name: 'Turn off' }).click();
  await expect(card.getByText('Off', { exact: true })).toBeVisible();
});

test('without a stream the relay says so, and turns it on or leads to where that is done', async ({ desk, page }) => {
  await table(desk, false);
  await page.goto(`${HOME}/relay`);
  await expect(page.getByText(/the table has no stream/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Turn on', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('link', { name: 'Turn the stream on in Settings' }).click();
  await expect(page).toHaveURL(/settings/);
  await page.goBack();
  await sound(page);
  await page.getByRole('button', { name: 'Turn the stream on' }).click();
  await expect(page.getByRole('button', { name: 'Turn on', exact: true })).not.toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText(/the table has no stream/)).toHaveCount(0);
});

test('a chat and the list keep up with what others write, and nobody is pulled away from what is read', async ({ desk, page }) => {
  await table(desk);
  const minute = (at: number) => new Date(Date.UTC(2024, 1, 1, 10, at)).toISOString().slice(0, 19);
  const long = Array.from({ length: 60 }, (_, at) => [at % 2 ? ADA : BO, minute(at), `message ${at}`] as [typeof ADA, string, string]);
  await desk.seed(TABLE, [...conversation('g', ADA, BO, long), ...conversation('other', ADA, CY, [[CY, '2024-02-03T10:00:00', 'newest']])]);
  await desk.api('PUT', `/api/c/${CONNECTION}/tables/${TABLE}/relay`, { on: true });
  await page.goto(`${HOME}/conversations/${ADA.uuid}/g`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const log = page.getByRole('log', { name: /^Messages/ });
  const list = page.getByRole('region', { name: 'Conversations' }).getByRole('link').filter({ hasText: 'with ' });
  await expect(list).toHaveText([/with Cy Dunn/, /with Bo Chen/]);
  await expect(log.getByRole('article').last()).toContainText('message 59');

  await write(desk, messageRow('g', BO, '2024-02-04T10:00:00', 'out of the blue'));
  await expect(log.getByRole('article').last()).toContainText('out of the blue');
  await expect(log.getByRole('article').last()).toBeInViewport();
  await expect(list).toHaveText([/with Bo Chen.*out of the blue/s, /with Cy Dunn/]);
  await expect(list.first()).toHaveAttribute('aria-current', 'true');

  // Whoever reads older ones stays there.
  await log.evaluate((element) => element.scrollTo(0, 300));
  const before = await log.evaluate((element) => element.scrollTop);
  await write(desk, messageRow('g', BO, '2024-02-05T10:00:00', 'while you read'));
  const button = page.getByRole('button', { name: '1 new message' });
  await expect(button).toBeVisible();
  expect(await log.evaluate((element) => element.scrollTop)).toBe(before);
  await sound(page);
  await button.click();
  await expect(log.getByText('while you read')).toBeInViewport();
  await expect(button).toHaveCount(0);
});

test('without a stream the conversations say that they are not live', async ({ desk, page }) => {
  await table(desk, false);
  await desk.seed(TABLE, conversation('g', ADA, BO, [[BO, '2024-02-01T10:00:00', 'hello']]));
  await page.goto(`${HOME}/conversations/${ADA.uuid}/g`);
  await expect(page.getByText('Not live')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Turn the stream on' })).toBeVisible();
});
