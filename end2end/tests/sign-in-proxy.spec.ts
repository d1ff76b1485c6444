import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import { freePort } from '../support/sign-in';
import { accessible, expect, test as base } from '../support/test';

// A proxy in front signs people in and vouches for them with each request, until its own session is over.

const SECRET = 'a secret of the proxy';

/** What the proxy does with a request of somebody it does not know any more. */
type Turns = 'hands it on without a name' | 'sends it to its sign-in elsewhere' | 'refuses it in words of its own';

async function proxy(port: number, server: () => string) {
  let known = true;
  let turns: Turns = 'hands it on without a name';
  // Pages that the browser has are shown without asking the proxy.
  let cached = false;
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const url = incoming.url!;
    if (url.startsWith('/proxy/sign-in')) {
      known = true;
      outgoing.writeHead(302, { location: new URL(url, 'http://here').searchParams.get('to')! }).end();
      return;
    }
    const isPage = !url.startsWith('/api/');
    if (!known && isPage && !cached) {
      outgoing.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="/proxy/sign-in?to=${encodeURIComponent(url)}">Sign in at the proxy</a>`);
      return;
    }
    if (!known && !isPage && turns === 'sends it to its sign-in elsewhere') {
      // Another site, which a script may not follow to.
      outgoing.writeHead(302, { location: `http://localhost:${port}/proxy/somewhere` }).end();
      return;
    }
    if (!known && !isPage && turns === 'refuses it in words of its own') {
      outgoing.writeHead(401, { 'content-type': 'text/html' }).end('<h1>401 Authorization Required</h1>');
      return;
    }
    const { hostname, port: to } = new URL(server());
    const named = known ? { 'x-forwarded-user': 'ada', 'x-forwarded-groups': 'admins', 'x-dynadesk-proxy-secret': SECRET } : {};
    const headers = { ...incoming.headers, ...named };
    const onward = request({ hostname, port: to, method: incoming.method, path: url, headers }, (their) => {
      outgoing.writeHead(their.statusCode!, their.headers);
      their.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  };
  const front = createServer(answer);
  await new Promise<void>((resolve) => front.listen(port, '127.0.0.1', resolve));
  return {
    forgets(how: Turns, pagesAreCached = false) {
      known = false;
      turns = how;
      cached = pagesAreCached;
    },
    async stop() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}

const test = base.extend<{ port: number; site: string; front: Awaited<ReturnType<typeof proxy>> }>({
  port: async ({}, use) => use(await freePort()),
  site: async ({ port }, use) => use(`http://127.0.0.1:${port}`),
  front: async ({ port, desk }, use) => {
    const front = await proxy(port, () => desk.url);
    await use(front);
    await front.stop();
  },
  start: async ({ site }, use) =>
    use({
      flags: ['--forwarded-secret', SECRET, '--forwarded-peer', '127.0.0.1'],
      config: `
        public_url = "${site}"
        [[grant]]
        group = "admins"
        role = "admin"
        [[connection]]
        name = "local"
        kind = "embedded"
        memory = true
      `,
    }),
});

// Each loads the console twice.
test.describe.configure({ timeout: 120_000 });

for (const turns of ['hands it on without a name', 'sends it to its sign-in elsewhere', 'refuses it in words of its own'] as const) {
  test(`nothing typed is lost where the proxy knows nobody any more and ${turns}`, async ({ front, page, site }) => {
    await page.goto(`${site}/c/local/tables/+new`);
    await expect(page.getByRole('banner').getByRole('button', { name: 'Signed in as ada' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Table name' }).fill('drafts');
    await page.getByRole('textbox', { name: 'Partition key' }).fill('pk');
    front.forgets(turns);
    await page.getByRole('button', { name: 'Create table' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('what you typed is still here')).toBeVisible();
    if (turns === 'hands it on without a name') await accessible(page);
    const opened = page.waitForEvent('popup');
    await dialog.getByRole('link', { name: 'Sign in again' }).click();
    const beside = await opened;
    await beside.getByRole('link', { name: 'Sign in at the proxy' }).click();
    // The very request that was refused has been sent again, and the window beside is not needed any more. It loads the
    // whole console first, which takes a machine that is busy its time.
    await expect(page).toHaveURL(/tables\/drafts/, { timeout: 60_000 });
    await expect.poll(() => beside.isClosed()).toBe(true);
  });
}

for (const turns of ['sends it to its sign-in elsewhere', 'refuses it in words of its own'] as const) {
  test(`a page of the browser's own store says how to go on where the proxy ${turns}`, async ({ front, page, site }) => {
    front.forgets(turns, true);
    await page.goto(`${site}/c/local/tables`);
    const dialog = page.getByRole('dialog');
    const again = dialog.getByRole('button', { name: 'Load the page again' });
    await expect(again).toBeVisible();
    await accessible(page);
    // The proxy is asked now, and signs in.
    front.forgets(turns);
    await again.click();
    await page.getByRole('link', { name: 'Sign in at the proxy' }).click();
    await expect(page.getByRole('banner').getByRole('button', { name: 'Signed in as ada' })).toBeVisible();
  });
}

test('who signs in at the proxy in a tab of their own comes back to what they typed', async ({ front, page, site, context }) => {
  await page.goto(`${site}/c/local/tables/+new`);
  await page.getByRole('textbox', { name: 'Table name' }).fill('drafts');
  await page.getByRole('textbox', { name: 'Partition key' }).fill('pk');
  front.forgets('sends it to its sign-in elsewhere');
  await page.getByRole('button', { name: 'Create table' }).click();
  await expect(page.getByRole('dialog').getByText('what you typed is still here')).toBeVisible();
  const other = await context.newPage();
  await other.goto(`${site}/proxy/sign-in?to=/nothing-of-ours.txt`);
  await other.close();
  // Chromium without a window hides no tab, so it is told that this one came to the front.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(page).toHaveURL(/tables\/drafts/);
});
