import type { Page } from '@playwright/test';
import { n, numbered, s } from '../support/items';
import { CONNECTION, Dynadesk, expect, sound, test } from '../support/test';

const NOTES = [
  { pk: s('a'), sk: s('1'), n: n('1') },
  { pk: s('a'), sk: s('2'), n: n('2') },
  { pk: s('b'), sk: s('1'), n: n('3'), odd: s("it's <b>\u0000 -- ;") },
];

const editor = (page: Page) => page.getByRole('textbox', { name: 'PartiQL statements' });
const grid = (page: Page) => page.getByRole('grid', { name: 'Items that the statements gave' });
const status = (page: Page) => page.getByRole('region', { name: 'Results' }).getByRole('status').last();
const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true });

async function open(desk: Dynadesk, page: Page, text = '', connection = CONNECTION) {
  await page.goto(`/c/${connection}/partiql${text && `?q=${encodeURIComponent(text)}`}`);
  await expect(editor(page)).toBeVisible();
}

/** Puts another text in the place of what is written. */
async function write(page: Page, text: string) {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  // Pasted: what Chromium inserts itself into coloured text it gives a style of its own, which the page's policy refuses.
  await editor(page).evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
  await expect(editor(page)).toHaveText(text);
}

async function notes(desk: Dynadesk, connection = CONNECTION) {
  await desk.createTable('notes', { sort: 'sk', connection });
  await desk.seed('notes', NOTES, connection);
}

test('a statement is written with completion, run by keyboard, and its items are shown', async ({ desk, page }) => {
  await notes(desk);
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'PartiQL' }).click();
  // What the sidebar lists is what completion offers.
  await expect(page.getByRole('link', { name: 'notes' }).first()).toBeVisible();
  await editor(page).click();
  await page.keyboard.type('SELECT * FROM no');
  await page.getByRole('option', { name: /^notes/ }).click();
  await page.keyboard.type(' WHERE ');
  // The attributes are asked for once the table is named, and completion when a letter is typed.
  await expect(async () => {
    await page.keyboard.type('p');
    try {
      await expect(page.getByRole('option', { name: /^pk/ })).toBeVisible({ timeout: 2_000 });
    } catch (late) {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Backspace');
      throw late;
    }
  }).toPass();
  await page.keyboard.press('Escape');
  await page.keyboard.type("k = 'a");
  await sound(page);
  await page.keyboard.press('Control+Enter');
  await expect(grid(page).getByRole('gridcell', { name: '2', exact: true }).first()).toBeVisible();
  await expect(status(page)).toContainText('2 items');
  await expect(status(page)).toContainText('capacity units');
  // The URL holds the statement, so it can be linked to.
  await expect(page).toHaveURL(/q=SELECT/);
  await page.reload();
  await expect(editor(page)).toContainText("SELECT * FROM notes WHERE pk = 'a'");
  // Tab does not stay in the editor.
  await editor(page).focus();
  await page.keyboard.press('Tab');
  await expect(editor(page)).not.toBeFocused();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await grid(page).getByRole('gridcell', { name: 'a', exact: true }).first().click();
  await expect(page.getByRole('complementary').getByRole('heading', { name: 'Item 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Request' }).click();
  await expect(page.getByRole('region', { name: 'Request as JSON' })).toContainText('"Limit": 100');
  await sound(page);
});

test('a scan is warned of, a query is not, and pages go on by request', async ({ desk, page }) => {
  await desk.createTable('many');
  await desk.seed('many', numbered(250));
  await open(desk, page, 'SELECT * FROM many');
  await expect(page.getByText('This SELECT scans the table many.')).toBeVisible();
  await sound(page);
  await run(page).click();
  await expect(status(page)).toContainText('100 items');
  await expect(status(page)).toContainText('there may be more');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(status(page)).toContainText('200 items');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(status(page)).toContainText('250 items');
  await open(desk, page, "SELECT * FROM many WHERE pk IN ['row-000001', 'row-000002']");
  await run(page).click();
  await expect(status(page)).toContainText('2 items');
  await expect(page.getByText('This SELECT scans')).toHaveCount(0);
});

