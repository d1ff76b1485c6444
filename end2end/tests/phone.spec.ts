import { numbered } from '../support/items';
import { CONNECTION, expect, fitsWidth, sound, test } from '../support/test';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('every page fits a phone, in both themes', async ({ desk, page }) => {
  test.setTimeout(120_000);
  await desk.sample();
  const job = (await desk.api('GET', '/api/jobs')).jobs[0].id;
  const table = `/c/${CONNECTION}/tables/cruddur-messages`;
  const pages: [string, string][] = [
    [`/c/${CONNECTION}/tables`, 'Tables'],
    [`/c/${CONNECTION}/tables/+new`, 'Create a table'],
    [table, 'cruddur-messages'],
    [`${table}/items`, 'cruddur-messages'],
    [`${table}/seed`, 'cruddur-messages'],
    [`${table}/conversations`, 'cruddur-messages'],
    [`/c/${CONNECTION}/partiql`, 'PartiQL'],
    [`/c/${CONNECTION}/jobs`, 'Jobs'],
    [`/c/${CONNECTION}/jobs/${job}`, 'Job'],
  ];
  for (const [path, title] of pages) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: title, level: 1, exact: true })).toBeVisible();
    // What begins to load says so by the second frame.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0);
    await sound(page);
  }
});

test('the main job is done on a phone: from nothing to a chat and an answer', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Load the Cruddur sample' }).tap();
  await expect(page.getByRole('grid', { name: 'Items of cruddur-messages' }).getByRole('gridcell').first()).toBeVisible({ timeout: 60_000 });
  await fitsWidth(page);
  await page.getByRole('grid').getByRole('gridcell', { name: /^(GRP|MSG)#/ }).first().tap();
  await expect(page.getByRole('complementary').getByRole('tab', { name: 'Tree' })).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: 'Close panel' }).tap();
  await page.getByRole('navigation', { name: 'Pages of this table' }).getByRole('link', { name: 'Conversations' }).tap();
  await page.getByRole('region', { name: 'Users' }).getByRole('link', { name: /Mira Okafor/ }).tap();
  await page.getByRole('region', { name: 'Conversations' }).getByRole('link').filter({ hasText: 'with ' }).first().tap();
  const chat = page.getByRole('log');
  await expect(chat.getByRole('article').last()).toBeInViewport();
  await sound(page);
  await page.getByRole('textbox', { name: /^Message as / }).fill('Sent from a phone');
  await page.getByRole('button', { name: 'Send' }).tap();
  await expect(chat.getByRole('article').last()).toContainText('Sent from a phone');
  await page.getByRole('link', { name: 'Back to conversations' }).tap();
  await expect(page.getByRole('region', { name: 'Conversations' })).toBeVisible();
  // The drawer leads elsewhere and closes by itself.
  await page.getByRole('button', { name: 'Menu' }).tap();
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Jobs' }).tap();
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  await fitsWidth(page);
});

test('an item is found and opened on a phone', async ({ desk, page }) => {
  await desk.createTable('small');
  await desk.seed('small', numbered(200));
  await page.goto(`/c/${CONNECTION}/tables/small/items`);
  await page.getByRole('gridcell', { name: 'row-000003', exact: true }).tap();
  await expect(page.getByRole('complementary').getByRole('heading', { name: 'row-000003' })).toBeVisible();
  await sound(page);
});
