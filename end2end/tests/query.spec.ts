import type { Page } from '@playwright/test';
import type { Dynadesk } from '../support/dynadesk';
import { type Item, n, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { expect, sound, test } from '../support/test';

const PLACE = 'p,1/#?';
const define = (name: string, kind: string) => ({ AttributeName: name, AttributeType: kind });
const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
const ALL = { ProjectionType: 'ALL' };

/** `orders`: `pk` S and `n` N, the LSI `by-day` and the GSI `by-kind`; 240 items at PLACE, 60 elsewhere. */
async function orders(desk: Dynadesk, page: Page): Promise<ItemsPage> {
  await desk.createTable('orders', {
    AttributeDefinitions: [define('pk', 'S'), define('n', 'N'), define('day', 'S'), define('kind', 'S')],
    KeySchema: key('pk', 'n'),
    LocalSecondaryIndexes: [{ IndexName: 'by-day', KeySchema: key('pk', 'day'), Projection: ALL }],
    GlobalSecondaryIndexes: [{ IndexName: 'by-kind', KeySchema: key('kind', 'n'), Projection: ALL }],
  });
  const items = Array.from({ length: 300 }, (_, at): Item => ({
    pk: s(at < 240 ? PLACE : 'elsewhere'),
    n: n(at),
    day: s(`2023-${String(1 + (at % 12)).padStart(2, '0')}-${String(at).padStart(3, '0')}`),
    kind: s(at % 3 === 0 ? 'rare' : 'common'),
  }));
  await desk.seed('orders', items);
  return new ItemsPage(page, 'orders');
}

const field = (items: ItemsPage, name: string) => items.builder.getByRole('textbox', { name });
const choice = (items: ItemsPage, name: string) => items.builder.getByRole('combobox', { name });

test('a Query of the table says why it is one, what it will send, and what it cost', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await items.openBuilder();
  await expect(items.builder.getByText(/^: no partition key is given/)).toContainText('it costs at most about');
  await field(items, 'Partition key pk').fill(PLACE);
  await choice(items, 'Sort key n').selectOption('between');
  await field(items, 'n from').fill('9');
  await field(items, 'n to').fill('20');
  await expect(items.builder.getByText(/^: the partition key is given/)).toContainText(/A page costs about [\d.]+ RCU \(300 items of \d+ B on average, eventually consistent\), and never more than 178/);
  await sound(page);

  await items.builder.getByRole('button', { name: 'Show request' }).click();
  const dialog = page.getByRole('dialog', { name: 'The request that Run sends' });
  for (const [tab, region, text] of [
    ['JSON', 'Request as JSON', '"KeyConditionExpression": "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2"'],
    ['aws', 'AWS command', 'aws dynamodb query'],
    ['Rust', 'Request in Rust', '.expression_attribute_values(":v1", AttributeValue::N("9".into()))'],
    ['Python', 'Request in Python', 'client.query('],
    ['TypeScript', 'Request in TypeScript', 'new QueryCommand({'],
  ]) {
    await dialog.getByRole('tab', { name: tab, exact: true }).click();
    await expect(dialog.getByRole('region', { name: region })).toContainText(text);
  }
  await sound(page);
  await page.keyboard.press('Escape');

  await items.run();
  await expect(items.fact(/12 scanned · 12 matched · [\d.]+ RCU · 1 request/)).toBeVisible();
  await expect(items.builder.getByText(/^Measured so far: [\d.]+ RCU for 12 items in 1 request\.$/)).toBeVisible();
  // The last rows may be below the view.
  expect([...(await items.rows()).values()].slice(0, 8).map((cells) => cells[1])).toEqual(Array.from({ length: 8 }, (_, at) => String(at + 9)));
  await expect(page.getByText(`Query pk = "${PLACE}", n between 9 and 20`)).toBeVisible();
});

test('an LSI descends, and a GSI is never read consistently', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await items.openBuilder();
  await choice(items, 'Read from').selectOption('by-day');
  await field(items, 'Partition key pk').fill(PLACE);
  await choice(items, 'Sort key day').selectOption('begins with');
  await field(items, 'day begins with').fill('2023-03');
  await choice(items, 'Order').selectOption('Descending');
  await items.builder.getByRole('checkbox', { name: 'Consistent' }).check();
  await items.run();
  await expect(items.fact(/20 scanned · 20 matched/)).toBeVisible();
  await expect(items.cell('2023-03-230')).toBeVisible();
  const days = async () => (await items.grid.getByRole('gridcell', { name: /^2023-/ }).allTextContents()).sort();
  expect((await days()).every((day) => day.startsWith('2023-03'))).toBe(true);
  expect((await items.row(0)).join()).toContain('2023-03-230');

  await choice(items, 'Read from').selectOption('by-kind');
  await expect(items.builder.getByRole('checkbox', { name: 'Consistent' })).toBeDisabled();
  await expect(items.builder.getByText('A global index is always read eventually consistent')).toBeVisible();
  await field(items, 'Partition key kind').fill('rare');
  await items.run();
  await expect(items.fact(/100 scanned · 100 matched · .* RCU \(table 0, by-kind [\d.]+\)/)).toBeVisible();
});

