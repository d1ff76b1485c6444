// The console beside its rivals, in one run, on the same engine and the same data. Every line is a
// ratio: more than 1 means that the console is faster. Timings depend on the machine, ratios less so.
import { brotliCompressSync } from 'node:zlib';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Desk } from './desk.mjs';
import { capture, freePort, start, stopAll } from './processes.mjs';
import { browser, builtQuery, deepLink, firstQuery, largeItem, wideRows } from './screens.mjs';

const COUNT = Number(process.env.BENCH_ITEMS ?? 100_000);
const TABLE = 'bench-items';
const folder = mkdtempSync(join(tmpdir(), 'dynadesk-bench-'));

try {
  const dynalite = await freePort();
  await start('node_modules/.bin/dynalite', ['--port', String(dynalite), '--host', '127.0.0.1', '--createTableMs', '0'], /Listening at/i);
  const endpoint = `http://127.0.0.1:${dynalite}`;
  const config = join(folder, 'dynadesk.toml');
  writeFileSync(config, `[[connection]]\nname = "local"\nkind = "embedded"\n\n[[connection]]\nname = "dynalite"\nkind = "endpoint"\nurl = "${endpoint}"\nregion = "us-east-1"\nlacks = ["transactions", "parti_ql", "streams", "ttl"]\n`);
  const [, url] = await start(process.env.DYNADESK_BIN, ['--ui-dir', process.env.DYNADESK_UI_DIR, '--port', '0', '--data-dir', folder, '--config', config], /ready at (http:\S+)/, { RUST_LOG: 'warn' });
  const desk = new Desk(url);

  const adminPort = await freePort();
  await start('node_modules/.bin/dynamodb-admin', ['--host', '127.0.0.1', '--port', String(adminPort), '--dynamo-endpoint', endpoint, '--skip-default-credentials'], /listening|Server/i, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'benchmark', AWS_SECRET_ACCESS_KEY: 'benchmark', OPEN_BROWSER: 'false' });
  const admin = `http://127.0.0.1:${adminPort}`;

  console.log(`${COUNT.toLocaleString('en')} items of about 250 bytes; medians; rival and console take turns on the same dynalite`);
  for (const connection of ['dynalite', 'local']) {
    await desk.createTable(connection, TABLE);
    await desk.fill(connection, TABLE, COUNT);
  }

  await compare('a page of 1,000 items', 5, {
    rival: async () => expectItems(await getJson(`${admin}/tables/${TABLE}/items?pageSize=1000`), 1000),
    ours: async () => expectItems(await desk.page('dynalite', TABLE, { limit: 1000 }), 1000),
  });

  const nothing = encodeURIComponent(JSON.stringify({ name: { operator: '=', value: 'nobody', type: 'S' } }));
  await compare(`a filter with no match over ${COUNT.toLocaleString('en')} items`, 1, {
    rival: async () => expectItems(await getJson(`${admin}/tables/${TABLE}/items?pageSize=25&filters=${nothing}`), 0),
    ours: async () => {
      const filter = { compare: { path: 'name', operator: '=', value: { S: 'nobody' } } };
      let cursor;
      do {
        const page = await desk.page('dynalite', TABLE, { limit: 1000, filter, cursor });
        if (page.items.length > 0) throw new Error('the filter matched');
        cursor = page.next;
      } while (cursor);
    },
  });

  await screens({ desk, admin, url, table: TABLE });
  await throughput(desk, endpoint);
  await weight(url);
} finally {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
}

async function compare(what, rounds, { rival, ours }) {
  const times = { rival: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    times.rival.push(await timed(rival));
    times.ours.push(await timed(ours));
  }
  report(what, 'dynamodb-admin', median(times.rival), median(times.ours));
}

async function screens(shared) {
  const chrome = await browser();
  const asked = { ...shared, chrome, rounds: 5, report: (what, times) => report(what, 'dynamodb-admin', median(times.rival), median(times.ours)) };
  await firstRows(asked);
  await firstQuery(asked);
  await builtQuery(asked);
  await largeItem(asked);
  await wideRows({ ...asked, rounds: 3 });
  await deepLink(asked);
  await chrome.close();
}

async function firstRows({ chrome, admin, url, table, rounds, report }) {
  const times = { rival: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    times.rival.push(await chrome.timed(`${admin}/tables/${table}`, (page) => page.getByRole('cell', { name: /user#/ }).first().waitFor()));
    times.ours.push(
      await chrome.timed(`${url}/c/dynalite/tables/${table}/items`, (page) => page.getByRole('gridcell', { name: /user#/ }).first().waitFor()),
    );
  }
  report('first rows in Chromium, empty cache', times);
}

async function throughput(desk, endpoint) {
  for (const [connection, place] of [['dynalite', endpoint], ['local', null]]) {
    await desk.drain(connection, TABLE);
    const ours = await timed(() => desk.drain(connection, TABLE));
    // The embedded file belongs to the running server; the bare loop reads a copy of it.
    const bare = JSON.parse(await capture(process.env.SDK_SCAN_BIN, [place ?? copyOfEmbedded(), TABLE]));
    if (bare.items !== COUNT) throw new Error(`the bare loop read ${bare.items} items`);
    report(`scan to the end in pages of 1,000, ${connection === 'local' ? 'embedded engine' : connection}`, 'a bare SDK loop', bare.ms, ours);
  }
}

function copyOfEmbedded() {
  const copy = mkdtempSync(join(folder, 'copy-'));
  for (const suffix of ['', '-wal']) {
    try {
      writeFileSync(join(copy, `embedded.db${suffix}`), readFileSync(join(folder, `embedded.db${suffix}`)));
    } catch (error) {
      if (suffix === '') throw error;
    }
  }
  return join(copy, 'embedded.db');
}

/** What a first visit transfers, as a browser that takes brotli gets it. */
async function weight(url) {
  const page = await (await fetch(url)).text();
  let total = brotliCompressSync(Buffer.from(page)).length;
  const assets = [...new Set([...page.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map((match) => match[1]))];
  for (const asset of assets) {
    const file = join(process.env.DYNADESK_UI_DIR, asset);
    total += size(`${file}.br`) ?? size(file) ?? 0;
  }
  console.log(`first visit: ${(total / 1000).toFixed(0)} kB over the wire in ${assets.length + 1} requests (aim: at most 400 kB)`);
}

function size(file) {
  try {
    return statSync(file).size;
  } catch {
    return undefined;
  }
}

async function getJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

function expectItems(page, count) {
  const items = page.items ?? page.Items;
  if (items.length !== count) throw new Error(`expected ${count} items, got ${items.length}`);
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

function report(what, rival, theirs, ours) {
  console.log(`${what}: ${(theirs / ours).toFixed(2)} × (${rival} ${theirs.toFixed(0)} ms, Dynadesk ${ours.toFixed(0)} ms)`);
}
