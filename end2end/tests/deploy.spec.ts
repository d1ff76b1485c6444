import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import { freePort } from '../support/sign-in';

// What docs/DEPLOY.md goes through on one machine, by its own commands: TLS, a provider of identities, and two servers that
// share their store. Only ports, folders and the binary are other ones.

/** Enough that a server can be killed while it writes them. */
const JOB_ITEMS = 5000;

test.use({ ignoreHTTPSErrors: true });

const ROOT = join(import.meta.dirname, '../..');

/** The commands of a block of docs/DEPLOY.md, each on one line and without what is said beside it. */
function commands(block: number): string[] {
  const text = readFileSync(join(ROOT, 'docs/DEPLOY.md'), 'utf8');
  const blocks = [...text.matchAll(/^```console\n([^`]*)^```/gm)];
  const lines = blocks[block][1].replaceAll('\\\n', ' ').split('\n');
  return lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2).replace(/\s+#.*$/, ''));
}

/** Programs of one test; they end with it. */
class Programs {
  readonly folder = mkdtempSync(join(tmpdir(), 'dynadesk-site-'));
  private children: ChildProcess[] = [];

  /** Starts a program and waits for the line that says that it is ready. */
  async start(command: string, ready: string): Promise<ChildProcess> {
    const env = { PATH: process.env.PATH, HOME: this.folder };
    const child = spawn('sh', ['-c', `exec env ${command}`], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env });
    this.children.push(child);
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout! }).on('line', (line) => line.includes(ready) && resolve());
      child.once('exit', (code) => reject(new Error(`${command} ended with ${code}`)));
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
  try {
    const [dynamodb, provider, front, one, other] = await Promise.all(Array.from({ length: 5 }, freePort));
    const site = `https://localhost:${front}`;
    const ports = { 8000: dynamodb, 8490: provider, 8443: front, 8421: one, 8422: other };
    const binary = process.env.DYNADESK_BIN ?? join(ROOT, 'target/debug/dynadesk');
    const ui = process.env.DYNADESK_UI_DIR ?? join(ROOT, 'target/ui');
    // Such a binary has no console inside, as one of `cargo xtask dist` has.
    const here = (command: string) =>
      command
        .replaceAll('/tmp/site', programs.folder)
        .replace(/\b(8000|8490|8443|8421|8422)\b/g, (port) => String(ports[Number(port) as keyof typeof ports]))
        .replace('dist/dynadesk', `${binary} --ui-dir ${ui} --log warn`);

    const [install, folder, certificate] = commands(0);
    expect(install).toBe('(cd end2end && npm ci)');
    for (const command of [folder, certificate]) execFileSync('sh', ['-c', here(command)], { cwd: ROOT, stdio: 'ignore' });
    expect(existsSync(join(programs.folder, 'tls.crt'))).toBe(true);
    const file = join(programs.folder, 'site.toml');
    writeFileSync(file, here(readFileSync(file, 'utf8')));

    const [table, identities, left, right, balancer] = commands(1).map(here);
    await programs.start(table, 'listening');
    await programs.start(identities, 'the provider is at');
    const server = (port: number) => programs.start(port === one ? left : right, 'ready at');
    const data = (port: number) => / --data-dir (\S+)/.exec(port === one ? left : right)![1];
    const first = await server(one);
    const running = new Map([[other, await server(other)]]);
    await programs.start(balancer, 'the site is at');

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
    const named = (port: number) => readFileSync(join(data(port), 'server-name'), 'utf8').trim();
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
  }
});
