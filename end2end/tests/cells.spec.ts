import { list, n, s } from '../support/items';
import { ItemsPage } from '../support/items-page';
import { expect, sound, test } from '../support/test';

const ITEMS = ['a', 'b', 'c'].map((pk, at) => ({
  pk: s(pk),
  sk: n(at),
  note: s(`note ${pk}`),
  count: n('12345678901234567890.5'),
  tags: list(s('x')),
  done: { BOOL: false },
}));

async function opened(desk: any, page: any) {
  await desk.createTable('cells');
  await desk.seed('cells', ITEMS);
  const items = new ItemsPage(page, 'cells');
  await items.open();
  await expect(items.cell('note a')).toBeVisible();
  return items;
}

const editor = (page: any, column: string) => page.getByRole('group', { name: new RegExp(`^Change ${column} of `) });

test('cells are changed by keyboard alone, reviewed, and saved in one transaction', async ({ desk, page }) => {
  const items = await opened(desk, page);
  const first = await items.at(0, 'note');
  const key = await items.key(0);
  // A key is refused, and says where it is changed.
  await (await items.at(0, 'pk')).focus();
  await page.keyboard.press('F2');
  await expect(page.getByText('pk is part of the key: open the item to change its key')).toBeVisible();

  await first.focus();
  await page.keyboard.press('F2');
  const value = editor(page, 'note').getByRole('textbox', { name: 'Value' });
  await expect(value).toBeFocused();
  await expect(value).toHaveValue(`note ${key}`);
  await page.keyboard.type(', more');
  await sound(page);
  await page.keyboard.press('Enter');
  await expect(first).toHaveAccessibleName(`note ${key}, more, not saved`);
  await expect(await items.at(1, 'note')).toBeFocused();
  // Typing begins an edit, Tab goes on to the next cell.
  await page.keyboard.type('typed');
  await page.keyboard.press('Tab');
  await expect(await items.at(1, 'note')).toHaveAccessibleName('typed, not saved');
  await expect(await items.at(1, 'sk')).toBeFocused();
  await expect(items.unsaved).toContainText('2 changes in 2 items, not saved');
  // Escape cancels.
  await page.keyboard.press('F2');
  await page.keyboard.type('9');
  await page.keyboard.press('Escape');
  await expect(items.unsaved).toContainText('2 changes in 2 items');
  // Nothing was sent.
  expect((await desk.items('cells')).map((item) => item.note).sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1))).toEqual(ITEMS.map((item) => item.note));

  await page.keyboard.press('Control+z');
  await expect(items.unsaved).toContainText('1 change in 1 item');
  await page.keyboard.press('Control+Shift+z');
  await expect(items.unsaved).toContainText('2 changes in 2 items');
  await page.keyboard.press('Control+s');
  const review = page.getByRole('dialog', { name: 'Review 2 changes in 2 items' });
  await expect(review.getByRole('region', { name: key })).toContainText(`note ${key}, more`);
  await review.getByText('The exact requests').click();
  await expect(review.getByText('"TransactItems"').first()).toBeVisible();
  await expect(review.getByText('SET #').first()).toBeVisible();
  await sound(page);
  await review.getByRole('button', { name: 'Save all' }).press('Enter');
  await expect(review).toHaveCount(0);
  await expect(page.getByText('2 items saved')).toBeVisible();
  await expect(items.unsaved).toHaveCount(0);
  await expect(first).toHaveText(`note ${key}, more`);
  const saved = await desk.items('cells');
  const before = ITEMS.find((item) => item.pk.S === key);
  expect(saved.find((item) => item.pk.S === key)).toEqual({ ...before, note: s(`note ${key}, more`) });

  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('2 writes undone')).toBeVisible();
  await expect(first).toHaveText(`note ${key}`);
});

