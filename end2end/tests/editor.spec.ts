import { Buffer } from 'node:buffer';
import { EDGES, HOSTILE, NINES } from '../support/hostile';
import { ItemEditor, stored } from '../support/item-editor';
import { b, list, map, n, numbered, s } from '../support/items';
import { expect, sound, test } from '../support/test';

const TEN = {
  pk: s('ten'),
  string: s('old'),
  number: n('1'),
  binary: b(new Uint8Array([0, 255])),
  flag: { BOOL: false },
  nothing: { NULL: true },
  list: list(s('first'), n('2')),
  map: map({ inner: s('in') }),
  strings: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
  binaries: { BS: [Buffer.from('x').toString('base64')] },
  untouched: n(NINES),
};

test('every one of the ten types is edited through the form', async ({ desk, page }) => {
  await desk.createTable('ten');
  await desk.seed('ten', [TEN]);
  const editor = new ItemEditor(page, 'ten');
  await editor.edit({ pk: TEN.pk });
  await sound(page);
  await editor.value('string').fill('new\nlines "and" <b>');
  await editor.value('number').fill('-12.50e3');
  await editor.row('binary').getByRole('combobox', { name: 'Written as' }).selectOption('Hex');
  await editor.value('binary').fill('00 ff 10');
  await editor.row('flag').getByRole('radio', { name: 'false' }).focus();
  await page.keyboard.press('ArrowLeft');
  await editor.type('nothing').selectOption('BOOL');
  await editor.value('list', 'Element 0').fill('1st');
  await editor.row('list').getByRole('button', { name: 'Add element' }).click();
  await editor.value('list', 'Element 2').fill('last');
  await editor.row('list', 'Element 2').getByRole('button', { name: 'Move up' }).click();
  await editor.row('list', 'Element 0').getByRole('button', { name: /^Remove/ }).click();
  await editor.row('map').getByRole('button', { name: 'Add attribute' }).click();
  await editor.row('map', 'New attribute').getByRole('textbox', { name: 'Name' }).fill('more');
  await editor.type('map', 'more').selectOption('L');
  await editor.value('strings', 'Member 2').fill('c');
  await editor.row('numbers').getByRole('button', { name: 'Add member' }).click();
  await editor.value('numbers', 'Member 3').fill('3');
  await editor.row('binaries', 'Member 1').locator('input[type=file]').setInputFiles({ name: 'b.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([1, 2, 3]) });
  await expect(editor.value('binaries', 'Member 1')).toHaveValue('AQID');
  await sound(page);
  const dialog = await editor.review();
  await expect(dialog.getByRole('list', { name: 'Differences' })).toContainText('number');
  await dialog.getByText('The request: UpdateItem').click();
  await expect(dialog.getByRole('region', { name: 'Request as JSON' })).toContainText('"ConditionExpression"');
  await sound(page);
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText(/^Saved \d+ changes of ten/)).toBeVisible();
  expect(await stored(desk, 'ten', { pk: TEN.pk })).toEqual({
    ...TEN,
    string: s('new\nlines "and" <b>'),
    number: n('-12500'),
    binary: b(new Uint8Array([0, 255, 16])),
    flag: { BOOL: true },
    nothing: { BOOL: false },
    list: list(s('last'), n('2')),
    map: map({ inner: s('in'), more: list() }),
    strings: { SS: ['a', 'c'] },
    numbers: { NS: expect.arrayContaining(['1', '2', '3']) },
    binaries: { BS: ['AQID'] },
  });
});

test('what DynamoDB would refuse is said at its field before anything is sent', async ({ desk, page }) => {
  await desk.createTable('faults');
  await desk.seed('faults', [TEN]);
  const editor = new ItemEditor(page, 'faults');
  await editor.edit({ pk: TEN.pk });
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  const says = (text: string | RegExp) => expect(editor.panel.getByText(text).first()).toBeVisible();
  await editor.value('number').fill('1e999');
  await says(/A number is at most|a number is at most/);
  await editor.value('number').fill('9'.repeat(39));
  await says(/at most 38 significant digits/);
  await editor.value('number').fill('1');
  await editor.value('strings', 'Member 2').fill('a');
  await says(/this member is in the set already/);
  await editor.row('binaries', 'Member 1').getByRole('button', { name: /^Remove/ }).click();
  await editor.value('binary').fill('not base64!');
  await says(/this is no base64/);
  const added = await editor.add('string');
  await says(/another attribute has this name already/);
  await added.last().getByRole('textbox', { name: 'Name' }).fill('');
  await says(/an attribute needs a name/);
  await editor.panel.getByRole('button', { name: 'Save', exact: true }).click();
  await says(/4 problems/);
  await says(/a set is never empty/);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await sound(page);
  // A view that needs a whole item is not shown while there is none.
  await editor.tab('JSON').click();
  await says('This view stays until what stands here can be read as an item.');
  await expect(editor.tab('Form')).toHaveAttribute('aria-selected', 'true');
  expect(sent.filter((url) => url.includes('/items/'))).toEqual([]);
});

test('peers 1: an untouched item saves nothing, and says so', async ({ desk, page }) => {
  await desk.createTable('untouched');
  await desk.seed('untouched', [EDGES]);
  const before = await stored(desk, 'untouched', { pk: EDGES.pk });
  const editor = new ItemEditor(page, 'untouched');
  await editor.edit({ pk: EDGES.pk });
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  for (const view of ['JSON', 'DynamoDB JSON', 'Form'] as const) {
    await editor.tab(view).click();
    await page.keyboard.press('Control+s');
    const messages = page.getByRole('region', { name: 'Messages' });
    await expect(messages).toContainText('Nothing was changed, so nothing was saved');
    await messages.getByRole('button', { name: 'Dismiss' }).click();
    await expect(messages).not.toContainText('Nothing was changed');
  }
  await expect(editor.panel.getByText('No changes')).toBeVisible();
  expect(sent.filter((url) => url.includes('/items/'))).toEqual([]);
  expect(await stored(desk, 'untouched', { pk: EDGES.pk })).toEqual(before);
});

test('peers 1 and 4: of a hostile item one attribute is edited, and all else stays to the byte', async ({ desk, page }) => {
  test.setTimeout(180_000);
  await desk.createTable('hostile');
  await desk.seed('hostile', HOSTILE);
  const editor = new ItemEditor(page, 'hostile');
  for (const item of HOSTILE) {
    const key = { pk: item.pk };
    const before = await stored(desk, 'hostile', key);
    await editor.edit(key);
    const edges = item === EDGES;
    await editor.value(edges ? 'huge' : 'at').fill('42');
    await editor.save();
    expect(await stored(desk, 'hostile', key)).toEqual({ ...before, [edges ? 'huge' : 'at']: n('42') });
  }
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('a text with carriage returns is edited and keeps the others', async ({ desk, page }) => {
  await desk.createTable('returns');
  await desk.seed('returns', [{ pk: s('a'), text: s('one\r\ntwo\rthree\n') }]);
  const editor = new ItemEditor(page, 'returns');
  await editor.edit({ pk: s('a') });
  await editor.value('text').press('Control+End');
  await page.keyboard.type('!');
  await editor.save();
  expect(await stored(desk, 'returns', { pk: s('a') })).toEqual({ pk: s('a'), text: s('one\r\ntwo\rthree\n!') });
});

test('whoever is in a field before the editor took the focus stays in it', async ({ desk, page }) => {
  await desk.createTable('early');
  await desk.seed('early', [{ pk: s('a'), text: s('one') }]);
  const editor = new ItemEditor(page, 'early');
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      const field = document.querySelector<HTMLElement>('.edit [role=group][aria-label="text"] textarea');
      if (field === null) return;
      observer.disconnect();
      field.focus();
    }).observe(document, { childList: true, subtree: true });
  });
  await editor.edit({ pk: s('a') });
  const frames = () => new Promise<void>((done) => {
    let left = 4;
    const next = () => (left-- === 0 ? done() : requestAnimationFrame(next));
    next();
  });
  await page.evaluate(frames);
  await expect(editor.value('text')).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('!');
  await editor.save();
  expect(await stored(desk, 'early', { pk: s('a') })).toEqual({ pk: s('a'), text: s('one!') });
});

