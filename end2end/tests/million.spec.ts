import { ItemsPage } from '../support/items-page';
import { expect, test } from '../support/test';

const ROWS = 1_000_000;
const LOTS = 4;

test('a million rows are walked, jumped through and stay right, in bounded memory', async ({ desk, page }) => {
  test.setTimeout(900_000);
  await desk.createTable('million');
  for (let lot = 0; lot < LOTS; lot++) {
    const first = (ROWS / LOTS) * lot;
    await desk.seedText('million', Array.from({ length: ROWS / LOTS }, (_, at) => `{"pk":"${first + at}"}`).join('\n'));
  }
  const items = new ItemsPage(page, 'million');
  await items.open();
  await expect.poll(() => items.key(0)).not.toBe('');
  // More comes on scroll, in the engine's order.
  await items.cell(/^\d+$/).first().click();
  await expect(items.panel).toBeVisible();
  await page.getByRole('button', { name: 'Close panel' }).click();
  await expect(items.panel).toBeHidden();
  const beginning = await items.rows();
  const memory = async () => {
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = (await session.send('Runtime.getHeapUsage')) as Record<string, number>;
    await session.detach();
    return (usedSize + (embedderHeapUsedSize ?? 0) + (backingStorageSize ?? 0)) / 1024 / 1024;
  };

  await page.getByRole('button', { name: 'Load all' }).click();
  const dialog = page.getByRole('dialog', { name: 'Load all' });
  await dialog.getByRole('textbox', { name: 'Stop after items' }).fill('');
  await dialog.getByRole('button', { name: 'Load all' }).click();
  await expect(items.fact(/1,000,000 scanned · 1,000,000 matched/)).toBeVisible({ timeout: 300_000 });
  await expect(page.getByText('End reached')).toBeVisible();
  await expect(items.grid).toHaveAttribute('aria-rowcount', String(ROWS + 1));
  expect(await memory(), 'megabytes in the tab').toBeLessThan(300);

  const settled = async (inView: number) => {
    await expect.poll(() => items.key(inView)).toMatch(/^\d+$/);
    return items.rows();
  };
  // To the end and back with the keyboard: the same rows are there again.
  const again = await settled(0);
  await items.cell(/^\d+$/).first().click();
  await page.keyboard.press('Control+End');
  const end = await settled(ROWS - 1);
  expect(Math.max(...end.keys())).toBe(ROWS - 1);
  await page.keyboard.press('Control+Home');
  expect((await settled(0)).get(0)).toEqual(again.get(0));
  expect(beginning.size).toBeGreaterThan(0);

  // A drag of the scrollbar to the middle, wheel and Page Down from there: no row is shown twice.
  await items.grid.evaluate((grid) => grid.scrollTo({ top: grid.scrollHeight / 2 }));
  await expect.poll(() => items.firstRow()).toBeGreaterThan(ROWS * 0.45);
  const seen = new Map<string, number>();
  for (let step = 0; step < 10; step++) {
    const middle = [...(await items.rows()).keys()].sort((a, b) => a - b)[10];
    const rows = await settled(middle);
    for (const [row, [key]] of rows) {
      if (!/^\d+$/.test(key)) continue;
      expect(seen.get(key) ?? row, `row of ${key}`).toBe(row);
      seen.set(key, row);
    }
    await items.grid.hover();
    await page.mouse.wheel(0, 600);
    await expect.poll(() => items.firstRow()).toBeGreaterThan(Math.min(...rows.keys()));
  }
  expect(seen.size).toBeGreaterThan(100);
  // An item far down opens, and it is the one of its row.
  const [row, [key]] = [...(await items.rows())].filter(([, [key]]) => /^\d+$/.test(key)).sort(([a], [b]) => a - b)[10];
  await items.cell(key).click();
  await expect(items.panel.getByRole('heading', { name: key, exact: true })).toBeVisible();
  expect(row).toBeGreaterThan(ROWS * 0.45);
  expect(await memory(), 'megabytes in the tab').toBeLessThan(300);
  // How long one frame of scrolling keeps the browser busy.
  const slowest = await items.grid.evaluate(async (grid) => {
    let slowest = 0;
    for (let step = 0; step < 60; step++) {
      const before = performance.now();
      grid.scrollBy(0, 160);
      await new Promise(requestAnimationFrame);
      slowest = Math.max(slowest, performance.now() - before);
    }
    return slowest;
  });
  console.log(`slowest frame: ${Math.round(slowest)} ms`);
});
