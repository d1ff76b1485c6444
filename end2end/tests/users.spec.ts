import { readFileSync } from 'node:fs';
import { accessible, expect, sound, test as base } from '../support/test';
import { test } from '../support/users';

const HOSTILE = `O'Brien "😀" <img src=x onerror=alert(1)>`;
const HANDLES = ['ada', 'bo', HOSTILE];

test.use({
  people: {
    rows: [
      ...HANDLES.map((handle) => ({ handle })),
      { handle: 'right', id: 'sub-right' },
      { handle: 'alone' },
      { handle: 'twice' },
      { handle: 'twice' },
    ],
    pool: [...[...HANDLES, 'right', 'twice', 'only-in-cognito'].map((handle) => ({ sub: `sub-${handle}`, handle })), { sub: 'sub-nameless' }],
  },
});

test('users of both sides are listed, searched and shown with their emails', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  const rows = page.getByRole('table', { name: 'Users' }).getByRole('row');
  await expect(rows).toHaveCount(8);
  await expect(page.getByRole('region', { name: 'PostgreSQL' })).toContainText('Answers in');
  await expect(page.getByRole('region', { name: 'Cognito' })).toContainText('Answers in');
  await expect(page.getByText('7 users in the pool')).toBeVisible();
  const ada = rows.filter({ hasText: 'Name of ada' });
  await expect(ada).toContainText('MOCK');
  await expect(ada).toContainText('sub-ada');
  await expect(ada).toContainText('w•••@•••.org');
  await accessible(page);

  await ada.getByRole('button', { name: 'Show the email of ada' }).click();
  await expect(ada).toContainText('who@example.org');
  await expect(rows.filter({ hasText: 'Name of bo' })).toContainText('w•••@•••.org');
  await page.getByRole('button', { name: 'Show emails' }).click();
  await expect(rows.filter({ hasText: 'Name of bo' })).toContainText('who@example.org');

  const search = page.getByRole('searchbox', { name: 'Search users' });
  await search.fill('<img');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText(HOSTILE);
  await search.fill('');
  await page.getByRole('combobox', { name: 'Which users' }).selectOption('Only in Cognito');
  await expect(rows).toHaveCount(3);
  await expect(rows.filter({ hasText: 'only-in-cognito' })).toContainText('no row');
  await sound(page);
});

test('a search is asked for after the last letter, and only the last answer counts', async ({ page }) => {
  await page.goto('/users');
  const rows = page.getByRole('table', { name: 'Users' }).getByRole('row');
  await expect(page.getByText('7 users in the pool')).toBeVisible();
  await expect(rows).toHaveCount(8);
  const asked: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/identity/people', async (route) => {
    const { search } = route.request().postDataJSON();
    asked.push(search);
    if (search === 'alone') await held;
    await route.continue();
  });
  const search = page.getByRole('searchbox', { name: 'Search users' });
  // Letters faster than any hand, so that a slow machine does not pause between them.
  await search.evaluate((input: HTMLInputElement) => {
    for (const text of ['a', 'al', 'alo', 'alon', 'alone']) {
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
  });
  await expect.poll(() => asked).toEqual(['alone']);
  await search.fill('right');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('Name of right');
  const late = page.waitForResponse((response) => response.request().postDataJSON()?.search === 'alone');
  release();
  await (await late).finished();
  // Whatever the page makes of it is on the screen two frames later.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(asked).toEqual(['alone', 'right']);
  await expect(rows.nth(1)).toContainText('Name of right');
});

