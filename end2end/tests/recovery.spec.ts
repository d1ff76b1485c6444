import { Dynalite } from '../support/dynalite';
import { numbered } from '../support/items';
import { CONNECTION, Dynadesk, expect, sound, test } from '../support/test';

test.describe('the server', () => {
  test.use({ start: {} });

  test('stops and comes back, and the page goes on by itself', async ({ desk, page }) => {
    await desk.createTable('things');
    await desk.seed('things', numbered(3));
    await page.goto(`/c/${CONNECTION}/tables/things/items`);
    await expect(page.getByRole('gridcell', { name: 'row-000002' })).toBeVisible();
    await desk.stop();
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect(page.getByText("Cannot reach Dynadesk's server")).toBeVisible();
    await sound(page);
    await desk.again();
    await expect(page.getByText("Cannot reach Dynadesk's server")).toBeHidden();
    await page.getByRole('navigation', { name: 'Pages of this table' }).getByRole('link', { name: 'Items' }).click();
    await expect(page.getByRole('gridcell', { name: 'row-000002' })).toBeVisible();
  });
});

test('an engine stops and comes back, and the page says so and recovers', async ({ page, browser }) => {
  const engine = await Dynalite.start();
  const desk = await Dynadesk.start({ flags: ['--in-memory', '--endpoint', engine.url] });
  try {
    await desk.createTable('far', { connection: 'endpoint' });
    await desk.seed('far', numbered(3), 'endpoint');
    await page.goto(`${desk.url}/c/endpoint/tables/far/items`);
    await expect(page.getByRole('gridcell', { name: 'row-000001' })).toBeVisible();
    // The place is on screen, so that nobody mistakes it for another.
    await expect(page.getByRole('banner').getByText(engine.url)).toBeVisible();
    await engine.stop();
    await page.reload();
    const failure = page.getByRole('alert').filter({ hasText: 'could not be' }).first();
    await expect(failure).toBeVisible({ timeout: 30_000 });
    // Dynadesk itself is there, and other connections go on.
    await expect(page.getByText("Cannot reach Dynadesk's server")).toBeHidden();
    await sound(page);
    await engine.again();
    // Each part that failed has a way of its own; which of them is the first one may change as one looks.
    await expect(async () => {
      const again = page.getByRole('alert').getByRole('button', { name: /again/i }).first();
      if (await again.isVisible()) await again.click({ timeout: 5_000 });
      await expect(page.getByRole('gridcell', { name: 'row-000001' })).toBeVisible({ timeout: 5_000 });
    }).toPass();
  } finally {
    await desk.dispose();
    await engine.dispose();
  }
});
