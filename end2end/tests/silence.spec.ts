import { startBalancer } from '../support/balancer';
import { type Item, s } from '../support/items';
import { CONNECTION, type Dynadesk, expect, sound, test as base } from '../support/test';

/** The console is asked for through a balancer, and the clock of its pages is ours. */
const test = base.extend<{ balancer: Awaited<ReturnType<typeof startBalancer>> }>({
  balancer: async ({ desk }, use) => {
    const balancer = await startBalancer(desk.url);
    await use(balancer);
    await balancer.stop();
  },
  baseURL: async ({ balancer }, use) => use(balancer.url),
  page: async ({ page }, use) => {
    await page.clock.install();
    await use(page);
  },
});

/** Longer than a page waits for a word. */
const SILENCE = 41_000;

const row = (pk: string): Item => ({ pk: s(pk) });

const write = (desk: Dynadesk, pk: string) =>
  desk.api('POST', `/api/c/${CONNECTION}/tables/notes/items/write`, { changes: [{ create: { item: row(pk) } }] });

test.beforeEach(async ({ desk }) => {
  await desk.createTable('notes');
});

test('a stream that fell silent is joined again, and misses nothing', async ({ desk, page, balancer }) => {
  await desk.api('POST', `/api/c/${CONNECTION}/tables/notes/stream`, { view_type: 'NEW_AND_OLD_IMAGES' });
  await page.goto(`/c/${CONNECTION}/tables/notes/stream`);
  const status = page.getByRole('main');
  await expect(status.getByText('Live', { exact: true })).toBeVisible();
  const rows = page.getByRole('table', { name: 'Stream records' }).getByRole('row');
  await write(desk, 'before');
  await expect(rows).toHaveCount(2);

  balancer.fallSilent();
  await write(desk, 'meanwhile');
  await page.clock.fastForward(SILENCE);
  await expect(status.getByText('Reconnecting')).toBeVisible();
  await sound(page);
  await expect(rows).toHaveCount(2);
  balancer.speakAgain();
  await page.clock.fastForward(SILENCE);
  await expect(status.getByText('Live', { exact: true })).toBeVisible();
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('meanwhile');
  // What fell silent is left, and not only forgotten.
  await expect.poll(balancer.streams).toBe(1);
});

test('a job that nobody tells of any more is asked for again', async ({ desk, page, balancer }) => {
  const job = await desk.seed('notes', [row('one')]);
  const running = { ...job, state: 'running', progress: { ...job.progress, processed: 0, written: 0 } };
  await page.route(`**/api/jobs/${job.id}`, (route) => route.fulfill({ json: running }));
  balancer.fallSilent();
  await page.goto(`/c/${CONNECTION}/jobs/${job.id}`);
  const main = page.getByRole('main');
  await expect(main.getByText('Running', { exact: true })).toBeVisible();
  await expect.poll(balancer.streams).toBe(1);
  await page.clock.fastForward(SILENCE);
  await expect(main.getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible();
  await sound(page);
  balancer.speakAgain();
  await page.clock.fastForward(SILENCE);
  await expect(main.getByText('Done', { exact: true })).toBeVisible();
  await expect(main.getByText('Reconnecting')).toBeHidden();
});

test('the live audit log reads what it missed', async ({ desk, page, balancer }) => {
  let read = 0;
  page.on('response', (answer) => void (new URL(answer.url()).pathname === '/api/audit' && read++));
  await page.goto('/audit?live=1');
  const rows = page.getByRole('table', { name: 'Audit log' }).getByRole('row');
  // The list is read once for the page and once when its stream is open; from then on only the stream tells of anything.
  let before = 0;
  await expect
    .poll(() => {
      const rests = read >= 2 && read === before;
      before = read;
      return rests;
    }, { intervals: [500] })
    .toBe(true);
  await write(desk, 'before');
  const writes = rows.filter({ hasText: 'Write items' });
  await expect(writes).toHaveCount(1);
  balancer.fallSilent();
  await write(desk, 'meanwhile');
  await page.clock.fastForward(SILENCE);
  await expect(page.getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible();
  await sound(page);
  await expect(writes).toHaveCount(1);
  balancer.speakAgain();
  await page.clock.fastForward(SILENCE);
  await expect(writes).toHaveCount(2);
  await expect(page.getByText('Reconnecting')).toBeHidden();
});
