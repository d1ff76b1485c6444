import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { ItemsPage } from '../support/items-page';
import { as, signIn } from '../support/sign-in';
import { notes, test } from '../support/signed';
import { type Dynadesk, accessible, expect, fitsFrame, sound } from '../support/test';

// Rows are copied, and read back from nowhere.
test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const HOSTILE = '<img src=x onerror=alert(1)>\u202e=cmd';

/** A table with an item in it, a viewer who tried to drop it, and a stranger. */
async function busy(desk: Dynadesk) {
  const ada = await notes(desk);
  await write(ada, HOSTILE);
  const vi = await as(desk, 'vi');
  await expect(vi('DELETE', '/api/c/local/tables/notes', { confirm: 'notes' })).rejects.toThrow('not_allowed');
  await desk.ask('POST', '/api/session/sign-in', { name: HOSTILE, password: 'not a password' });
  return ada;
}

const write = (ada: Awaited<ReturnType<typeof as>>, pk: string) =>
  ada('POST', '/api/c/local/tables/notes/items/write', { changes: [{ create: { item: { pk: { S: pk } } } }], together: false });

async function open(page: Page, path = '/audit') {
  await page.goto(path);
  await signIn(page, 'ada');
  const table = page.getByRole('table', { name: 'Audit log' });
  await expect(table).toBeVisible();
  return table;
}

test('an admin finds who did what, and the way from there to the history', async ({ desk, page }) => {
  await busy(desk);
  await page.goto('/');
  await signIn(page, 'ada');
  await page.getByRole('banner').getByRole('button', { name: 'Signed in as ada' }).click();
  await page.getByRole('menuitem', { name: 'Audit log' }).click();
  const table = page.getByRole('table', { name: 'Audit log' });
  await expect(table.getByRole('row', { name: /vi Refused Drop table local \/ notes not_allowed 127\.0\.0\.1/ })).toBeVisible();
  await expect(table.getByRole('row', { name: /ada Done Create table local \/ notes/ })).toBeVisible();
  await sound(page);
  // Filters are in the URL, and what does not fit goes.
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('Writing items');
  await expect(page).toHaveURL(/kind=write/);
  await expect(table.getByRole('row', { name: /Drop table/ })).toHaveCount(0);
  const entry = table.getByRole('row', { name: /Write items/ });
  await entry.getByRole('link').click();
  const panel = page.getByRole('complementary', { name: 'Write items' });
  await expect(panel.getByText('Its place in the chain')).toBeVisible();
  await expect(panel.getByRole('link', { name: /onerror/ })).toBeVisible();
  await sound(page);
  await panel.getByRole('button', { name: 'Close' }).click();
  await expect(panel).toBeHidden();
  await expect(entry.getByRole('link')).toBeFocused();
  await entry.getByRole('link').click();
  await panel.getByRole('link', { name: /onerror/ }).click();
  await expect(page).toHaveURL(/\/c\/local\/history\?write=/);
  await expect(page.getByRole('complementary').getByText('What it changed')).toBeVisible();
});