test('both JSON views and the form are kept in step, with errors at their line', async ({ desk, page }) => {
  await desk.createTable('views');
  await desk.seed('views', [TEN]);
  const editor = new ItemEditor(page, 'views');
  await editor.edit({ pk: TEN.pk });
  await editor.value('string').fill('from the form');
  await editor.tab('JSON').click();
  await expect(editor.text()).toHaveValue(/"string": "from the form"/);
  await expect(editor.panel.getByText(/These keep their type: binaries \(BS\), binary \(B\), numbers \(NS\), strings \(SS\)/)).toBeVisible();
  await sound(page);
  const plain = await editor.text().inputValue();
  const at = plain.split('\n').findIndex((line) => line.includes('"number"')) + 1;
  await editor.text().fill(plain.replace('"number": 1', '"number": 1x'));
  const place = editor.panel.getByRole('button', { name: `Line ${at}, column 13` });
  await expect(place).toBeVisible();
  await editor.tab('Form').click();
  await expect(editor.tab('JSON')).toHaveAttribute('aria-selected', 'true');
  await expect(editor.text()).toHaveValue(/1x/);
  await expect(editor.text()).toBeFocused();
  await editor.text().fill(plain.replace('"number": 1', '"number": 7').replace('"b"', '"b", "c"'));
  await editor.tab('DynamoDB JSON').click();
  const dynamo = JSON.parse(await editor.text().inputValue());
  expect(dynamo).toEqual({ ...TEN, string: s('from the form'), number: n('7'), strings: { SS: ['a', 'b', 'c'] } });
  await editor.text().fill(JSON.stringify({ ...dynamo, number: n('x'), strings: { SS: [] } }, null, 2));
  await expect(editor.panel.getByRole('button', { name: /^Line \d+, column \d+$/ })).toHaveCount(2);
  await sound(page);
  await editor.tab('Form').click();
  await expect(editor.value('number')).toHaveValue('x');
  await editor.value('number').fill('8');
  await editor.row('strings').getByRole('button', { name: 'Add member' }).click();
  await editor.value('strings', 'Member 1').fill('z');
  await editor.save();
  expect(await stored(desk, 'views', { pk: TEN.pk })).toEqual({ ...TEN, string: s('from the form'), number: n('8'), strings: { SS: ['z'] } });
});

