import { readFileSync } from 'node:fs';
import { b, list, map, n, numbered, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { CONNECTION, expect, sound, test } from '../support/test';

/** Every type in one item, with what spreadsheets and JavaScript spoil. */
const TYPES = {
  pk: s('a,"b"\n#/%'),
  text: s(' <b>1</b> '),
  empty: s(''),
  digits: n('99999999999999999999999999999999999999'),
  bytes: b(new Uint8Array([0, 255])),
  yes: { BOOL: true },
  nothing: { NULL: true },
  list: list(n('1.5'), s('x')),
  map: map({ in: map({ deep: s('"') }) }),
  strings: { SS: ['a', 'ü'] },
  numbers: { NS: ['2.5'] },
  binaries: { BS: ['AA=='] },
};

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('rows are selected by mouse and by keyboard', async ({ desk, page }) => {
  await desk.createTable('many');
  await desk.seed('many', numbered(30));
  const items = new ItemsPage(page, 'many');
  await items.open();
  await expect(items.grid).toHaveAttribute('aria-multiselectable', 'true');
  await items.box(2).check();
  await expect(items.selected).toContainText('1 row selected');
  await expect(items.panel).toHaveCount(0);
  await items.cell(await items.key(5)).click({ modifiers: ['Shift'] });
  await expect(items.selected).toContainText('4 rows selected');
  await items.cell(await items.key(9)).click({ modifiers: ['Control'] });
  await expect(items.selected).toContainText('5 rows selected');
  await expect(items.grid.getByRole('row', { selected: true })).toHaveCount(5);
  await expect(items.panel).toHaveCount(0);
  await sound(page);
  await page.keyboard.press('Escape');
  await expect(items.selected).toHaveCount(0);

  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(items.selected).toContainText('3 rows selected');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(items.selected).toContainText('2 rows selected');
  await page.keyboard.press('Shift+Space');
  await expect(items.selected).toContainText('1 row selected');
  await page.keyboard.press('Control+a');
  await expect(items.selected).toContainText('30 rows selected');
  await expect(page.getByText('30 loaded rows selected')).toBeVisible();
  await expect(items.grid.getByRole('checkbox', { name: 'Select all loaded rows' })).toBeChecked();
  // A click still opens the row.
  await items.cell(await items.key(3)).click();
  await expect(items.panel).toBeVisible();
});

test('a selection is copied and exported without losing a digit or a type', async ({ desk, page }) => {
  await desk.createTable('types');
  await desk.seed('types', [TYPES]);
  const items = new ItemsPage(page, 'types');
  await items.open();
  await items.box(0).check();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const copy = async (form: string) => {
    await items.selected.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('menuitem', { name: form, exact: true }).click();
    await expect(page.getByText(`1 row copied as ${form}`)).toBeVisible();
    return clipboard();
  };
  const [stored] = await desk.items('types');
  expect(JSON.parse(await copy('DynamoDB JSON'))).toEqual([stored]);
  expect(await copy('JSON')).toContain('99999999999999999999999999999999999999');
  const csv = await copy('CSV');
  await page.keyboard.press('Escape');

  const save = async (form: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      (async () => {
        await items.selected.getByRole('button', { name: 'Export' }).click();
        await page.getByRole('menuitem', { name: form, exact: true }).click();
      })(),
    ]);
    return [download.suggestedFilename(), readFileSync((await download.path())!, 'utf8')];
  };
  await sound(page);
  const [lines, text] = await save('DynamoDB JSON Lines');
  expect(lines).toBe('types.dynamodb.jsonl');
  expect(text.endsWith('\n')).toBe(true);
  expect(JSON.parse(text)).toEqual(stored);
  expect((await save('JSON Lines'))[1]).toBe(
    '{"binaries":["AA=="],"bytes":"AP8=","digits":99999999999999999999999999999999999999,"empty":"","list":[1.5,"x"],' +
      '"map":{"in":{"deep":"\\""}},"nothing":null,"numbers":[2.5],"pk":"a,\\"b\\"\\n#/%","strings":["a","ü"],"text":" <b>1</b> ","yes":true}\n',
  );
  const [name, file] = await save('CSV');
  expect(name).toBe('types.csv');
  expect(file).toBe(
    'pk:S,binaries:BS,bytes:B,digits:N,empty:S,list:L,map:M,nothing:NULL,numbers:NS,strings:SS,text:S,yes:BOOL\r\n' +
      '"a,""b""\n#/%","{""BS"":[""AA==""]}",AP8=,99999999999999999999999999999999999999,"","{""L"":[{""N"":""1.5""},{""S"":""x""}]}",' +
      '"{""M"":{""in"":{""M"":{""deep"":{""S"":""\\""""}}}}}",true,"{""NS"":[""2.5""]}","{""SS"":[""a"",""ü""]}"," <b>1</b> ",true\r\n',
  );
  expect(csv.replaceAll('\r\n', '\n')).toBe(file.replaceAll('\r\n', '\n'));
});

test('a selection is deleted, a row that changed stays, and the deletion is undone', async ({ desk, page }) => {
  await desk.createTable('doomed');
  await desk.seed('doomed', numbered(4, (at) => ({ note: s(`note ${at}`) })));
  const items = new ItemsPage(page, 'doomed');
  await items.open();
  await items.box(0).check();
  const keys = [await items.key(0), await items.key(1), await items.key(2)];
  await items.box(2).click({ modifiers: ['Shift'] });
  // Somebody else is faster with one of them.
  await desk.seed('doomed', [{ pk: s(keys[1]), n: n(1), note: s('theirs') }]);
  await page.keyboard.press('Delete');
  const question = page.getByRole('dialog', { name: 'Delete the selected items?' });
  await expect(question).toContainText(`3 items of doomed will be deleted: ${keys.join(', ')}.`);
  await sound(page);
  await question.getByRole('button', { name: 'Delete items' }).click();
  const report = page.getByRole('dialog', { name: '2 of 3 items deleted' });
  await expect(report.getByRole('row', { name: new RegExp(keys[1]) })).toContainText('It changed since you saw it');
  await sound(page);
  await page.keyboard.press('Escape');
  expect((await desk.items('doomed')).length).toBe(2);
  await expect(items.grid.locator('[data-gone]')).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('2 writes undone')).toBeVisible();
  await expect(items.grid.locator('[data-gone]')).toHaveCount(0);
  expect((await desk.items('doomed')).length).toBe(4);
});