test('pages of an index query go forward and back, and keep their question', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open('?limit=100');
  await items.openBuilder();
  await choice(items, 'Read from').selectOption('by-kind');
  await field(items, 'Partition key kind').fill('common');
  await choice(items, 'Page size').selectOption('100');
  await items.run();
  const pager = page.getByRole('group', { name: 'Pages' });
  await expect(pager).toContainText('Page 1');
  const numbers = Array.from({ length: 300 }, (_, at) => at).filter((at) => at % 3 !== 0);
  const firstShown = async () => Number((await items.row(Math.min(...(await items.rows()).keys()) + 0)).find((text) => /^\d+$/.test(text)));
  expect(await firstShown()).toBe(numbers[0]);
  await expect(pager.getByRole('button', { name: 'Previous' })).toHaveAttribute('aria-disabled', 'true');
  await pager.getByRole('button', { name: 'Next' }).click();
  await expect(pager).toContainText('Page 2');
  await expect(items.cell(String(numbers[100]))).toBeVisible();
  await expect(items.cell(String(numbers[100])).first()).toBeInViewport();
  await pager.getByRole('button', { name: 'Previous' }).click();
  await expect(pager).toContainText('Page 1');
  await expect(items.cell(String(numbers[0])).first()).toBeInViewport();
  await expect(items.cell('rare')).toHaveCount(0);
  await expect(items.fact(/200 scanned · 200 matched/)).toBeVisible();
});

test('a value of the wrong type is refused at its field, and nothing is asked', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await items.openBuilder();
  await expect(items.fact(/End reached/)).toBeVisible();
  const asked: string[] = [];
  page.on('request', (request) => void (request.url().includes('/items/') && asked.push(request.url())));
  await choice(items, 'Sort key n').selectOption('>');
  await field(items, 'n >').fill('twelve');
  await items.run();
  await expect(items.builder.getByText('the value cannot be used: "twelve" is not a number', { exact: true })).toBeVisible();
  await expect(items.builder.getByText('a Query needs the partition key: "pk" has no value', { exact: true })).toBeVisible();
  await expect(field(items, 'Partition key pk')).toBeFocused();
  await expect(field(items, 'Partition key pk')).toHaveAttribute('aria-invalid', 'true');
  await sound(page);
  await field(items, 'Partition key pk').fill('x'.repeat(2049));
  await expect(items.builder.getByText(/^the key attribute "pk" has at most 2048 bytes/)).toBeVisible();
  await field(items, 'Partition key pk').fill(PLACE);
  await field(items, 'n >').fill('1E400');
  await expect(items.builder.getByText(/^the value cannot be used: a number is at most/)).toBeVisible();
  expect(asked).toEqual([]);
  await field(items, 'n >').fill('235');
  await items.run();
  await expect(items.fact(/4 scanned · 4 matched/)).toBeVisible();
});

test('the whole question stands in the URL, and Back returns from it', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await items.openBuilder();
  await field(items, 'Partition key pk').fill(PLACE);
  await choice(items, 'Sort key n').selectOption('>=');
  await field(items, 'n >=').fill('200');
  await choice(items, 'Order').selectOption('Descending');
  await field(items, 'Attributes').fill('kind, "a,b".c');
  await items.filter('kind', '=', 'rare');
  await expect(items.fact(/40 scanned · 13 matched/)).toBeVisible();
  const again = new ItemsPage(await page.context().newPage(), 'orders');
  await again.page.goto(page.url());
  await expect(again.fact(/40 scanned · 13 matched/)).toBeVisible();
  await expect(field(again, 'Partition key pk')).toHaveValue(PLACE);
  await expect(field(again, 'n >=')).toHaveValue('200');
  await expect(choice(again, 'Order')).toHaveValue('descending');
  await expect(field(again, 'Attributes')).toHaveValue('kind, "a,b".c, pk, n');
  await expect.poll(() => again.rows()).toEqual(await items.rows());
  await again.page.close();
  await page.goBack();
  await expect(page.getByText('Scan', { exact: true }).first()).toBeVisible();
  await expect(items.fact(/50 scanned · 50 matched/)).toBeVisible();
  await expect(field(items, 'Partition key pk')).toHaveValue('');
});

test('a value is used as a filter, and followed as a key', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await items.cell('rare').first().click({ button: 'right' });
  const dialog = page.getByRole('dialog', { name: 'Use this value' });
  await expect(dialog.getByRole('button', { name: 'Query the GSI by-kind: kind = "rare"' })).toBeVisible();
  await sound(page);
  await dialog.getByRole('button', { name: 'Leave it out: kind <> "rare"' }).click();
  await expect(items.fact(/300 scanned · 200 matched/)).toBeVisible();
  await expect(items.cell('rare')).toHaveCount(0);
  // The item beside the grid offers the same.
  await items.cell('common').first().click();
  await items.panel.getByRole('button', { name: 'Use kind' }).click();
  await dialog.getByRole('button', { name: 'Query the GSI by-kind: kind = "common"' }).click();
  await expect(items.fact(/200 scanned · 200 matched/)).toBeVisible();
  await expect(page.getByText('Query kind = "common" of by-kind')).toBeVisible();
});

