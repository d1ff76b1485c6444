import { ItemEditor, stored, token } from '../support/item-editor';
import { b, n, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { CONNECTION, expect, sound, test } from '../support/test';

const write = (change: object) => ({ changes: [change] });
const path = (table: string) => `/api/c/${CONNECTION}/tables/${table}/items/write`;

test('a conflict shows base, mine and theirs, and saves what is chosen', async ({ desk, page }) => {
  await desk.createTable('shared');
  const base = { pk: s('a'), both: s('base'), mine: n('1'), theirs: n('1') };
  await desk.seed('shared', [base]);
  const editor = new ItemEditor(page, 'shared');
  await editor.edit({ pk: s('a') });
  await editor.value('both').fill('mine');
  await editor.value('mine').fill('2');
  await desk.api('POST', path('shared'), write({ edit: { base, item: { ...base, both: s('theirs'), theirs: n('3') } } }));
  const review = await editor.review();
  await review.getByRole('button', { name: 'Save changes' }).click();
  const clash = page.getByRole('dialog', { name: 'Somebody else changed this item' });
  const both = clash.getByRole('group', { name: /^both / });
  await expect(both).toContainText('base');
  await expect(both).toContainText('theirs');
  const save = clash.getByRole('button', { name: /^Save the merged item/ });
  await expect(save).toContainText('Choose first: both');
  await sound(page);
  // By keyboard: the choice is a group of radio buttons.
  await both.getByRole('radio', { name: /^Base/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(both.getByRole('radio', { name: /^Mine/ })).toBeChecked();
  await save.click();
  await expect(clash).toBeHidden();
  await expect.poll(() => stored(desk, 'shared', { pk: s('a') })).toEqual({ pk: s('a'), both: s('mine'), mine: n('2'), theirs: n('3') });
});

test('peers 3: adding an item over an existing key is refused until it is replaced knowingly', async ({ desk, page }) => {
  await desk.createTable('taken');
  const there = { pk: s('a'), old: s('kept') };
  await desk.seed('taken', [there]);
  const editor = new ItemEditor(page, 'taken');
  await editor.items.open();
  await page.keyboard.press('n');
  await expect(editor.value('pk')).toHaveAttribute('placeholder', 'A key is never empty');
  await sound(page);
  // The key is needed, and said at its field.
  await editor.panel.getByRole('button', { name: 'Add item' }).click();
  await expect(editor.panel.getByText(/partition key is never empty/i)).toBeVisible();
  await editor.value('pk').fill('a');
  await editor.add('new');
  await editor.value('new').fill('mine');
  const review = await editor.review();
  await review.getByRole('button', { name: 'Add item' }).click();
  const taken = page.getByRole('dialog', { name: 'An item with this key exists already' });
  await expect(taken.getByRole('list', { name: 'Differences' })).toContainText('kept');
  await sound(page);
  expect(await stored(desk, 'taken', { pk: s('a') })).toEqual(there);
  await taken.getByRole('button', { name: 'Replace it' }).click();
  await expect(page.getByText('Replaced a')).toBeVisible();
  expect(await stored(desk, 'taken', { pk: s('a') })).toEqual({ pk: s('a'), new: s('mine') });
});

test('peers 3: another key is one transaction, and leaves no second item', async ({ desk, page }) => {
  await desk.createTable('moves', { sort: 'sk' });
  await desk.seed('moves', [{ pk: s('a'), sk: s('1'), v: n('1') }, { pk: s('b'), sk: s('2') }]);
  const editor = new ItemEditor(page, 'moves');
  await editor.edit({ pk: s('a'), sk: s('1') });
  await editor.value('pk').fill('b');
  await editor.value('sk').fill('2');
  let review = await editor.review();
  await expect(review.getByText(/one transaction: it deletes the old item and puts the new one/)).toBeVisible();
  await expect(review.getByText('The request: TransactWriteItems')).toBeVisible();
  await review.getByRole('button', { name: 'Save changes' }).click();
  // The key is another item's: nothing is lost, nothing is offered that would lose it.
  const taken = page.getByRole('dialog', { name: 'An item with this key exists already' });
  await expect(taken.getByText(/Choose another key/)).toBeVisible();
  await taken.getByRole('button', { name: 'Back to editing' }).click();
  expect(await desk.items('moves')).toHaveLength(2);
  await editor.value('sk').fill('9');
  await editor.save();
  expect(await stored(desk, 'moves', { pk: s('a'), sk: s('1') })).toBeNull();
  expect(await stored(desk, 'moves', { pk: s('b'), sk: s('9') })).toEqual({ pk: s('b'), sk: s('9'), v: n('1') });
});

test('a saved row changes in place, and undo takes it back', async ({ desk, page }) => {
  await desk.createTable('rows');
  await desk.seed('rows', [{ pk: s('a'), v: s('before') }, { pk: s('b'), v: s('other') }]);
  const editor = new ItemEditor(page, 'rows');
  await editor.items.open();
  await editor.items.cell('before').click();
  await editor.panel.getByRole('button', { name: 'Edit', exact: true }).click();
  await editor.value('v').fill('after');
  await editor.save();
  await expect(editor.items.cell('after')).toBeVisible();
  await expect(editor.items.cell('before')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText(/^Undone: Saved 1 change of a/)).toBeVisible();
  await expect(editor.items.cell('before')).toBeVisible();
  expect(await stored(desk, 'rows', { pk: s('a') })).toEqual({ pk: s('a'), v: s('before') });
});

test('an item is deleted after its key was read, stays struck through, and comes back', async ({ desk, page }) => {
  await desk.createTable('gone');
  const item = { pk: s('a'), bytes: b(new Uint8Array([0, 255])) };
  await desk.seed('gone', [item]);
  const items = new ItemsPage(page, 'gone');
  await items.open();
  await items.cell('a').click();
  await items.panel.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete the item a?' });
  await sound(page);
  await dialog.getByRole('button', { name: 'Delete item' }).click();
  await expect(page.getByText('Deleted a')).toBeVisible();
  expect(await stored(desk, 'gone', { pk: s('a') })).toBeNull();
  await expect(items.cell('a')).toBeVisible();
  await expect(items.panel.getByText('No such item')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Undone: Deleted a')).toBeVisible();
  expect(await stored(desk, 'gone', { pk: s('a') })).toEqual(item);
});

test('peers 9: a row of an index is fetched whole before it is edited', async ({ desk, page }) => {
  await desk.api('POST', `/api/c/${CONNECTION}/tables`, {
    request: {
      TableName: 'partial',
      AttributeDefinitions: ['pk', 'g'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [{ IndexName: 'by-g', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } }],
    },
  });
  const item = { pk: s('a'), g: s('group'), left: s('out of the index'), v: n('1') };
  await desk.seed('partial', [item]);
  const editor = new ItemEditor(page, 'partial');
  await editor.items.open('?index=by-g');
  await editor.items.cell('group').click();
  await expect(editor.panel.getByText('out of the index')).toBeVisible();
  await editor.panel.getByRole('button', { name: 'Edit', exact: true }).click();
  await editor.value('v').fill('2');
  await editor.save();
  expect(await stored(desk, 'partial', { pk: s('a') })).toEqual({ ...item, v: n('2') });
});

test('unsaved changes are not lost by closing, stepping or leaving', async ({ desk, page }) => {
  await desk.createTable('unsaved');
  await desk.seed('unsaved', [{ pk: s('a'), v: s('one') }, { pk: s('b'), v: s('two') }]);
  const editor = new ItemEditor(page, 'unsaved');
  await editor.items.open();
  await editor.items.cell('one').click();
  await editor.panel.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(page).toHaveURL(/edit=1/);
  await editor.value('v').fill('typed');
  const ask = page.getByRole('dialog', { name: 'Discard your changes?' });
  const leave = [
    () => editor.panel.getByRole('button', { name: 'Cancel' }).click(),
    () => editor.items.cell('two').click(),
    () => page.getByRole('link', { name: 'Overview' }).click(),
  ];
  for (const step of leave) {
    await step();
    await expect(ask).toBeVisible();
    await sound(page);
    await ask.getByRole('button', { name: 'Keep editing' }).click();
    await expect(editor.value('v')).toHaveValue('typed');
  }
  await editor.panel.getByRole('button', { name: 'Cancel' }).click();
  await ask.getByRole('button', { name: 'Discard changes' }).click();
  await expect(editor.panel.getByRole('button', { name: 'Edit', exact: true })).toBeVisible();
  expect(await stored(desk, 'unsaved', { pk: s('a') })).toEqual({ pk: s('a'), v: s('one') });
});

test('unsaved changes are not lost by another question, nor by Back to the one before', async ({ desk, page }) => {
  await desk.createTable('asked');
  await desk.seed('asked', [{ pk: s('a'), v: s('one') }, { pk: s('b'), v: s('two') }]);
  const editor = new ItemEditor(page, 'asked');
  await editor.items.open();
  await editor.items.filter('v', '=', 'one');
  await expect(editor.items.fact(/2 scanned · 1 matched/)).toBeVisible();
  await editor.items.cell('one').click();
  await editor.panel.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(page).toHaveURL(/edit=1/);
  await editor.value('v').fill('typed');
  const ask = page.getByRole('dialog', { name: 'Discard your changes?' });
  for (const step of [() => editor.items.run(), () => page.goBack()]) {
    await step();
    await expect(ask).toBeVisible();
    await ask.getByRole('button', { name: 'Keep editing' }).click();
    await expect(ask).toBeHidden();
    await expect(editor.value('v')).toHaveValue('typed');
    await expect(page).toHaveURL(/filter=.*edit=1/);
  }
  // The same question asked again closes nothing.
  const again = page.waitForResponse(/\/items\/scan/);
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await (await again).finished();
  await expect(editor.items.fact(/2 scanned · 1 matched/)).toBeVisible();
  await expect(editor.value('v')).toHaveValue('typed');
  await editor.items.run();
  await ask.getByRole('button', { name: 'Discard changes' }).click();
  await expect(ask).toBeHidden();
  await expect(editor.panel).toBeHidden();
  await expect(editor.items.cell('one')).toBeVisible();
  expect(await stored(desk, 'asked', { pk: s('a') })).toEqual({ pk: s('a'), v: s('one') });
});

test('an undo of an earlier save leaves what is typed since', async ({ desk, page }) => {
  await desk.createTable('again');
  await desk.seed('again', [{ pk: s('a'), v: s('before') }]);
  const editor = new ItemEditor(page, 'again');
  await editor.items.open();
  await editor.items.cell('before').click();
  await editor.panel.getByRole('button', { name: 'Edit', exact: true }).click();
  await editor.value('v').fill('after');
  await editor.save();
  await editor.panel.getByRole('button', { name: 'Edit', exact: true }).click();
  await editor.value('v').fill('typed');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText(/^Undone: Saved 1 change of a/)).toBeVisible();
  await expect(editor.items.cell('before')).toBeVisible();
  await expect(editor.value('v')).toHaveValue('typed');
  // What is typed is let go: the panel shows the item as the undo left it.
  await editor.panel.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog', { name: 'Discard your changes?' }).getByRole('button', { name: 'Discard changes' }).click();
  await expect(editor.panel.getByRole('button', { name: 'Edit', exact: true })).toBeVisible();
  await expect(editor.panel.getByText('before', { exact: true })).toBeVisible();
  await expect(editor.panel.getByText('after', { exact: true })).toHaveCount(0);
  expect(await stored(desk, 'again', { pk: s('a') })).toEqual({ pk: s('a'), v: s('before') });
});

test('an item is duplicated, edited and saved without a mouse', async ({ desk, page }) => {
  await desk.createTable('keys');
  await desk.seed('keys', [{ pk: s('a'), v: s('one') }]);
  const editor = new ItemEditor(page, 'keys');
  await page.goto(`/c/${CONNECTION}/tables/keys/items?item=${token({ pk: s('a') })}`);
  const duplicate = editor.panel.getByRole('button', { name: 'Duplicate' });
  await expect(duplicate).toBeVisible();
  const to = async (target: ReturnType<typeof editor.value>) => {
    for (let step = 0; step < 300 && !(await target.evaluate((field) => field === document.activeElement)); step++) await page.keyboard.press('Tab');
    await expect(target).toBeFocused();
  };
  await to(duplicate);
  await page.keyboard.press('Enter');
  await expect(editor.value('pk')).toBeVisible();
  await to(editor.value('pk'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('copy');
  await to(editor.panel.getByRole('button', { name: 'Add attribute' }));
  await page.keyboard.press('Enter');
  await expect(editor.row('New attribute').getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type('typed');
  await to(editor.type('typed'));
  // One letter: what is typed into a choice is forgotten within a second, which a machine may take between two.
  await page.keyboard.press('N');
  await expect(editor.type('typed')).toHaveValue('N');
  await to(editor.value('typed'));
  await page.keyboard.type('3');
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('dialog', { name: 'Add this item?' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Added copy')).toBeVisible();
  expect(await stored(desk, 'keys', { pk: s('copy') })).toEqual({ pk: s('copy'), v: s('one'), typed: n('3') });
});

test('the editor fits a phone', async ({ desk, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await desk.createTable('phone');
  await desk.seed('phone', [{ pk: s('a'), deep: { M: { one: { L: [{ M: { two: s('inside') } }] } } }, tags: { SS: ['x', 'y'] }, bytes: b('abc') }]);
  const editor = new ItemEditor(page, 'phone');
  await editor.edit({ pk: s('a') });
  await sound(page);
  await editor.tab('JSON').click();
  await sound(page);
});

test.describe('other connections', () => {
  test.use({ start: { config: '[[connection]]\nname = "prod"\nkind = "embedded"\nproduction = true\n' } });

  test('production wants the name of the table typed, and read-only writes nothing', async ({ desk, page }) => {
    await desk.createTable('careful', { connection: 'prod' });
    await desk.seed('careful', [{ pk: s('a') }], 'prod');
    const editor = new ItemEditor(page, 'careful', 'prod');
    await editor.items.open();
    await editor.items.cell('a').click();
    await editor.panel.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete the item a?' });
    const confirm = dialog.getByRole('button', { name: /^Delete item/ });
    await expect(confirm).toContainText('Type careful first');
    await dialog.getByRole('textbox').fill('careful');
    await confirm.click();
    await expect(page.getByText('Deleted a')).toBeVisible();

    await desk.seed('careful', [{ pk: s('b') }], 'prod');
    await desk.stop();
    await desk.again({ config: 'read_only = true\n[[connection]]\nname = "prod"\nkind = "embedded"\nproduction = true\n' });
    await editor.items.open();
    await editor.items.cell('b').click();
    for (const name of [/^Edit/, /^Duplicate/, /^Delete/]) {
      await expect(editor.panel.getByRole('button', { name })).toContainText('read-only');
      await expect(editor.panel.getByRole('button', { name })).toHaveAttribute('aria-disabled', 'true');
    }
    await expect(page.getByRole('button', { name: /^Add item/ })).toHaveAttribute('aria-disabled', 'true');
    await sound(page);
    const refused = await desk.ask('POST', path('careful').replace(CONNECTION, 'prod'), write({ delete: { base: { pk: s('b') } } }));
    expect((await refused.json()).code).toBe('connection_read_only');
  });
});