test('a deletion is undone after the page was left', async ({ desk, page }) => {
  await desk.createTable('left');
  await desk.seed('left', numbered(5));
  const before = await desk.items('left');
  const items = new ItemsPage(page, 'left');
  await items.open();
  await items.box(0).check();
  await items.box(2).click({ modifiers: ['Shift'] });
  await expect(items.selected).toContainText('3 rows selected');
  await page.keyboard.press('Delete');
  await page.getByRole('dialog', { name: 'Delete the selected items?' }).getByRole('button', { name: 'Delete items' }).click();
  await expect(page.getByText('3 items deleted')).toBeVisible();
  expect(await desk.items('left')).toHaveLength(2);
  await page.getByRole('navigation', { name: 'Pages of this table' }).getByRole('link', { name: 'Overview' }).click();
  await expect(items.grid).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('3 writes undone')).toBeVisible();
  const after = await desk.items('left');
  expect(after).toHaveLength(5);
  expect(after).toEqual(expect.arrayContaining(before));
});

test.describe('on production', () => {
  test.use({ start: { config: '[[connection]]\nname = "local"\nkind = "embedded"\nproduction = true\n' } });

  test('a deletion wants the name of the table typed', async ({ desk, page }) => {
    await desk.createTable('orders');
    await desk.seed('orders', numbered(2));
    const items = new ItemsPage(page, 'orders');
    await items.open();
    await items.box(0).check();
    await items.selected.getByRole('button', { name: 'Delete' }).click();
    const question = page.getByRole('dialog', { name: 'Delete the selected items?' });
    await expect(question.getByRole('button', { name: /^Delete items/ })).toHaveAttribute('aria-disabled', 'true');
    await question.getByRole('textbox').fill('orders');
    await question.getByRole('button', { name: 'Delete items' }).click();
    await expect(page.getByText('1 item deleted')).toBeVisible();
    expect((await desk.items('orders')).length).toBe(1);
  });
});

test('rows of an index are fetched whole before they are deleted', async ({ desk, page }) => {
  await desk.createTable('partly', {
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'by', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'by-index', KeySchema: [{ AttributeName: 'by', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  } as object);
  await desk.seed('partly', numbered(2, () => ({ by: s('x'), hidden: s('not in the index') })));
  const items = new ItemsPage(page, 'partly');
  await items.open('?index=by-index');
  await items.box(0).check();
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete items' }).click();
  await expect(page.getByText('1 item deleted')).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('Undone: 1 item deleted')).toBeVisible();
  const all = await desk.items('partly');
  expect(all.map((item) => item.hidden)).toEqual([s('not in the index'), s('not in the index')]);
});

test('rows of a nested projection are deleted, each while it is what was seen, and come back whole', async ({ desk, page }) => {
  await desk.createTable('nested');
  const item = (pk: string, deep: string) => ({ pk: s(pk), deep: map({ in: s(deep), out: s('not read') }), list: list(n('1'), n('2')), hidden: s('not read') });
  await desk.seed('nested', [item('a', 'one'), item('b', 'two')]);
  const before = await desk.items('nested');
  const items = new ItemsPage(page, 'nested');
  await items.open();
  await items.openBuilder();
  await items.builder.getByRole('textbox', { name: 'Attributes' }).fill('deep.in, list[1]');
  await items.run();
  await expect(items.grid.getByRole('columnheader', { name: /^hidden/ })).toHaveCount(0);
  await items.box(0).check();
  await items.box(1).check();
  // What the projection does not show may change; what it shows may not.
  const [kept, changed] = [await items.key(0), await items.key(1)];
  await desk.seed('nested', [{ ...item(kept, kept === 'a' ? 'one' : 'two'), hidden: s('since') }, item(changed, 'theirs')]);
  await page.keyboard.press('Delete');
  await page.getByRole('dialog', { name: 'Delete the selected items?' }).getByRole('button', { name: 'Delete items' }).click();
  const report = page.getByRole('dialog', { name: '1 of 2 items deleted' });
  await expect(report.getByRole('row', { name: new RegExp(changed) })).toContainText('It changed since you saw it');
  await page.keyboard.press('Escape');
  expect(await desk.items('nested')).toEqual([item(changed, 'theirs')]);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('Undone: 1 item deleted')).toBeVisible();
  const after = await desk.items('nested');
  expect(after).toHaveLength(before.length);
  expect(after).toContainEqual({ ...item(kept, kept === 'a' ? 'one' : 'two'), hidden: s('since') });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('rows are selected and deleted by touch', async ({ desk, page }) => {
    await desk.createTable('small');
    await desk.seed('small', numbered(20));
    const items = new ItemsPage(page, 'small');
    await page.goto(`/c/${CONNECTION}/tables/small/items`);
    await items.box(0).tap();
    await items.box(1).tap();
    await expect(items.selected).toContainText('2 rows selected');
    await sound(page);
    await items.selected.getByRole('button', { name: 'Delete' }).tap();
    await sound(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete items' }).tap();
    await expect(page.getByText('2 items deleted')).toBeVisible();
  });
});
