import { BOMB, EDGES, HOSTILE, KEYS, NAME, NINES } from '../support/hostile';
import { b, n, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { expect, sound, test } from '../support/test';

test('hostile values are shown as they are, and nothing of them runs', async ({ desk, page }) => {
  await desk.createTable('hostile');
  await desk.seed('hostile', HOSTILE);
  // What is stored is what was sent, to the byte.
  const stored = new Map((await desk.items('hostile')).map((item) => [item.pk.S as string, item]));
  for (const item of HOSTILE) expect(stored.get(item.pk.S as string)?.pk).toEqual(item.pk);
  expect(stored.get('edges')).toMatchObject({ nines: n(NINES), deep: EDGES.deep, long: EDGES.long, bytes: EDGES.bytes, empty: s('') });

  const items = new ItemsPage(page, 'hostile');
  await items.open();
  await expect(items.fact(`${HOSTILE.length} matched`)).toBeVisible();
  await expect(items.cell(BOMB).first()).toBeVisible();
  for (const key of KEYS.filter((key) => !/[\u0000-\u001f\u202e]|^\s/.test(key))) await expect(items.cell(key).first()).toBeAttached();
  await sound(page);

  await items.cell('edges').click();
  await expect(items.panel.getByText(NAME, { exact: true })).toBeVisible();
  await expect(items.panel.getByText(BOMB).first()).toBeVisible();
  await expect(items.panel.getByText(NINES, { exact: true }).first()).toBeVisible();
  await sound(page);
  await items.panel.getByRole('tab', { name: 'DynamoDB JSON' }).click();
  const text = await items.panel.getByRole('region', { name: 'Item as DynamoDB JSON' }).innerText();
  expect(JSON.parse(text)).toEqual(stored.get('edges'));
  await items.panel.getByRole('tab', { name: 'Plain JSON' }).click();
  const plain = items.panel.getByRole('region', { name: 'Item as plain JSON' });
  await expect(plain).toContainText(`"nines": ${NINES}`);
  await expect(plain).toContainText('the innermost');
  await items.panel.getByRole('tab', { name: 'Tree' }).click();
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('an item with any key opens, by its row and by its link', async ({ desk, page }) => {
  await desk.createTable('keys');
  await desk.seed('keys', KEYS.map((key, at) => ({ pk: s(key), at: n(at) })));
  const items = new ItemsPage(page, 'keys');
  await items.open();
  let before: string | null = null;
  for (const [at, key] of KEYS.entries()) {
    await items.cell(String(at)).click();
    await items.panel.getByRole('tab', { name: 'DynamoDB JSON' }).click();
    const json = items.panel.getByRole('region', { name: 'Item as DynamoDB JSON' });
    await expect(async () => expect(JSON.parse(await json.innerText())).toEqual({ pk: s(key), at: n(at) })).toPass();
    // The link of the item is all that another person gets.
    await expect.poll(() => new URL(page.url()).searchParams.get('item')).not.toBe(before);
    const link = page.url();
    before = new URL(link).searchParams.get('item');
    await page.goto('about:blank');
    await page.goto(link);
    await items.panel.getByRole('tab', { name: 'DynamoDB JSON' }).click();
    await expect(async () => expect(JSON.parse(await json.innerText())).toEqual({ pk: s(key), at: n(at) })).toPass();
  }
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('binary and number keys keep every byte and digit', async ({ desk, page }) => {
  await desk.createTable('bytes', { kind: 'B' });
  await desk.createTable('digits', { kind: 'N' });
  const bytes = b(new Uint8Array([0, 255, 10, 13, 34, 60]));
  await desk.seed('bytes', [{ pk: bytes, note: s('all bytes') }]);
  await desk.seed('digits', [{ pk: n(NINES), note: s('38 nines') }, { pk: n(`-${NINES}`), note: s('negative') }]);

  const binary = new ItemsPage(page, 'bytes');
  await binary.open();
  await binary.cell('all bytes').click();
  await expect(page).toHaveURL(/item=/);
  await page.goto(page.url());
  await binary.panel.getByRole('tab', { name: 'DynamoDB JSON' }).click();
  await expect(binary.panel.getByRole('region', { name: 'Item as DynamoDB JSON' })).toContainText(bytes.B as string);

  const digits = new ItemsPage(page, 'digits');
  await digits.open();
  await expect(digits.cell(NINES)).toBeVisible();
  await digits.cell('negative').click();
  await expect(digits.panel.getByRole('heading', { name: `-${NINES}` })).toBeVisible();
});

test('a filter reaches an attribute with a hostile name', async ({ desk, page }) => {
  await desk.createTable('names');
  await desk.seed('names', [
    { pk: s('one'), [NAME]: s(BOMB) },
    { pk: s('two'), [NAME]: s('harmless') },
  ]);
  const items = new ItemsPage(page, 'names');
  await items.open();
  await expect(items.cell('harmless')).toBeVisible();
  await items.filter(JSON.stringify(NAME), '=', BOMB);
  await expect(items.fact(/2 scanned · 1 matched/)).toBeVisible();
  await expect(items.cell('harmless')).toHaveCount(0);
  // The request behind the screen says what was asked, as text.
  await page.getByRole('button', { name: 'Request', exact: true }).click();
  const request = page.getByRole('dialog', { name: 'The request behind this screen' });
  await expect(request.getByRole('region', { name: 'Request as JSON' })).toContainText('onclick=');
  await sound(page);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});
