import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import { Dynalite } from '../support/dynalite';
import { freePort } from '../support/sign-in';

// What docs/DEPLOY.md goes through on one machine: TLS, a provider of identities, and two servers that share their store.

/** Enough that a server can be killed while it writes them. */
const JOB_ITEMS = 5000;

test.use({ ignoreHTTPSErrors: true });

const SITE = join(import.meta.dirname, '../site');

/** Programs of one test; they end with it. */
class Programs {
  readonly folder = mkdtempSync(join(tmpdir(), 'dynadesk-site-'));
  private children: ChildProcess[] = [];

  /** Starts a program and waits for the line that says that it is ready. */
  async start(program: string, words: string[], ready: string, env: Record<string, string> = {}): Promise<ChildProcess> {
    const child = spawn(program, words, { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH, HOME: this.folder, ...env } });
    this.children.push(child);
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout! }).on('line', (line) => line.includes(ready) && resolve());
      child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    });
    return child;
  }

  async end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM') {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async dispose() {
    for (const child of this.children) await this.end(child, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

test('two servers behind one address: who signs in stays signed in when one of them stops', async ({ page }) => {
  test.setTimeout(600_000);
  const programs = new Programs();
  const dynamodb = await Dynalite.start();
  try {
    const [provider, front, one, other] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const site = `https://localhost:${front}`;
    const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
    execFileSync('openssl', `req -x509 ${key} -keyout tls.key -out tls.crt`.split(' '), { cwd: programs.folder, stdio: 'ignore' });
    await programs.start(process.execPath, [join(SITE, 'provider.mjs'), String(provider), site], 'the provider is at');
    const config = readFileSync(join(SITE, 'site.toml'), 'utf8')
      .replace('https://localhost:8443', site)
      .replace('http://127.0.0.1:8490', `http://127.0.0.1:${provider}`)
      .replace('http://127.0.0.1:8000', dynamodb.url);
    writeFileSync(join(programs.folder, 'site.toml'), config);
    const binary = process.env.DYNADESK_BIN ?? join(import.meta.dirname, '../../target/debug/dynadesk');
    const ui = process.env.DYNADESK_UI_DIR ?? join(import.meta.dirname, '../../target/ui');
    const server = (port: number) =>
      programs.start(binary, ['--config', 'site.toml', '--port', String(port), '--data-dir', `data-${port}`, '--ui-dir', ui, '--log', 'warn'], 'ready at', {
        OIDC_SECRET: 'a-secret-of-the-client',
      });
    const first = await server(one);
    const running = new Map([[other, await server(other)]]);
    await programs.start(process.execPath, [join(SITE, 'front.mjs'), String(front), 'tls.crt', 'tls.key', String(one), String(other)], 'the site is at');

    let served = new Set<string>();
    page.on('response', (response) => {
      // Files of the console come out of the browser's cache, with the name of who served them once.
      const by = response.headers()['x-served-by'];
      if (by && response.url().includes('/api/')) served.add(by);
    });
    await page.goto(site);
    await page.getByRole('button', { name: 'Sign in with the example' }).click();
    await page.locator('input[name=login]').fill('ada');
    await page.locator('input[name=password]').fill('anything');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    const who = page.getByRole('banner').getByRole('button', { name: 'Signed in as ada@example.com' });
    await expect(who).toBeVisible();
    const cookies = await page.context().cookies(site);
    expect(cookies.find((cookie) => cookie.name === '__Host-dynadesk')).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' });

    await page.goto(`${site}/c/shared/tables/+new`);
    await page.getByRole('textbox', { name: 'Table name' }).fill('orders');
    await page.getByRole('textbox', { name: 'Partition key' }).fill('id');
    await page.getByRole('button', { name: 'Create table' }).click();
    await expect(page).toHaveURL(/tables\/orders/);
    // Whichever is asked, it knows her.
    const knows = new Set<string>();
    await expect
      .poll(async () => {
        const answer = await page.request.get(`${site}/api/session`);
        if ((await answer.json()).person?.name === 'ada@example.com') knows.add(answer.headers()['x-served-by']);
        return [...knows].sort();
      })
      .toEqual([String(one), String(other)].sort());

    // The first one is taken away, as a restart does.
    await programs.end(first);
    served = new Set();
    await page.goto(`${site}/c/shared`);
    await expect(who).toBeVisible();
    await expect(page.getByRole('link', { name: 'orders' }).first()).toBeVisible();
    expect([...served]).toEqual([String(other)]);

    // And it is given requests again when it is back.
    running.set(one, await server(one));
    await expect
      .poll(async () => {
        await page.request.get(`${site}/api/health`);
        const answers = await Promise.all([1, 2].map(() => page.request.get(`${site}/api/session`)));
        return new Set(answers.map((answer) => answer.headers()['x-served-by'])).size;
      })
      .toBe(2);

    // A job goes on where its server is killed in the middle, and the page that follows it hardly notices.
    await page.goto(`${site}/c/shared/tables/orders/seed`);
    await page.getByRole('radio', { name: /^Items/ }).check();
    const lines = Array.from({ length: JOB_ITEMS }, (_, number) => JSON.stringify({ id: `order-${number}`, number }));
    await page.getByRole('textbox', { name: 'Items' }).fill(lines.join('\n'));
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: /^Write / }).click();
    const fact = (name: string | RegExp) => page.getByRole('term').getByText(name, { exact: true }).locator('xpath=../dd');
    const share = async () => Number(await page.getByRole('progressbar').getAttribute('aria-valuenow'));
    await expect.poll(share, { intervals: [50] }).toBeGreaterThan(0);
    const name = await fact(/^R(uns|an) on$/).innerText();
    const named = (port: number) => readFileSync(join(programs.folder, `data-${port}`, 'server-name'), 'utf8').trim();
    const victim = [...running.keys()].find((port) => named(port) === name)!;
    const survivor = victim === one ? other : one;
    await programs.end(running.get(victim)!, 'SIGKILL');
    await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 240_000 });
    await expect(fact('Ran on')).toHaveText(named(survivor));
    await expect(fact('Begun by')).toHaveText('ada@example.com');
    const count = JOB_ITEMS.toLocaleString('en');
    await expect(fact('Processed')).toHaveText(`${count} of ${count}`);
    // This DynamoDB knows no transactions; what was done is written down all the same.
    const log = await page.request.get(`${site}/api/audit`);
    expect(await log.text()).toContain('job_ended');
  } finally {
    await programs.dispose();
    await dynamodb.dispose();
  }
});
