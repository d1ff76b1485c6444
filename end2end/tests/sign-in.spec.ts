import type { Page } from '@playwright/test';
import { PASSWORD, as, signIn, user } from '../support/sign-in';
import { notes, test } from '../support/signed';
import { accessible, expect, fitsFrame, sound } from '../support/test';

const who = (page: Page, name: string) => page.getByRole('banner').getByRole('button', { name: `Signed in as ${name}` });

test('nobody gets in without a password, and whoever signs in goes on where the link led', async ({ desk, page }) => {
  await notes(desk);
  const refused: string[] = [];
  page.on('response', (answer) => void (answer.status() === 401 && refused.push(answer.url())));
  await page.goto('/c/local/tables/notes');
  const dialog = page.getByRole('dialog', { name: 'Sign in to Dynadesk' });
  await expect(dialog).toBeVisible();
  // Nothing of the table has come: what names it is the link itself.
  await expect(page.getByRole('status', { name: 'Loading the connections' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'notes' })).toHaveCount(0);
  await accessible(page);
  // Nothing was asked that could only be refused: the audit log has guesses, and no visits to this page.
  expect(refused).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await signIn(page, 'ada', 'not her password');
  await expect(dialog.getByText('There is no user of this name with this password')).toBeVisible();
  await signIn(page, 'ada');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { name: 'notes' })).toBeVisible();
  await expect(page).toHaveURL(/tables\/notes$/);
  // A reload needs no password, and no script sees the cookie.
  await page.reload();
  await expect(who(page, 'ada')).toBeVisible();
  expect(await page.evaluate(() => document.cookie)).toBe('');
  await sound(page);
  await who(page, 'ada').click();
  refused.length = 0;
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('dialog', { name: 'Sign in to Dynadesk' })).toBeVisible();
  await accessible(page);
  expect(refused).toEqual([]);
});

/** Everything that a script of the page could read, as one text. */
const readable = (page: Page) =>
  page.evaluate(async () => {
    const fields = [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value);
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    const caches_ = await caches.keys();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML, fields, databases, caches_, document.cookie, location.href, history.state, name]);
  });

test('no script of the page can read the password or what the cookie holds', async ({ desk, page, context }) => {
  await notes(desk);
  await page.goto('/c/local/tables/notes');
  await signIn(page, 'ada', 'not her password');
  await expect(page.getByText('There is no user of this name with this password')).toBeVisible();
  await signIn(page, 'ada');
  await expect(who(page, 'ada')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'notes' })).toBeVisible();
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: '__Host-dynadesk', httpOnly: true, secure: true, sameSite: 'Strict' });
  expect(cookie.value.length).toBeGreaterThan(30);
  // What is looked for would be found: the page has the name of who signed in.
  const kept = await readable(page);
  expect(kept).toContain('ada');
  for (const secret of [cookie.value, PASSWORD, 'not her password']) expect(kept).not.toContain(secret);
  await page.reload();
  await expect(who(page, 'ada')).toBeVisible();
  const later = await readable(page);
  for (const secret of [cookie.value, PASSWORD, 'not her password']) expect(later).not.toContain(secret);
});

test('a session that ends in the middle of work loses nothing that was typed', async ({ desk, page }) => {
  const ada = await notes(desk);
  await page.goto('/c/local/tables/+new');
  await signIn(page, 'ada');
  await page.getByRole('textbox', { name: 'Table name' }).fill('drafts');
  await page.getByRole('textbox', { name: 'Partition key' }).fill('pk');
  const { sessions } = await ada('GET', '/api/sessions');
  const theirs = sessions.find((one: { own: boolean }) => !one.own);
  await ada('DELETE', `/api/sessions/${theirs.id}`);
  await page.getByRole('button', { name: 'Create table' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByText('what you typed is still here')).toBeVisible();
  await accessible(page);
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('ada');
  await signIn(page, 'ada');
  // The very request that was refused has been sent again.
  await expect(page).toHaveURL(/tables\/drafts/);
  expect((await ada('GET', '/api/c/local/tables')).names).toEqual(['drafts', 'notes']);
});

test('a viewer reads, and is told which role each change needs', async ({ desk, page }) => {
  await notes(desk);
  await page.goto('/c/local/tables');
  await signIn(page, 'vi');
  const create = page.getByRole('main').getByRole('link', { name: 'Create table' }).or(page.getByRole('main').getByRole('button', { name: 'Create table' }));
  await expect(create.first()).toBeVisible();
  await page.goto('/c/local/tables/+new');
  await expect(page.getByRole('main').getByText('This needs the role admin, and yours here is viewer').first()).toBeVisible();
  await page.goto('/c/local/tables/notes/items');
  await expect(page.getByRole('button', { name: 'Add item' }).first()).toBeDisabled();
  await page.goto('/sessions');
  await expect(page.getByText('this needs the role admin on all connections')).toBeVisible();
  await accessible(page);
});

test('an admin sees who is signed in, and ends a session', async ({ desk, page, browser, users }) => {
  await notes(desk);
  await page.goto('/sessions');
  await signIn(page, 'ada');
  const other = await browser.newPage({ baseURL: desk.url });
  await other.goto('/c/local/tables');
  await signIn(other, 'vi');
  await expect(who(other, 'vi')).toBeVisible();
  await page.getByRole('button', { name: 'Refresh' }).click();
  const table = page.getByRole('table', { name: 'Sessions' });
  await expect(table.getByRole('row', { name: /vi a password viewer 127\.0\.0\.1/ })).toBeVisible();
  await sound(page);
  await table.getByRole('button', { name: 'End the session of vi' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End the session' }).click();
  await expect(table.getByRole('row', { name: /^vi / })).toHaveCount(0);
  await other.getByRole('link', { name: 'notes' }).first().click();
  await expect(other.getByRole('dialog', { name: 'Your session has ended' })).toBeVisible();
  // Who is taken out of the file does not come back.
  user(users.path, ['remove', 'vi']);
  await signIn(other, 'vi');
  await expect(other.getByText('There is no user of this name with this password')).toBeVisible();
  await other.close();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('signing in fits', async ({ desk, page }) => {
    await notes(desk);
    await page.goto('/c/local/tables');
    await expect(page.getByRole('dialog')).toBeVisible();
    await sound(page);
    await signIn(page, 'ada');
    await expect(who(page, 'ada')).toBeVisible();
    await sound(page);
    await page.goto('/sessions');
    const sessions = page.getByRole('table', { name: 'Sessions' });
    await expect(sessions.getByRole('button', { name: 'End the session of ada' }).first()).toBeInViewport();
    await sound(page);
    await fitsFrame(sessions);
    // Twenty-four hours, and the zone beside them.
    const seen = sessions.locator('time').first();
    await expect(seen).toHaveText(/ \d\d:\d\d$/);
    await expect(seen).toHaveAttribute('title', / \d\d:\d\d:\d\d (UTC|GMT)/);
  });
});
