// Screens beside those of dynamodb-admin, in one Chromium, on the same dynalite: what an operator waits for.
import { chromium } from '@playwright/test';

const VIEW = { width: 1440, height: 900 };
const WIDE = { table: 'bench-wide', rows: 1_000, columns: 300 };
const LARGE = { table: 'bench-large', attributes: 1_000 };

/** A Chromium, and a clock for a fresh page of it. */
export async function browser() {
  const chrome = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  return {
    close: () => chrome.close(),
    async transferred(target, done) {
      const context = await chrome.newContext({ viewport: VIEW });
      const page = await context.newPage();
      await page.goto(target);
      await done(page);
      const loaded = await page.evaluate(() => {
        const kinds = ['navigation', 'resource'];
        const all = kinds.flatMap((kind) => performance.getEntriesByType(kind));
        return { bytes: all.reduce((sum, one) => sum + one.encodedBodySize, 0), requests: all.length };
      });
      await context.close();
      return loaded;
    },
    async timed(target, done) {
      const context = await chrome.newContext({ viewport: VIEW });
      const page = await context.newPage();
      page.setDefaultTimeout(120_000);
      const start = performance.now();
      await page.goto(target, { waitUntil: 'commit' });
      await done(page);
      const took = performance.now() - start;
      await context.close();
      return took;
    },
  };
}

const cellOf = (row, column) => `cell ${row} of ${column}`;
const name = (column) => `attribute${String(column).padStart(4, '0')}`;

/** From the address to the last cell of 1,000 rows × 300 columns on the screen. */
export async function wideRows({ desk, chrome, admin, url, rounds, report }) {
  await desk.createTable('dynalite', WIDE.table);
  const columns = Array.from({ length: WIDE.columns }, (_, column) => column);
  const item = (row) => ({
    pk: { S: `row#${String(row).padStart(4, '0')}` },
    ...Object.fromEntries(columns.map((column) => [name(column), { S: cellOf(row, column) }])),
  });
  await desk.seed('dynalite', WIDE.table, Array.from({ length: WIDE.rows }, (_, row) => item(row)));
  const times = { rival: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    times.rival.push(
      await chrome.timed(`${admin}/tables/${WIDE.table}?pageSize=1000`, async (page) => {
        await page.waitForFunction((rows) => document.querySelectorAll('table tbody tr').length >= rows, WIDE.rows);
        // A role would be computed for each of the 300,000 cells, which is not what the rival spends.
        await page.evaluate(() => document.querySelector('table tbody tr:last-child td:last-child').scrollIntoView());
      }),
    );
    times.ours.push(
      await chrome.timed(`${url}/c/dynalite/tables/${WIDE.table}/items?limit=1000`, async (page) => {
        const grid = page.getByRole('grid');
        await page.getByRole('gridcell', { name: /^row#/ }).first().focus();
        // Each press goes to the last row that is loaded, and more are read there.
        const last = grid.locator(`[aria-rowindex="${WIDE.rows + 1}"]`).getByText(/^cell \d+ of 299$/);
        while (!(await last.isVisible())) {
          await page.keyboard.press('Control+End');
          await page.evaluate(() => new Promise(requestAnimationFrame));
        }
      }),
    );
  }
  report('1,000 rows × 300 columns, to the last cell', times);
}

/** From the address to a saved change of one attribute of 1,000. */
export async function largeItem({ desk, chrome, admin, url, rounds, report }) {
  await desk.createTable('dynalite', LARGE.table);
  const attributes = Array.from({ length: LARGE.attributes }, (_, at) => [name(at), { S: `value ${at}` }]);
  await desk.seed('dynalite', LARGE.table, [{ pk: { S: 'large' }, ...Object.fromEntries(attributes) }]);
  const times = { rival: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    times.rival.push(
      await chrome.timed(`${admin}/tables/${LARGE.table}/items/large`, async (page) => {
        await page.waitForFunction(() => window.ace && document.querySelector('.ace_editor'));
        await page.evaluate((text) => {
          const editor = window.ace.edit('documentTextarea');
          editor.setValue(JSON.stringify({ ...JSON.parse(editor.getValue()), attribute0500: text }, null, 2));
        }, `rival ${round}`);
        await page.locator('#saveButton').click();
        await page.locator('#saveButton.btn-success').waitFor();
      }),
    );
    times.ours.push(
      await chrome.timed(`${url}/c/dynalite/tables/${LARGE.table}/items`, async (page) => {
        // Straight to an attribute that is in view: the first behind the key.
        await page.getByRole('gridcell', { name: /^large$/ }).focus();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('F2');
        await page.getByRole('textbox', { name: 'Value' }).fill(`ours ${round}`);
        await page.keyboard.press('Enter');
        await page.keyboard.press('Control+s');
        await page.getByRole('button', { name: 'Save all' }).click();
        await page.getByText('1 item saved').waitFor();
      }),
    );
  }
  report('one attribute of an item of 1,000, opened and saved', times);
}

/** From the address of a Query to its row. */
export async function firstQuery({ chrome, admin, url, table, rounds, report }) {
  const pk = 'user#00001234';
  const filters = encodeURIComponent(JSON.stringify({ pk: { operator: '=', value: pk, type: 'S' } }));
  const key = Buffer.from(JSON.stringify({ partition: { pk: { S: pk } } })).toString('base64url');
  const times = { rival: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    times.rival.push(
      await chrome.timed(`${admin}/tables/${table}?operationType=query&filters=${filters}`, (page) =>
        page.getByRole('cell', { name: pk }).first().waitFor(),
      ),
    );
    times.ours.push(
      await chrome.timed(`${url}/c/dynalite/tables/${table}/items?key=${key}`, (page) =>
        page.getByRole('gridcell', { name: pk }).first().waitFor(),
      ),
    );
  }
  report('a Query by its link, to its first row', times);
}

/** From the address through the query builder, opened, filled and run, to the row. */
export async function builtQuery({ chrome, admin, url, table, rounds, report }) {
  const pk = 'user#00004321';
  const times = { rival: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    times.rival.push(
      await chrome.timed(`${admin}/tables/${table}`, async (page) => {
        await page.locator('select[name="operationType"]').selectOption('query');
        const row = page.locator('#filters-table tr').filter({ has: page.locator('.filter-row-key[required]') });
        await row.locator('.filter-row-value').fill(pk);
        await page.getByRole('button', { name: 'Search' }).click();
        await page.getByRole('cell', { name: pk }).first().waitFor();
      }),
    );
    times.ours.push(
      await chrome.timed(`${url}/c/dynalite/tables/${table}/items`, async (page) => {
        await page.getByRole('button', { name: 'Query', exact: true }).click();
        await page.getByRole('textbox', { name: 'Partition key pk' }).fill(pk);
        await page.getByRole('button', { name: 'Run', exact: true }).click();
        await page.getByRole('gridcell', { name: pk }).first().waitFor();
      }),
    );
  }
  report('the query builder opened, filled and run, to its first row', times);
}

/** What a first visit that begins at a table's items transfers. */
export async function deepLink({ chrome, url, table }) {
  const loaded = await chrome.transferred(`${url}/c/dynalite/tables/${table}/items`, (page) =>
    page.getByRole('gridcell', { name: /user#/ }).first().waitFor(),
  );
  console.log(`first visit, at a table's items: ${(loaded.bytes / 1000).toFixed(0)} kB over the wire in ${loaded.requests} requests`);
}