test('a filter on a partition key can be made a Query', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await items.filter('kind', '=', 'rare');
  await expect(items.fact(/300 scanned · 100 matched/)).toBeVisible();
  await items.builder.getByRole('button', { name: 'Make it a Query' }).click();
  await expect(field(items, 'Partition key kind')).toHaveValue('rare');
  await items.run();
  await expect(items.fact(/100 scanned · 100 matched/)).toBeVisible();
});

test('items are counted exactly, and a budget stops a walk that goes on when told', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await page.getByRole('button', { name: 'Count', exact: true }).click();
  const count = page.getByRole('region', { name: 'Count' });
  await expect(count).toContainText('300');
  await expect(count).toContainText('this is exact');
  await sound(page);
  await count.getByRole('button', { name: 'Show the items' }).click();
  await expect(items.grid).toBeVisible();
  await items.openBuilder();
  await choice(items, 'Page size').selectOption('100');
  await field(items, 'Stop after items').fill('100');
  await items.run();
  await expect(page.getByText('Limit reached, there is more')).toBeVisible();
  await expect(items.fact(/100 scanned · 100 matched/)).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(items.fact(/200 scanned · 200 matched/)).toBeVisible();
  await expect(page.getByText('Limit reached, there is more')).toBeVisible();
});

test('a budget in read units is met to the unit, and Continue grants it again', async ({ desk, page }) => {
  await desk.createTable('heavy');
  await desk.seed('heavy', Array.from({ length: 400 }, (_, at) => ({ pk: s(`row-${at}`), text: s('x'.repeat(2_000)) })));
  const items = new ItemsPage(page, 'heavy');
  await items.open();
  await expect(items.fact(/scanned/)).toBeVisible();
  await items.openBuilder();
  await field(items, 'Stop after RCU').fill('10');
  await items.run();
  const spent = async (budget: number) => {
    for (;;) {
      const stands = page.getByText('Limit reached, there is more');
      const goes = page.getByRole('button', { name: 'Continue' });
      await expect(stands.or(goes).first()).toBeVisible();
      if (await stands.isVisible()) break;
      await goes.click();
    }
    const text = (await items.fact(/scanned · .* RCU/).textContent()) ?? '';
    const units = Number(/([\d.]+) RCU/.exec(text)?.[1]);
    expect(units, text).toBeGreaterThanOrEqual(budget);
    expect(units, text).toBeLessThanOrEqual(budget + 1);
  };
  await spent(10);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(items.fact(/scanned · .* (19|20|21)(\.5)? RCU/)).toBeVisible();
  // The same holds for a walk to the end, which reads a thousand items at a time otherwise.
  await page.getByRole('button', { name: 'Load all' }).click();
  const dialog = page.getByRole('dialog', { name: 'Load all' });
  await dialog.getByRole('textbox', { name: 'Stop after read capacity units' }).fill('15');
  await dialog.getByRole('button', { name: 'Load all' }).click();
  await expect(items.fact(/scanned · .* 3[4-7](\.5)? RCU/)).toBeVisible();
  await expect(page.getByText('Limit reached, there is more')).toBeVisible();
});

test('rows are sorted on the screen, and the page says which ones', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await expect(items.fact(/End reached/)).toBeVisible();
  await items.grid.getByRole('columnheader', { name: /^day/ }).click();
  await expect(page.getByText('Sorted by day ascending: all 300 rows')).toBeVisible();
  expect((await items.row(0)).join()).toContain('2023-01-000');
  await items.grid.getByRole('columnheader', { name: /^day/ }).click();
  await expect(page.getByText('Sorted by day descending: all 300 rows')).toBeVisible();
  await expect.poll(async () => (await items.row(0)).join()).toContain('2023-12-299');
  await expect(page).toHaveURL(/sorted=descending/);
  await page.reload();
  await expect(page.getByText('Sorted by day descending: all 300 rows')).toBeVisible();
  await page.getByRole('button', { name: 'Unsort' }).click();
  await expect(page.getByText(/^Sorted by/)).toHaveCount(0);
});

test('a Query is written and run without a mouse', async ({ desk, page }) => {
  const items = await orders(desk, page);
  await items.open();
  await expect(items.fact(/End reached/)).toBeVisible();
  await page.keyboard.press('f');
  await expect(items.builder).toBeVisible();
  const partition = field(items, 'Partition key pk');
  for (let step = 0; step < 300 && !(await partition.evaluate((input) => input === document.activeElement)); step++) await page.keyboard.press('Tab');
  await expect(partition).toBeFocused();
  await page.keyboard.type('elsewhere');
  await page.keyboard.press('Enter');
  await expect(items.fact(/60 scanned · 60 matched/)).toBeVisible();
  await expect(partition).toBeFocused();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the builder fits', async ({ desk, page }) => {
    const items = await orders(desk, page);
    await items.open();
    await items.openBuilder();
    await field(items, 'Partition key pk').fill(PLACE);
    await sound(page);
    await items.run();
    await expect(items.fact(/240 scanned · 240 matched/)).toBeVisible();
    await sound(page);
  });
});