test('what is in a table is counted when it is asked for', async ({ desk, page }) => {
  await desk.sample();
  await page.goto('/users');
  const ada = page.getByRole('table', { name: 'Users' }).getByRole('row').filter({ hasText: 'Name of ada' });
  await ada.getByRole('button', { name: 'Count of ada' }).click();
  await expect(ada).toContainText('0 conversations, 0 messages');
  await ada.getByRole('link', { name: 'Conversations' }).click();
  await expect(page).toHaveURL(/\/tables\/cruddur-messages\/conversations\//);
});

test('Cognito ids are planned, reviewed, updated, put back and updated again', async ({ page }) => {
  await page.goto('/users/cognito-ids');
  await page.getByRole('button', { name: 'Make a plan' }).click();
  const found = page.getByRole('group', { name: 'What the plan found' });
  await expect(found).toContainText('3 will change');
  await expect(found).toContainText('1 already right');
  await expect(found).toContainText('1 without a row');
  await expect(found).toContainText('1 MOCK left over');
  await expect(found).toContainText('3 ambiguous');
  await expect(found).toContainText('1 without an attribute');
  const plan = page.getByRole('table', { name: 'Plan' });
  await expect(plan.getByRole('row')).toHaveCount(4);
  await expect(plan).toContainText(HOSTILE);
  await accessible(page);

  await plan.getByRole('checkbox', { name: 'Change bo' }).uncheck();
  await page.getByRole('button', { name: 'Review 2 changes' }).click();
  const dialog = page.getByRole('dialog', { name: 'Update these Cognito ids?' });
  await expect(dialog).toContainText('2 rows of "public"."users"');
  await accessible(page);
  await dialog.getByRole('button', { name: 'Update' }).click();
  const report = page.getByRole('region', { name: 'Report', exact: true });
  await expect(report).toContainText('2 rows updated');
  await accessible(page);

  const download = page.waitForEvent('download');
  await report.getByRole('link', { name: 'Download CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  expect(csv.trim().split('\r\n')).toHaveLength(3);
  expect(csv).toContain('"written"');

  await report.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('dialog', { name: 'Undo this update?' }).getByRole('button', { name: 'Undo' }).click();
  await expect(report).toContainText('2 rows put back');
  const earlier = page.getByRole('table', { name: 'Earlier updates' }).getByRole('row');
  await expect(earlier).toHaveCount(3);
  await expect(earlier.nth(2)).toContainText('Undone');

  await page.getByRole('button', { name: 'Make a plan' }).click();
  await page.getByRole('button', { name: 'Review 3 changes' }).click();
  await dialog.getByRole('button', { name: 'Update' }).click();
  await expect(report).toContainText('3 rows updated');
  await sound(page);
});

test.describe('in production', () => {
  test.use({ production: true });

  test('an update waits for the unlock, and asks for the name of the database', async ({ desk, page }) => {
    await desk.api('DELETE', '/api/identity/unlock');
    await page.goto('/users/cognito-ids');
    const bar = page.getByRole('banner');
    await expect(bar.getByText('PRODUCTION')).toBeVisible();
    await expect(bar.getByRole('button', { name: 'Locked' })).toBeVisible();
    await sound(page);
    await page.getByRole('button', { name: 'Make a plan' }).click();
    await page.getByRole('button', { name: 'Review 3 changes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Update these Cognito ids?' });
    await expect(dialog.getByRole('button', { name: 'Update' })).toBeDisabled();
    await dialog.getByRole('textbox', { name: 'Type postgres to confirm' }).fill('postgres');
    await dialog.getByRole('button', { name: 'Update' }).click();
    const unlock = page.getByRole('dialog', { name: 'Unlock the users?' });
    await unlock.getByRole('textbox', { name: 'Why do you write to it?' }).fill('ticket 42');
    await unlock.getByRole('button', { name: 'Unlock' }).click();
    const report = page.getByRole('region', { name: 'Report', exact: true });
    await expect(report).toContainText('3 rows updated');
    await expect(bar.getByRole('timer')).toHaveText(/^1[45]:\d\d$/);
    await report.getByRole('button', { name: 'Undo' }).click();
    const undo = page.getByRole('dialog', { name: 'Undo this update?' });
    await expect(undo.getByRole('button', { name: 'Undo' })).toBeDisabled();
    await undo.getByRole('textbox', { name: 'Type postgres to confirm' }).fill('postgres');
    await undo.getByRole('button', { name: 'Undo' }).click();
    await expect(report).toContainText('3 rows put back');
    await page.setViewportSize({ width: 390, height: 844 });
    await sound(page);
    await bar.getByRole('button', { name: 'Lock', exact: true }).click();
    await expect(bar.getByRole('button', { name: 'Locked' })).toBeVisible();
  });
});

base('where no users are configured, the page says how', async ({ page }) => {
  await page.goto('/users');
  await expect(page.getByRole('heading', { name: 'No users are configured' })).toBeVisible();
  await expect(page.getByText('[identity.database]')).toBeVisible();
  await sound(page);
});
