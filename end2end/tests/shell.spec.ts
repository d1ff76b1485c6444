import { CONNECTION, expect, sound, test } from '../support/test';

test('a wrong address says so and leads back', async ({ page }) => {
  await page.goto('/nowhere/at/all');
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
  await sound(page);
  await page.getByRole('link', { name: 'Go to the start' }).click();
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeHidden();
  await page.goto('/c/nobody/tables');
  await expect(page.getByText('No such connection')).toBeVisible();
  await page.goto(`/c/${CONNECTION}/tables/nothing/items`);
  await expect(page.getByText('No such table')).toBeVisible();
  await sound(page);
});

test('the theme is chosen, kept, and never flashes', async ({ page }) => {
  const dark = () => page.locator(':root').evaluate((root) => getComputedStyle(root).colorScheme);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`/c/${CONNECTION}/tables`);
  await expect(page.getByRole('heading', { name: 'Tables', level: 1 })).toBeVisible();
  const light = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect.poll(dark).toBe('dark');
  expect(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)).not.toBe(light);
  await page.reload();
  // Before anything of the console runs, the page is dark already.
  expect(await dark()).toBe('dark');
  await page.getByRole('button', { name: 'Theme' }).click();
  await expect(page.getByRole('menuitemradio', { name: 'Dark' })).toBeChecked();
  await sound(page);
  await page.getByRole('menuitemradio', { name: 'As the system' }).click();
  await expect.poll(dark).not.toBe('dark');
});

test('every answer carries the policy, and a stranger is refused', async ({ desk, context }) => {
  // A page of its own, because it may log what the policy refused.
  const page = await context.newPage();
  const policy = (await page.goto('/'))!.headers()['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("'wasm-unsafe-eval'");
  expect(policy).not.toContain("'unsafe-eval'");
  expect(policy).not.toContain("'unsafe-inline'");
  const stranger = await fetch(`${desk.url}/api/c/${CONNECTION}/tables`, {
    method: 'POST',
    headers: { origin: 'http://evil.example', 'content-type': 'application/json' },
    body: '{}',
  });
  expect(stranger.status).toBe(403);
  // What a hostile page could do at most: a script of its own, which the policy keeps from running.
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.head.append(script);
    return 'ran' in window;
  });
  expect(ran).toBe(false);
});
