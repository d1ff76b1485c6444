import { CONNECTION, expect, sound, test } from '../support/test';

test.use({ start: {} });

test('from nothing to reading a conversation, and everything is still there after a restart', async ({ desk, page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(`/c/${CONNECTION}/tables`);
  await expect(page.getByText('No tables yet')).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: 'Create a table' })).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: 'Load the Cruddur sample' }).click();
  await expect(page.getByRole('grid', { name: 'Items of cruddur-messages' }).getByRole('gridcell', { name: /^(GRP|MSG)#/ }).first()).toBeVisible({ timeout: 60_000 });
  await sound(page);

  // Two clicks from the data to a chat of a user, once their conversations are open.
  await page.getByRole('navigation', { name: 'Pages of this table' }).getByRole('link', { name: 'Conversations' }).click();
  await page.getByRole('region', { name: 'Users' }).getByRole('link', { name: /Mira Okafor/ }).click();
  const list = page.getByRole('region', { name: 'Conversations' });
  await expect(list.getByRole('link', { name: /^with / }).or(list.getByRole('link').filter({ hasText: 'with ' })).first()).toBeVisible();
  await list.getByRole('link').filter({ hasText: 'with ' }).first().click();
  const chat = page.getByRole('log', { name: /^Messages/ });
  await expect(chat.getByRole('article').first()).toBeVisible();
  await expect(chat.getByRole('article').filter({ hasText: 'from Mira Okafor' }).first()).toBeVisible();
  await sound(page);
  const read = await chat.getByRole('article').last().innerText();
  const link = page.url();

  await desk.stop();
  await desk.again();
  await page.goto(link);
  await expect(chat.getByRole('article').last()).toBeVisible();
  expect(await chat.getByRole('article').last().innerText()).toBe(read);
  // Loading it again changes nothing.
  const before = await desk.items('cruddur-messages');
  const job = await desk.api('POST', `/api/c/${CONNECTION}/tables/cruddur-messages/seed`, { source: 'sample' });
  expect((await desk.jobEnd(job.id)).progress).toMatchObject({ written: 0, rejected: 0 });
  expect(await desk.items('cruddur-messages')).toEqual(before);
});
