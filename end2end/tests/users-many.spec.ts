import type { Page } from '@playwright/test';
import { CONNECTION, expect, sound } from '../support/test';
import { test } from '../support/users';

const COLUMNS = '(uuid, display_name, handle, email, cognito_user_id)';
const PAGE = 100;

/** Rows `u1`, `u2` and so on; those with an even number were never synchronised. */
const rows = (count: number) =>
  `INSERT INTO public.users ${COLUMNS} SELECT gen_random_uuid(), 'User ' || lpad((${count} - n)::text, 6, '0'), 'u' || n, 'u' || n || '@example.org', ` +
  `CASE WHEN n % 2 = 0 THEN 'MOCK' ELSE 'sub-u' || n END FROM generate_series(1, ${count}) AS n`;
const pool = (count: number) => Array.from({ length: count }, (_, at) => ({ sub: `sub-u${at + 1}`, handle: `u${at + 1}` }));

function users(page: Page) {
  const table = page.getByRole('table', { name: 'Users', exact: true });
  return { table, rows: table.getByRole('row'), search: page.getByRole('searchbox', { name: 'Search users' }) };
}

/** The longest time that the page did not answer, for whoever reads the log: no test fails because of it. */
async function watched(page: Page, what: string, act: () => Promise<void>) {
  await page.evaluate(() => {
    const seen = window as unknown as { longest: number };
    seen.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.longest = Math.max(seen.longest, entry.duration);
    }).observe({ type: 'longtask' });
  });
  const began = Date.now();
  await act();
  const took = Date.now() - began;
  const longest = await page.evaluate(() => (window as unknown as { longest: number }).longest);
  console.log(`${what}: ${took} ms, longest task ${Math.round(longest)} ms`);
}

test.describe('5,000 users', () => {
  test.use({ people: { rows: [], pool: pool(5000), sql: rows(5000) } });

  test('are listed, searched, sorted, counted, and brought in line with the pool', async ({ desk, page }) => {
    await desk.sample();
    await page.goto('/users');
    const { table, rows, search } = users(page);
    await expect(page.getByText('5,000 users · 5,000 users in the pool')).toBeVisible();
    await expect(rows).toHaveCount(PAGE + 1);
    await search.pressSequentially('u4999');
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(1)).toContainText('sub-u4999');
    await search.fill('');
    await expect(rows).toHaveCount(PAGE + 1);
    await table.getByRole('button', { name: 'Display name' }).click();
    await expect(rows.nth(1)).toContainText('User 000000');
    await page.getByRole('button', { name: 'Count all listed' }).click();
    await expect(table.getByText('0 conversations, 0 messages')).toHaveCount(PAGE);
    await expect(page.getByRole('button', { name: 'Count all listed' })).toBeVisible();
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect(rows).toHaveCount(2 * PAGE + 1);
    // The list is read again after the pool, as far as it is shown: nobody is taken back to its beginning.
    let again = 0;
    page.on('response', (answer) => void (answer.url().endsWith('/api/identity/people') && again++));
    await page.getByRole('button', { name: 'Read the pool' }).click();
    await expect.poll(() => again).toBe(2);
    await expect(rows).toHaveCount(2 * PAGE + 1);

    // Planned, chosen, updated and put back, with a report by page.
    await page.getByRole('link', { name: 'Update Cognito ids' }).click();
    await page.getByRole('button', { name: 'Make a plan' }).click();
    await expect(page.getByRole('group', { name: 'What the plan found' })).toContainText('2,500 will change');
    const choosing = page.getByRole('group', { name: 'Rows to change' });
    await expect(choosing).toContainText('2,500 of 2,500 chosen');
    await expect(choosing.getByRole('button', { name: 'Only these' })).toBeDisabled();
    await choosing.getByRole('button', { name: 'None' }).click();
    await expect(choosing).toContainText('0 of 2,500 chosen');
    await expect(page.getByRole('button', { name: 'Review 0 changes' })).toBeDisabled();

    // u4, u40 to u49, u400 to u499, u4000 to u4999: those with an even number, and more than the page shows.
    await page.getByRole('searchbox', { name: 'Search the plan' }).pressSequentially('sub-u4');
    await choosing.getByRole('button', { name: 'Only these 556' }).click();
    await expect(choosing).toContainText('556 of 2,500 chosen');
    const plan = page.getByRole('table', { name: 'Plan' });
    await plan.getByRole('checkbox', { name: 'Change u4', exact: true }).uncheck();
    await page.getByRole('button', { name: 'Review 555 changes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Update these Cognito ids?' });
    await dialog.getByRole('button', { name: 'Update' }).click();
    const report = page.getByRole('region', { name: 'Report', exact: true });
    await expect(report).toContainText('555 rows updated');
    const reported = report.getByRole('table', { name: 'Rows of the report' }).getByRole('row');
    await expect(reported).toHaveCount(501);
    await report.getByRole('button', { name: 'Show more of 555 rows' }).click();
    await expect(reported).toHaveCount(556);

    await page.getByRole('button', { name: 'Make a plan' }).click();
    await page.getByRole('button', { name: 'Review 1,945 changes' }).click();
    await dialog.getByRole('button', { name: 'Update' }).click();
    await expect(report).toContainText('1,945 rows updated');
    await report.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog', { name: 'Undo this update?' }).getByRole('button', { name: 'Undo' }).click();
    await expect(report).toContainText('1,945 rows put back');
    const earlier = page.getByRole('table', { name: 'Earlier updates' }).getByRole('row');
    await expect(earlier).toHaveCount(4);
    // With few rows on it: looking at each of a thousand takes longer than all of the above.
    await page.reload();
    await expect(earlier).toHaveCount(4);
    await sound(page);
  });
});