test('types are kept and mistakes are said at the cell', async ({ desk, page }) => {
  const items = await opened(desk, page);
  const count = await items.at(0, 'count');
  const form = editor(page, 'count');
  // A machine so slow that the row opens between the two clicks of a mouse gets another try.
  await expect(async () => {
    const close = page.getByRole('button', { name: 'Close panel' });
    if (await close.isVisible()) await close.click();
    await count.dblclick();
    await expect(form).toBeVisible({ timeout: 5_000 });
  }).toPass();
  await expect(form.getByRole('combobox', { name: 'Type' })).toHaveValue('N');
  const value = form.getByRole('textbox', { name: 'Value' });
  await value.fill('1'.repeat(39));
  await expect(form.getByRole('alert')).toHaveText(/at most 38 significant digits/);
  await sound(page);
  await value.press('Enter');
  await expect(form).toBeVisible();
  // What cannot be saved is not lost on the way out either.
  await page.getByRole('navigation', { name: 'Pages of this table' }).getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('dialog', { name: 'Discard your changes?' }).getByRole('button', { name: 'Keep editing' }).click();
  await expect(value).toHaveValue('1'.repeat(39));
  await value.fill('9'.repeat(38));
  await value.press('Enter');
  await expect(count).toHaveText('9'.repeat(38));
  // A yes or no has no text, and a list belongs into the item's own editor.
  await items.twice(await items.at(0, 'done'));
  await editor(page, 'done').getByRole('combobox', { name: 'Value' }).selectOption('true');
  await page.keyboard.press('Enter');
  await expect(await items.at(0, 'done')).toHaveText('true');
  await items.twice(await items.at(0, 'tags'));
  await expect(page.getByText('tags holds a list: change it in the item')).toBeVisible();
  await expect(items.panel).toBeVisible();
  await expect(items.unsaved).toContainText('2 changes in 1 item');
});

test('a conflict shows theirs, and mine can be put over it', async ({ desk, page }) => {
  const items = await opened(desk, page);
  const key = await items.key(0);
  const note = await items.at(0, 'note');
  await items.twice(note);
  await editor(page, 'note').getByRole('textbox', { name: 'Value' }).fill('mine');
  await page.keyboard.press('Enter');
  const before = ITEMS.find((item) => item.pk.S === key)!;
  await desk.seed('cells', [{ ...before, note: s('theirs'), extra: s('also theirs') }]);
  await items.unsaved.getByRole('button', { name: 'Review and save' }).click();
  const review = page.getByRole('dialog', { name: /^Review/ });
  await review.getByRole('button', { name: 'Save all' }).click();
  const clash = review.getByRole('region', { name: key });
  await expect(clash.getByRole('row', { name: /^note/ })).toContainText('theirs');
  await sound(page);
  await clash.getByRole('button', { name: 'Put mine over theirs' }).click();
  await review.getByRole('button', { name: 'Save all' }).click();
  await expect(page.getByText('1 item saved')).toBeVisible();
  expect((await desk.items('cells')).find((item) => item.pk.S === key)).toEqual({ ...before, note: s('mine'), extra: s('also theirs') });
});

test('a page with unsaved changes asks before it is left', async ({ desk, page }) => {
  const items = await opened(desk, page);
  await items.twice(await items.at(0, 'note'));
  await editor(page, 'note').getByRole('textbox', { name: 'Value' }).fill('mine');
  await page.keyboard.press('Enter');
  const tables = page.getByRole('navigation', { name: 'Pages of this table' }).getByRole('link', { name: 'Overview' });
  await tables.click();
  const question = page.getByRole('dialog', { name: 'Discard your changes?' });
  await expect(question).toContainText('1 change in 1 item');
  await sound(page);
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(question).toBeHidden();
  await expect(items.unsaved).toBeVisible();
  // The palette is a way out as well.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('jobs');
  await page.keyboard.press('Enter');
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(question).toBeHidden();
  await expect(items.unsaved).toBeVisible();
  await tables.click();
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(items.grid).toHaveCount(0);
  expect((await desk.items('cells')).some((item) => item.note.S === 'mine')).toBe(false);
});

test.describe('read-only', () => {
  const config = (readOnly: boolean) => `[[connection]]\nname = "local"\nkind = "embedded"\nread_only = ${readOnly}\n`;
  test.use({ start: { config: config(false) } });

  test('nothing can be changed, and the reason is said', async ({ desk, page }) => {
    await desk.createTable('cells');
    await desk.seed('cells', ITEMS);
    await desk.stop();
    await desk.again({ config: config(true) });
    const items = new ItemsPage(page, 'cells');
    await items.open();
    await (await items.at(0, 'note')).focus();
    await page.keyboard.press('F2');
    await expect(page.getByRole('region', { name: 'Messages' })).toContainText('The connection local is read-only');
    await items.box(0).check();
    await expect(items.selected.getByRole('button', { name: /^Delete/ })).toHaveAttribute('aria-disabled', 'true');
    await sound(page);
  });
});
