import type { Page } from '@playwright/test';
import { startProvider } from '../support/oidc';
import { freePort } from '../support/sign-in';
import { expect, test as base } from '../support/test';

type Provider = Awaited<ReturnType<typeof startProvider>>;

const test = base.extend<{ port: number; provider: Provider }>({
  port: async ({}, use) => use(await freePort()),
  provider: async ({ port }, use) => {
    const provider = await startProvider(`http://127.0.0.1:${port}`, { ada: ['dynadesk-admins'], vi: ['dynadesk-viewers'] });
    await use(provider);
    await provider.stop();
  },
  start: async ({ port, provider }, use) =>
    use({
      flags: ['--port', String(port), '--oidc-client-secret', 'a-secret-of-the-client'],
      config: `
        public_url = "http://127.0.0.1:${port}"
        [sign_in.oidc]
        issuer = "${provider.issuer}"
        client_id = "dynadesk"
        label = "Sign in with Example"
        scopes = ["email"]
        [[grant]]
        group = "dynadesk-admins"
        role = "admin"
        [[grant]]
        group = "dynadesk-viewers"
        role = "viewer"
        [[connection]]
        name = "local"
        kind = "embedded"
        memory = true
      `,
    }),
});

/** The pages of the provider: whoever says a name is believed. */
async function atProvider(page: Page, name: string) {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Signs in, and types a table that is not made yet. */
async function draft(page: Page) {
  await page.goto('/c/local/tables/+new');
  await page.getByRole('button', { name: 'Sign in with Example' }).click();
  await atProvider(page, 'ada');
  await expect(who(page, 'ada@example.com')).toBeVisible();
  await page.getByRole('textbox', { name: 'Table name' }).fill('drafts');
  await page.getByRole('textbox', { name: 'Partition key' }).fill('pk');
}

const who = (page: Page, name: string) => page.getByRole('banner').getByRole('button', { name: `Signed in as ${name}` });

test('a real provider signs people in and out again', async ({ desk, page }) => {
  await page.goto('/c/local/tables/+new');
  await page.getByRole('button', { name: 'Sign in with Example' }).click();
  await atProvider(page, 'ada');
  await expect(page).toHaveURL(`${desk.url}/c/local/tables/+new`);
  await expect(who(page, 'ada@example.com')).toBeVisible();
  await page.getByRole('textbox', { name: 'Table name' }).fill('orders');
  await page.getByRole('textbox', { name: 'Partition key' }).fill('pk');
  await page.getByRole('button', { name: 'Create table' }).click();
  await expect(page).toHaveURL(/tables\/orders/);
  const view = await page.evaluate(async () => (await fetch('/api/session')).json());
  expect(view.person.grants.map((grant: { role: string }) => grant.role)).toEqual(['admin']);
  await who(page, 'ada@example.com').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  // The provider asks whether its own session ends too, and leads back.
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expect(page).toHaveURL(`${desk.url}/`);
  await expect(page.getByRole('button', { name: 'Sign in with Example' })).toBeVisible();
});

test('in the middle of work the provider opens beside it, and nothing typed is lost', async ({ page, context }) => {
  await draft(page);
  await context.clearCookies({ name: '__Host-dynadesk' });
  await page.getByRole('button', { name: 'Create table' }).click();
  const opened = page.waitForEvent('popup');
  await page.getByRole('dialog').getByRole('link', { name: 'Sign in with Example' }).click();
  // The provider still knows her, so its window comes back by itself and closes.
  const beside = await opened;
  // The window loads the whole console beside this one.
  await expect(page).toHaveURL(/tables\/drafts/, { timeout: 60_000 });
  await expect.poll(() => beside.isClosed()).toBe(true);
});

test('a window beside that fails at first signs in the second time, and closes', async ({ page, context }) => {
  await draft(page);
  // The provider has forgotten her, too.
  await context.clearCookies();
  await page.getByRole('button', { name: 'Create table' }).click();
  const opened = page.waitForEvent('popup');
  await page.getByRole('dialog').getByRole('link', { name: 'Sign in with Example' }).click();
  const beside = await opened;
  await beside.getByRole('link', { name: 'Cancel' }).click();
  await expect(beside.getByRole('dialog').getByText('The provider signed nobody in')).toBeVisible();
  await beside.getByRole('button', { name: 'Sign in with Example' }).click();
  await atProvider(beside, 'ada');
  await expect(page).toHaveURL(/tables\/drafts/, { timeout: 60_000 });
  await expect.poll(() => beside.isClosed()).toBe(true);
});

test('whom the provider knows but no group names may do nothing, and is told so', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in with Example' }).click();
  await atProvider(page, 'eve');
  await expect(who(page, 'eve@example.com')).toBeVisible();
  await expect(page.getByText('You may not see any connection')).toBeVisible();
});

test('who turns back at the provider is told that nobody was signed in', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in with Example' }).click();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog').getByText('The provider signed nobody in')).toBeVisible();
});

test('a name from the provider is text and nothing else', async ({ page }) => {
  const name = '"><img src=x onerror=alert(1)>';
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in with Example' }).click();
  await atProvider(page, name);
  await expect(who(page, `${name}@example.com`)).toBeVisible();
  await expect(page.getByRole('img', { name: 'x' })).toHaveCount(0);
  expect(await page.locator('img').count()).toBe(0);
});