test.describe('100,000 users', () => {
  test.use({ people: { rows: [], pool: pool(100_000), sql: rows(100_000) } });

  test('are opened, searched, sorted and scrolled', async ({ page }) => {
    await page.goto('/');
    const { table, rows, search } = users(page);
    await watched(page, '100,000 users open', async () => {
      await page.getByRole('link', { name: 'Users', exact: true }).click();
      await expect(rows).toHaveCount(PAGE + 1);
      await expect(page.getByText('100,000 users')).toBeVisible();
    });
    // The list is there and answers while 1,667 pages of the pool are read.
    await watched(page, 'search', async () => {
      await search.pressSequentially('u99999');
      await expect(rows).toHaveCount(2);
    });
    await expect(rows.nth(1)).toContainText('u99999');
    await search.fill('');
    await expect(rows).toHaveCount(PAGE + 1);
    await watched(page, 'sort', async () => {
      await table.getByRole('button', { name: 'Display name' }).click();
      await expect(rows.nth(1)).toContainText('User 000000');
      await table.getByRole('button', { name: 'Display name' }).click();
      await expect(rows.nth(1)).toContainText('User 099999');
    });
    await watched(page, 'scroll', async () => {
      for (let pages = 2; pages <= 6; pages++) {
        await page.getByRole('button', { name: 'Show more' }).click();
        await expect(rows).toHaveCount(pages * PAGE + 1);
      }
      await rows.last().scrollIntoViewIfNeeded();
      await expect(rows.last()).toContainText('User 099400');
    });
    await watched(page, 'pool', async () => {
      await expect(page.getByText('100,000 users in the pool')).toBeVisible({ timeout: 45_000 });
    });
    await search.pressSequentially('u77777');
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(1)).toContainText('sub-u77777');
    await sound(page);
  });
});

test.describe('1,501 names that are out of date', () => {
  const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const count = 1501;
  test.use({
    people: {
      rows: [],
      pool: [],
      sql:
        `INSERT INTO public.users ${COLUMNS} SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'New ' || n, 'u' || n, '', 'MOCK' ` +
        `FROM generate_series(1, ${count}) AS n`,
    },
  });

  test('are searched, chosen and refreshed by job after job', async ({ desk, page }) => {
    await desk.cruddurTable();
    const items = Array.from({ length: count }, (_, at) => ({
      pk: 'MSG#g',
      sk: `2023-03-24T${String(at + 1).padStart(6, '0')}`,
      message_uuid: `m${at + 1}`,
      message: 'hi',
      user_uuid: uuid(at + 1),
      user_display_name: `Old ${at + 1}`,
      user_handle: `u${at + 1}`,
    }));
    const job = await desk.api('POST', `/api/c/${CONNECTION}/tables/cruddur-messages/seed`, { source: { items: { text: JSON.stringify(items) } } });
    await desk.jobEnd(job.id);
    await page.goto('/users/integrity');
    await page.getByRole('button', { name: 'Check the table' }).click();
    const names = page.getByRole('region', { name: 'Names out of date', exact: true });
    const choosing = names.getByRole('group', { name: 'Names to refresh' });
    await expect(choosing).toContainText('1,501 of 1,501 chosen');
    await expect(names.getByRole('table').getByRole('row')).toHaveCount(501);
    await names.getByRole('button', { name: 'Show more (1,001 left)' }).click();
    await expect(names.getByRole('table').getByRole('row')).toHaveCount(1001);

    await names.getByRole('searchbox', { name: 'Search these names' }).fill('old 150');
    await choosing.getByRole('button', { name: 'Only these 3' }).click();
    await expect(names.getByRole('button', { name: 'Review 3 names' })).toBeVisible();
    await choosing.getByRole('button', { name: 'All', exact: true }).click();
    await names.getByRole('button', { name: 'Review the first 1,000 of 1,501 names' }).click();
    const dialog = page.getByRole('dialog', { name: 'Refresh these names?' });
    await expect(dialog).toContainText('the other 501 stay chosen for the next');
    await dialog.getByRole('button', { name: 'Refresh' }).click();
    await expect(names.getByText('Refresh the names of 1,000 users in cruddur-messages')).toBeVisible();
    await expect(names.getByText('Done', { exact: true })).toBeVisible();
    await names.getByRole('button', { name: 'Review 501 names' }).click();
    await dialog.getByRole('button', { name: 'Refresh' }).click();
    await expect(names.getByText('Refresh the names of 501 users in cruddur-messages')).toBeVisible();
    await expect(names.getByText('Done', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Check again' }).click();
    await expect(names).toContainText('Every row has the name that PostgreSQL has.');
    await sound(page);
  });
});
