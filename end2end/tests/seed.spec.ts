import { ADA, BO } from '../support/cruddur';
import { numbered, s } from '../support/items';
import { CONNECTION, expect, sound, test } from '../support/test';

/** Enough that writing them takes longer than opening the page of the job. */
const MANY = 400_000;

test('a plan shows what would be written, the job writes just that, and a second time nothing', async ({ desk, page }) => {
  await desk.createTable('plants');
  await desk.seed('plants', [{ pk: s('oak'), leaves: s('old') }, { pk: s('ash'), leaves: s('green') }]);
  await page.goto(`/c/${CONNECTION}/tables/plants/seed`);
  await page.getByRole('radio', { name: /^Items/ }).check();
  const lines = ['{"pk":"oak","leaves":"new"}', '{"pk":"ash","leaves":"green"}', '{"pk":"elm","height":12.50}', '{"leaves":"no key"}', 'not json'];
  await page.getByRole('textbox', { name: 'Items' }).fill(lines.join('\n'));
  await sound(page);
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByRole('heading', { name: 'What will be written' })).toBeVisible();
  await expect(page.getByText('1 new, 1 there with the same content (nothing to do), 1 there with other content.')).toBeVisible();
  await expect(page.getByText('Cannot be written: 2')).toBeVisible();
  await expect(page.getByRole('row', { name: /^4 .*pk/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /^5 / })).toBeVisible();
  await sound(page);
  // Nothing was written for the review.
  expect(await desk.items('plants')).toHaveLength(2);
  await page.getByRole('button', { name: 'Write 3 items' }).click();
  await expect(page.getByText('Done', { exact: true })).toBeVisible();
  await expect(page.getByText('Rejected: 2')).toBeVisible();
  await sound(page);
  const stored = new Map((await desk.items('plants')).map((item) => [item.pk.S, item]));
  // What differs was kept, as the plan said.
  expect(stored.get('oak')?.leaves).toEqual({ S: 'old' });
  expect(Number(stored.get('elm')?.height.N)).toBe(12.5);
  expect(stored.size).toBe(3);

  // The same again, now replacing: one item changes, and then nothing any more.
  await page.getByRole('button', { name: 'Seed more' }).click();
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('radio', { name: 'Replace them' }).check({ force: true });
  await page.getByRole('button', { name: 'Write 3 items' }).click();
  await expect(page.getByText('Done', { exact: true })).toBeVisible();
  expect((await desk.items('plants')).find((item) => item.pk.S === 'oak')?.leaves).toEqual({ S: 'new' });
  await page.getByRole('button', { name: 'Seed more' }).click();
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByText('0 new, 3 there with the same content (nothing to do), 0 there with other content.')).toBeVisible();

  await page.goto(`/c/${CONNECTION}/jobs`);
  await expect(page.getByRole('table', { name: 'Jobs' }).getByRole('link', { name: /plants/ }).first()).toBeVisible();
  await sound(page);
});

test('a running job is watched live, cancelled, and reports what it wrote', async ({ desk, page }) => {
  await desk.createTable('many');
  const path = `/api/c/${CONNECTION}/tables/many/seed`;
  const text = numbered(MANY).map((item) => JSON.stringify(item)).join('\n');
  const job = await desk.api('POST', path, { source: { items: { text } }, on_collision: 'replace' });
  await page.goto(`/c/${CONNECTION}/jobs/${job.id}`);
  const bar = page.getByRole('progressbar');
  await expect(bar).toBeVisible();
  const share = async () => Number(await bar.getAttribute('aria-valuenow'));
  const first = await share();
  await expect.poll(share).toBeGreaterThan(first);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();
  await sound(page);
  const end = await desk.api('GET', `/api/jobs/${job.id}`);
  expect(end.state).toBe('cancelled');
  expect(end.progress.written).toBeGreaterThan(0);
  expect(end.progress.written).toBeLessThan(MANY);
  // It reports what is really there.
  expect((await desk.items('many')).length).toBe(end.progress.written);
});

test('a conversation file becomes a conversation between two people, ended in the past', async ({ desk, page }) => {
  await desk.cruddurTable();
  await page.goto(`/c/${CONNECTION}/tables/cruddur-messages/seed`);
  await page.getByRole('radio', { name: /^A conversation/ }).check();
  const text = page.getByRole('textbox', { name: 'Conversation' });
  await text.fill('Person 1: Hello there\nPerson 2: Hi!\nPerson 3: Who am I?');
  for (const [at, who] of [ADA, BO].entries()) {
    const person = page.getByRole('group', { name: `Person ${at + 1}` });
    await person.getByRole('textbox', { name: 'Uuid' }).fill(who.uuid);
    await person.getByRole('textbox', { name: 'Display name' }).fill(who.display_name);
    await person.getByRole('textbox', { name: 'Handle' }).fill(who.handle);
  }
  await sound(page);
  // A line that is no message is named, and nothing is written.
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'line 3' })).toBeVisible();
  expect(await desk.items('cruddur-messages')).toHaveLength(0);
  await text.fill('Person 1: Hello there\nPerson 2: Hi!');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Write 4 items' }).click();
  await expect(page.getByText('Done', { exact: true })).toBeVisible();
  const rows = await desk.items('cruddur-messages');
  expect(rows.map((row) => row.message.S).sort()).toEqual(['Hello there', 'Hi!', 'Hi!', 'Hi!']);
  for (const row of rows) expect(Date.parse(`${String(row.sk.S).slice(0, 19)}Z`)).toBeLessThan(Date.now());
  await page.getByRole('link', { name: 'Read the conversations' }).click();
  await expect(page.getByRole('region', { name: 'Users' }).getByRole('link')).toHaveText([/Ada Byron/, /Bo Chen/]);
});

test.describe('on production', () => {
  test.use({ start: { config: '[[connection]]\nname = "prod"\nkind = "embedded"\nmemory = true\nproduction = true\n' } });

  test('what replaces goes by the name of the table, and what keeps does not', async ({ desk, page }) => {
    await desk.createTable('plants', { connection: 'prod' });
    await desk.seed('plants', [{ pk: s('oak'), leaves: s('old') }], 'prod');
    await page.goto('/c/prod/tables/plants/seed');
    await page.getByRole('radio', { name: /^Items/ }).check();
    await page.getByRole('textbox', { name: 'Items' }).fill('{"pk":"oak","leaves":"new"}');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Write 1 item' }).click();
    await expect(page.getByText('Done', { exact: true })).toBeVisible();
    expect((await desk.items('plants', 'prod'))[0].leaves).toEqual({ S: 'old' });
    await page.getByRole('button', { name: 'Seed more' }).click();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('radio', { name: 'Replace them' }).check({ force: true });
    await page.getByRole('button', { name: 'Write 1 item' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replace items of plants?' });
    await expect(dialog.getByRole('button', { name: 'Replace items' })).toHaveAttribute('aria-disabled', 'true');
    await sound(page);
    await dialog.getByRole('textbox', { name: 'Type plants to confirm' }).fill('plants');
    await dialog.getByRole('button', { name: 'Replace items' }).click();
    await expect(page.getByText('Done', { exact: true })).toBeVisible();
    expect((await desk.items('plants', 'prod'))[0].leaves).toEqual({ S: 'new' });
  });
});