test('JSON in a string is edited as JSON and stays a string', async ({ desk, page }) => {
  await desk.createTable('inside');
  await desk.seed('inside', [{ pk: s('a'), json: s('{"b":[1.50,2],"a":null}') }]);
  const editor = new ItemEditor(page, 'inside');
  await editor.edit({ pk: s('a') });
  await editor.row('json').getByRole('button', { name: 'Edit as JSON' }).click();
  const field = editor.row('json').getByRole('textbox', { name: 'Value as JSON' });
  await expect(field).toHaveValue('{\n  "b": [\n    1.50,\n    2\n  ],\n  "a": null\n}');
  await field.fill('{\n  "b": [1.50, 3}\n}');
  await expect(editor.row('json').getByText(/line 2, column 16/i)).toBeVisible();
  await field.fill('{\n  "b": [1.50, 3]\n}');
  await editor.save();
  expect(await stored(desk, 'inside', { pk: s('a') })).toEqual({ pk: s('a'), json: s('{"b":[1.50,3]}') });
});

test('a thousand attributes and 300 KB of text stay quick, and the size is told', async ({ desk, page }) => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`a${String(at).padStart(4, '0')}`, n(at)]));
  await desk.createTable('large');
  await desk.seed('large', [{ pk: s('many'), ...many }, { pk: s('long'), text: s('x'.repeat(300 * 1024)) }, ...numbered(1)]);
  const editor = new ItemEditor(page, 'large');
  await editor.edit({ pk: s('many') });
  expect(await editor.panel.locator('.edit-row').count()).toBeLessThan(200);
  await editor.panel.getByRole('searchbox', { name: 'Find an attribute' }).fill('a0999');
  await editor.value('a0999').fill('5');
  await editor.save();
  expect((await stored(desk, 'large', { pk: s('many') }))?.a0999).toEqual(n('5'));

  await editor.edit({ pk: s('long') });
  await editor.row('text').getByRole('button', { name: 'Edit this text' }).click();
  await editor.value('text').press('Control+End');
  await page.keyboard.type('y');
  await expect(editor.panel.getByText(/301 WCU/)).toBeVisible();
  await editor.value('text').fill('z'.repeat(380 * 1024));
  await expect(editor.panel.getByText(/near the 400 KB/)).toBeVisible();
  await editor.value('text').fill('z'.repeat(410 * 1024));
  await expect(editor.panel.getByText(/more than 400 KB, which DynamoDB refuses/)).toBeVisible();
  await editor.panel.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(editor.panel.getByRole('button', { name: '1 problem' })).toBeVisible();
});
