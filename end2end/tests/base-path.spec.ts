import { createServer, request } from 'node:http';
import { startProvider } from '../support/oidc';
import { freePort } from '../support/sign-in';
import { expect, test as base } from '../support/test';

// The console below a path of a name that it shares: https://example.com/desk/.

const BASE = '/ops/desk';

/** A proxy that hands on what is below the base, with or without it, and nothing else. */
async function proxy(port: number, server: () => string, strips: boolean) {
  const strangers: string[] = [];
  const front = createServer((incoming, outgoing) => {
    const url = incoming.url!;
    if (!url.startsWith(`${BASE}/`)) {
      strangers.push(url);
      outgoing.writeHead(404).end('this is another program\n');
      return;
    }
    const { hostname, port: to } = new URL(server());
    const path = strips ? url.slice(BASE.length) : url;
    const onward = request({ hostname, port: to, method: incoming.method, path, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(port, '127.0.0.1', resolve));
  return {
    /** What was asked for that is not below it. */
    strangers,
    async stop() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}

const test = base.extend<{ port: number; site: string; provider: Awaited<ReturnType<typeof startProvider>> }>({
  port: async ({}, use) => use(await freePort()),
  site: async ({ port }, use) => use(`http://127.0.0.1:${port}${BASE}`),
  provider: async ({ site }, use) => {
    const provider = await startProvider(site, { ada: ['dynadesk-admins'] });
    await use(provider);
    await provider.stop();
  },
  start: async ({ site, provider }, use) =>
    use({
      flags: ['--oidc-client-secret', 'a-secret-of-the-client'],
      config: `
        public_url = "${site}/"
        [sign_in.oidc]
        issuer = "${provider.issuer}"
        client_id = "dynadesk"
        label = "Sign in with Example"
        [[grant]]
        group = "dynadesk-admins"
        role = "admin"
        [[connection]]
        name = "local"
        kind = "embedded"
        memory = true
      `,
    }),
});

for (const strips of [false, true]) {
  test(`the console works below a path that the proxy ${strips ? 'takes away' : 'leaves'}`, async ({ desk, page, port, site }) => {
    const front = await proxy(port, () => desk.url, strips);
    try {
      // Signing in leads back to the page that was asked for.
      await page.goto(`${site}/c/local/tables/+new`);
      await page.getByRole('button', { name: 'Sign in with Example' }).click();
      await page.locator('input[name=login]').fill('ada');
      await page.locator('input[name=password]').fill('anything');
      await page.getByRole('button', { name: 'Sign-in' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page).toHaveURL(`${site}/c/local/tables/+new`);

      await page.getByRole('textbox', { name: 'Table name' }).fill('orders');
      await page.getByRole('textbox', { name: 'Partition key' }).fill('id');
      await page.getByRole('button', { name: 'Create table' }).click();
      await expect(page).toHaveURL(new RegExp(`^${site}/c/local/tables/orders`));
      // Links stay below it, and so do Back, the address itself and what is loaded from it.
      await page.getByRole('navigation', { name: 'Pages of this table' }).getByRole('link', { name: 'Items' }).click();
      await expect(page).toHaveURL(new RegExp(`^${site}/c/local/tables/orders/items`));
      await expect(page.getByText('The table is empty')).toBeVisible();
      await page.reload();
      await expect(page.getByText('The table is empty')).toBeVisible();
      await page.goto(`${site}/c/local/partiql`);
      await expect(page.getByRole('textbox', { name: 'PartiQL statements' })).toBeVisible();
      await page.goto(`${site}/audit`);
      const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
      expect(href!.startsWith(`${BASE}/api/`)).toBe(true);
      expect((await page.request.get(`http://127.0.0.1:${port}${href}`)).headers()['content-type']).toContain('text/csv');

      await page.getByRole('banner').getByRole('button', { name: /Signed in as/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Yes, sign me out' }).click();
      await expect(page).toHaveURL(`${site}/`);
      await expect(page.getByRole('button', { name: 'Sign in with Example' })).toBeVisible();
      expect(front.strangers).toEqual([]);
    } finally {
      await front.stop();
    }
  });
}