test('an item that is open is let go with the items it was of', async ({ desk, page }) => {
  await notes(desk);
  await open(desk, page, "SELECT * FROM notes WHERE pk = 'a'");
  await run(page).click();
  await grid(page).getByRole('gridcell', { name: 'a', exact: true }).first().click();
  const opened = page.getByRole('complementary').getByRole('heading', { name: 'Item 1' });
  await expect(opened).toBeVisible();
  await write(page, "SELECT * FROM notes WHERE pk = 'b'");
  await run(page).click();
  await expect(grid(page).getByRole('gridcell', { name: 'b', exact: true })).toBeVisible();
  await expect(opened).toHaveCount(0);
});

test('mistakes are shown at their place, and nothing is sent', async ({ desk, page }) => {
  await notes(desk);
  await open(desk, page, "SELECT *\nFORM notes WHERE pk = 'a'");
  let sent = 0;
  page.on('request', (request) => (sent += Number(request.url().endsWith('/partiql') && request.method() === 'POST')));
  await run(page).click();
  await expect(page.getByRole('note').filter({ hasText: 'line 2, column 1: FROM is expected' })).toBeVisible();
  await expect(editor(page)).toBeFocused();
  await sound(page);
  expect(sent).toBe(0);
});

test('parameters have types, and only the selection or the statement at the cursor is run', async ({ desk, page }) => {
  await notes(desk);
  await open(desk, page, 'INSERT INTO notes VALUE {\'pk\': ?, \'sk\': ?, \'n\': ?};\nSELECT n FROM notes WHERE pk = ?');
  await page.getByRole('textbox', { name: 'Value of parameter 1' }).fill("new '?' -- x");
  await page.getByRole('textbox', { name: 'Value of parameter 2' }).fill('1');
  await page.getByRole('combobox', { name: 'Type of parameter 3' }).selectOption('Number');
  await page.getByRole('textbox', { name: 'Value of parameter 3' }).fill('1x');
  await expect(page.getByText('"1x" is not a number')).toBeVisible();
  await page.getByRole('textbox', { name: 'Value of parameter 3' }).fill('12345678901234567890123456789012345678');
  await page.getByRole('textbox', { name: 'Value of parameter 4' }).fill("new '?' -- x");
  await sound(page);
  await editor(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+Enter');
  await expect(status(page)).toContainText('Done, no items came back');
  expect((await desk.items('notes')).find((item) => item.pk.S === "new '?' -- x")).toEqual({
    pk: s("new '?' -- x"),
    sk: s('1'),
    n: n('12345678901234567890123456789012345678'),
  });
  await editor(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Shift+Home');
  await page.keyboard.press('Control+Enter');
  await expect(grid(page).getByRole('gridcell', { name: '12345678901234567890123456789012345678' })).toBeVisible();
});

test('what is written stays when the page is left, run or not', async ({ desk, page }) => {
  await notes(desk);
  await open(desk, page);
  await editor(page).click();
  const text = "SELECT * FROM notes WHERE pk = ?; EXISTS";
  await page.keyboard.insertText(text);
  await page.getByRole('textbox', { name: 'Value of parameter 1' }).fill('a');
  await page.getByRole('radio', { name: 'Transaction' }).check({ force: true });
  await page.getByRole('checkbox', { name: 'Consistent read' }).check();
  const console = page.getByRole('navigation', { name: 'Console' });
  const leaveAndReturn = async () => {
    await console.getByRole('link', { name: 'Tables' }).click();
    await expect(editor(page)).toHaveCount(0);
    await console.getByRole('link', { name: 'PartiQL' }).click();
    await expect(editor(page)).toBeVisible();
  };
  await leaveAndReturn();
  await expect(editor(page)).toContainText(text);
  await expect(page.getByRole('textbox', { name: 'Value of parameter 1' })).toHaveValue('a');
  await expect(page.getByRole('radio', { name: 'Transaction' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Consistent read' })).toBeChecked();

  await page.getByRole('radio', { name: 'One statement' }).check({ force: true });
  await editor(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+Enter');
  await expect(status(page)).toContainText('2 items');
  await editor(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(' (more');
  await leaveAndReturn();
  await expect(editor(page)).toContainText(`${text} (more`);
  await expect(page.getByRole('textbox', { name: 'Value of parameter 1' })).toHaveValue('a');
  // A link brings its own text.
  await open(desk, page, 'SELECT sk FROM notes');
  await expect(editor(page)).toHaveText('SELECT sk FROM notes');
});

test('a failing transaction writes nothing and says which statement failed; a batch does what it can', async ({ desk, page }) => {
  await notes(desk);
  const text = "INSERT INTO notes VALUE {'pk': 't', 'sk': '1'};\nUPDATE notes SET n = 9 WHERE pk = 'a' AND sk = '1' AND n = 77";
  await open(desk, page, text);
  await expect(page.getByText('There are several statements')).toBeVisible();
  await page.getByRole('radio', { name: 'Transaction' }).check({ force: true });
  await run(page).click();
  const table = page.getByRole('table', { name: 'Outcome of each statement' });
  await expect(table.getByRole('row').nth(1)).toContainText('Not run');
  await expect(table.getByRole('row').nth(2)).toContainText('ConditionalCheckFailed');
  await expect(status(page)).toContainText('0 of 2 statements done');
  expect(await desk.items('notes')).toHaveLength(3);
  await sound(page);
  await page.getByRole('radio', { name: 'Batch' }).check({ force: true });
  await run(page).click();
  await expect(table.getByRole('row').nth(1)).toContainText('Done');
  await expect(status(page)).toContainText('1 of 2 statements done');
  expect(await desk.items('notes')).toHaveLength(4);
});

test.describe('on guarded connections', () => {
  test.use({
    start: {
      config: `
        [[connection]]
        name = "prod"
        kind = "embedded"
        memory = true
        label = "Orders"
        production = true
        [[connection]]
        name = "mirror"
        kind = "embedded"
        memory = true
        read_only = true
      `,
    },
  });

  test('production is asked about first, with what would be written', async ({ desk, page }) => {
    await notes(desk, 'prod');
    await open(desk, page, "DELETE FROM notes WHERE pk = 'a' AND sk = '1'", 'prod');
    await run(page).click();
    const dialog = page.getByRole('dialog', { name: 'Write to production: Orders?' });
    await expect(dialog).toContainText("DELETE from notes where pk = 'a' AND sk = '1'");
    await sound(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await desk.items('notes', 'prod')).toHaveLength(3);
    await run(page).click();
    // What deletes goes by the name of the table.
    await expect(dialog.getByRole('button', { name: 'Write', exact: true })).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByRole('textbox', { name: 'Type notes to confirm' }).fill('notes');
    await dialog.getByRole('button', { name: 'Write', exact: true }).click();
    await expect(status(page)).toContainText('Done');
    expect(await desk.items('notes', 'prod')).toHaveLength(2);
  });

  test('what was asked about and put aside changes nothing of what is on the screen', async ({ desk, page }) => {
    await desk.createTable('many', { connection: 'prod' });
    await desk.seed('many', numbered(150), 'prod');
    await open(desk, page, 'SELECT * FROM many', 'prod');
    await run(page).click();
    await expect(status(page)).toContainText('100 items');
    await write(page, "DELETE FROM many WHERE pk = 'row-000001'");
    await run(page).click();
    const dialog = page.getByRole('dialog', { name: 'Write to production: Orders?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    // It goes on with the SELECT whose items these are.
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(status(page)).toContainText('150 items');
    await expect(dialog).toBeHidden();
    expect(await desk.items('many', 'prod')).toHaveLength(150);
  });

  test('a read-only connection does not write, however it is spelled', async ({ desk, page }) => {
    await open(desk, page, "/* SELECT */ dElEtE FROM notes WHERE pk = 'a'", 'mirror');
    await expect(run(page)).toHaveAttribute('aria-disabled', 'true');
    await expect(run(page)).toHaveAccessibleDescription(/read-only/);
    await sound(page);
    await editor(page).click();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('note').filter({ hasText: 'is read-only, nothing was run' })).toBeVisible();
  });
});

test('without its script the editor is a plain field, and everything else is the same', async ({ desk, page }) => {
  await notes(desk);
  await page.route('**/editor-*.js', (route) => route.abort());
  await open(desk, page, "SELECT * FROM notes WHERE pk = 'b'");
  await expect(page.getByText('The editor could not be loaded')).toBeVisible();
  await sound(page);
  await editor(page).press('Control+Enter');
  await expect(grid(page).getByRole('gridcell', { name: /it's <b>/ })).toBeVisible();
});

test('other pages do not load the editor', async ({ page }) => {
  const files: string[] = [];
  page.on('request', (request) => files.push(request.url()));
  await page.goto(`/c/${CONNECTION}/tables`);
  await expect(page.getByRole('heading', { name: 'Tables', level: 1 })).toBeVisible();
  expect(files.filter((file) => file.includes('/editor-'))).toEqual([]);
});