test('who is typed into the filter is found, and what nobody did is said', async ({ desk, page }) => {
  await busy(desk);
  const table = await open(page, '/audit?result=refused');
  await expect(table.getByRole('row', { name: /onerror/ })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Who' }).fill('VI');
  await expect(table.getByRole('row', { name: /onerror/ })).toHaveCount(0);
  await expect(table.getByRole('row', { name: /Drop table/ })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Who' }).fill('nobody at all');
  await expect(page.getByText('No entry fits these filters.')).toBeVisible();
  await sound(page);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Who' })).toHaveValue('nobody at all');
});

test('a page that is live shows what others do as they do it', async ({ desk, page }) => {
  const ada = await busy(desk);
  const table = await open(page);
  const before = await table.getByRole('row').count();
  const live = page.getByRole('switch', { name: 'Live' });
  await live.click();
  await expect(live).toHaveAttribute('aria-checked', 'true');
  await expect(page).toHaveURL(/live=1/);
  await write(ada, 'another');
  await expect(table.getByRole('row')).toHaveCount(before + 1);
  await table.getByRole('link').first().click();
  await expect(page.getByRole('complementary').getByText('{"S":"another"}').or(page.getByRole('complementary').getByText('another'))).toBeVisible();
});

test('the log is verified, and taken along without formulas', async ({ desk, page }) => {
  await busy(desk);
  await desk.ask('POST', '/api/session/sign-in', { name: '=1+1', password: 'not a password' });
  await open(page);
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText(/\d+ entries since .*, as they were written\./)).toBeVisible();
  await accessible(page);
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const csv = readFileSync(await (await saved).path(), 'utf8');
  expect(csv).toContain('"\'=1+1"');
  const lines = page.waitForEvent('download');
  await page.getByRole('link', { name: 'JSON Lines' }).click();
  const rows = readFileSync(await (await lines).path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  expect(rows.map((row) => row.entry.operation)).toContain('verify_audit_log');
});

test('rows that leave in a file are in the log, and where they cannot be there is no file', async ({ desk, page }) => {
  const ada = await notes(desk);
  await write(ada, 'one');
  await write(ada, 'two');
  await page.goto('/c/local/tables/notes/items');
  await signIn(page, 'ada');
  const items = new ItemsPage(page, 'notes');
  await expect(items.box(1)).toBeVisible();
  await items.grid.getByRole('checkbox', { name: 'Select all loaded rows' }).check();
  const choose = async (menu: string, form: string) => {
    await items.selected.getByRole('button', { name: menu }).click();
    await page.getByRole('menuitem', { name: form, exact: true }).click();
  };
  // What is required and cannot be written down stays where it is.
  const noted = '**/items/exported';
  await page.route(noted, (route) => route.fulfill({ status: 503, json: { code: 'audit_unavailable', message: 'nothing was done', request_id: 'r' } }));
  const files: string[] = [];
  page.on('download', (file) => files.push(file.suggestedFilename()));
  await choose('Export', 'CSV');
  await expect(page.getByText('No file was saved')).toBeVisible();
  await choose('Copy', 'JSON');
  await expect(page.getByText('The rows were not copied')).toBeVisible();
  await page.unroute(noted);
  const saved = page.waitForEvent('download');
  await choose('Export', 'JSON Lines');
  expect((await saved).suggestedFilename()).toBe('notes.jsonl');
  expect(files).toEqual(['notes.jsonl']);
  await choose('Copy', 'CSV');
  await expect(page.getByText('2 rows copied as CSV')).toBeVisible();
  await page.goto('/audit?kind=export');
  const table = page.getByRole('table', { name: 'Audit log' });
  await expect(table.getByRole('row', { name: /ada Done Export items local \/ notes/ })).toHaveCount(2);
  await table.getByRole('link').last().click();
  await expect(page.getByRole('complementary').getByText('2 items as JSON in a file; shown at /c/local/tables/notes/items')).toBeVisible();
});

test('a viewer reads why it is not theirs to see', async ({ desk, page }) => {
  await busy(desk);
  await page.goto('/audit');
  await signIn(page, 'vi');
  await expect(page.getByText('this needs the role admin on all connections')).toBeVisible();
  // There is nothing that they could ask, and no table that they could make.
  await expect(page.getByRole('main').getByRole('button', { name: /Refresh|Verify|Try again/ })).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('searchbox')).toHaveCount(0);
  const create = page.getByRole('navigation', { name: 'Console' }).getByRole('button', { name: 'Create a table' });
  await expect(create).toBeDisabled();
  await expect(create).toHaveAccessibleDescription(/needs the role admin/);
  await sound(page);
  await page.getByRole('banner').getByRole('button', { name: 'Signed in as vi' }).click();
  await expect(page.getByRole('menuitem', { name: 'Audit log' })).toHaveCount(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('list and entry fit', async ({ desk, page }) => {
    await busy(desk);
    const table = await open(page);
    await sound(page);
    await fitsFrame(table);
    await table.getByRole('link').first().click();
    await expect(page.getByRole('complementary')).toBeVisible();
    await sound(page);
  });
});
