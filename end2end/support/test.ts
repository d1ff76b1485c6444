import AxeBuilder from '@axe-core/playwright';
import { type Locator, type Page, expect, test as base } from '@playwright/test';
import { Dynadesk, type Start } from './dynadesk';

export { CONNECTION, Dynadesk } from './dynadesk';
export { expect } from '@playwright/test';

type Fixtures = {
  /** How the server of this test is started; `test.use({ start: { flags: [...] } })`. */
  start: Start;
  /** Whether production stays locked; else it is unlocked, as an operator does first. */
  locked: boolean;
  /** A fresh server with an embedded engine in memory, unless `start` says otherwise. */
  desk: Dynadesk;
};

/** A test with a server of its own. A page that logs an error or breaks the policy fails the test. */
export const test = base.extend<Fixtures>({
  // Links are written as paths; the server's port is known only when it runs.
  baseURL: async ({ desk }, use) => use(desk.url),
  start: [{ flags: ['--in-memory'] }, { option: true }],
  locked: [false, { option: true }],
  desk: async ({ start, locked }, use) => {
    const desk = await Dynadesk.start(start);
    if (!locked) await desk.unlockProduction();
    await use(desk);
    await desk.dispose();
  },
  page: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // Chromium itself logs every refused request, and the loader of the pages' files one that never
      // came; what a page makes of it is for the test to see.
      const text = message.text();
      const refused = text.startsWith('Failed to load resource') || (text.includes('Failed to fetch') && text.includes('/pages.js'));
      if (message.type() === 'error' && !refused) complaints.push(text);
    });
    page.on('dialog', (dialog) => {
      complaints.push(`a native dialog opened: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await use(page);
    expect(complaints, 'the console of the page stays silent').toEqual([]);
  },
});

/** Axe finds nothing on the page as it stands, in the light theme and in the dark one. */
export async function accessible(page: Page) {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // A colour on its way from one theme to the other is neither.
    await page.evaluate(async () => {
      const ends = (animation: Animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime);
      await Promise.allSettled(document.getAnimations().filter(ends).map((animation) => animation.finished));
    });
    const found = await new AxeBuilder({ page }).analyze();
    const faults = found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
    expect(faults, `axe in the ${colorScheme} theme`).toEqual([]);
  }
}

/** A table that does not scroll sideways in its frame. */
export async function fitsFrame(table: Locator) {
  const room = await table.evaluate((one) => [one.parentElement!.scrollWidth, one.parentElement!.clientWidth]);
  expect(room[0]).toBeLessThanOrEqual(room[1]);
}

/** Nothing sticks out to the right: neither the window nor the page in it scrolls sideways. */
export async function fitsWidth(page: Page) {
  const widths = (element: HTMLElement | SVGElement) => [element.scrollWidth, element.clientWidth];
  for (const [content, room] of [
    await page.locator(':root').evaluate(widths),
    await page.getByRole('main').evaluate(widths),
  ]) {
    expect(content).toBeLessThanOrEqual(room);
  }
}

/** Both: nothing for axe to find, and nothing that sticks out. */
export async function sound(page: Page) {
  await fitsWidth(page);
  await accessible(page);
}
