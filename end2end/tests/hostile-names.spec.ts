import { Aws } from '../support/aws';
import { BOMB, NAME } from '../support/hostile';
import { s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { Dynadesk, expect, sound, test as base } from '../support/test';

/** A name that ends an attribute of a tag, where somebody builds one of text. */
const QUOTED = '"><svg onload="window.hacked=1">';
const INDEX = '<img src=x onerror="window.hacked=1">by-kind';

/** DynamoDB takes no such names, but whatever stands at an endpoint may list them. */
const test = base.extend<{ aws: Aws }>({
  aws: async ({}, use) => {
    const aws = await Aws.start();
    aws.table(BOMB);
    aws.table(QUOTED);
    aws.table('javascript:window.hacked=1');
    const notes = aws.table('notes');
    notes.description.GlobalSecondaryIndexes[0].IndexName = INDEX;
    notes.tags.set(BOMB, QUOTED);
    notes.items = [{ pk: s(BOMB), kind: s(QUOTED), [NAME]: s('harmless') }];
    await use(aws);
    await aws.stop();
  },
  desk: async ({ aws }, use) => {
    const desk = await Dynadesk.start({ config: aws.config() });
    await use(desk);
    await desk.dispose();
  },
});

const hacked = (page: import('@playwright/test').Page) => page.evaluate(() => 'hacked' in window);

test('tables of hostile names are listed as text, and their pages say what is wrong with the name', async ({ page }) => {
  await page.goto('/c/aws/tables');
  for (const name of [BOMB, QUOTED, 'javascript:window.hacked=1']) {
    await expect(page.getByRole('main').getByText(name, { exact: true }).first()).toBeVisible();
  }
  await sound(page);
  expect(await hacked(page)).toBe(false);
  for (const name of [BOMB, QUOTED]) {
    for (const below of ['', '/items']) {
      await page.goto(`/c/aws/tables/${encodeURIComponent(name)}${below}`);
      await expect(page.getByText(/a table name has only/).first()).toBeVisible();
      await sound(page);
      expect(await hacked(page)).toBe(false);
    }
  }
  // As somebody gets there who only clicks.
  await page.goto('/c/aws/tables');
  await page.getByRole('main').getByRole('link', { name: 'javascript:window.hacked=1' }).first().click();
  await expect(page).toHaveURL(/\/c\/aws\/tables\/javascript/);
  expect(await hacked(page)).toBe(false);
});

test('an index and tags of hostile names are text on the overview and among the items', async ({ page }) => {
  await page.goto('/c/aws/tables/notes');
  await expect(page.getByText(INDEX).first()).toBeVisible();
  await sound(page);
  expect(await hacked(page)).toBe(false);
  const items = new ItemsPage(page, 'notes', 'aws');
  await items.open();
  await expect(items.cell(BOMB).first()).toBeVisible();
  await expect(items.cell(QUOTED).first()).toBeVisible();
  await sound(page);
  await page.goto(`/c/aws/tables/notes/items?index=${encodeURIComponent(INDEX)}`);
  await expect(page.getByText(INDEX).first()).toBeAttached();
  await sound(page);
  expect(await hacked(page)).toBe(false);
});
