import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Item } from './items';

/** The embedded connection that runs without a configuration. */
export const CONNECTION = 'local';

/** How a server is started: flags, and the text of a `dynadesk.toml` where one is wanted. */
export type Start = { flags?: string[]; config?: string };

/** A server of our own, on a free port, with a data directory that goes away with it. */
export class Dynadesk {
  private constructor(
    private child: ChildProcess,
    readonly url: string,
    readonly dataDir: string,
    private started: Start,
  ) {}

  /** Starts the server with the console and waits for the line that says where it is. */
  static async start(how: Start = {}): Promise<Dynadesk> {
    const dataDir = mkdtempSync(join(tmpdir(), 'dynadesk-'));
    const [child, url] = await launch(dataDir, 0, how);
    return new Dynadesk(child, url, dataDir, how);
  }

  /** Ends the server, as an operator's Ctrl+C would. */
  async stop(signal: NodeJS.Signals = 'SIGINT') {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }

  /** Starts it again after `stop`, on the same port with the same data. */
  async again(how: Start = this.started) {
    this.started = how;
    [this.child] = await launch(this.dataDir, Number(new URL(this.url).port), how);
  }

  async dispose() {
    await this.stop('SIGKILL');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Calls the API as the console would, and answers whatever comes. */
  ask(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { origin: this.url, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Calls the API; anything but success is an error. */
  async api(method: string, path: string, body?: unknown): Promise<any> {
    const response = await this.ask(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Unlocks every production connection, where nobody has to sign in first. */
  async unlockProduction() {
    const answer = await this.ask('GET', '/api/connections');
    if (!answer.ok) return;
    const { connections } = (await answer.json()) as { connections: { name: string; production: boolean; read_only: boolean }[] };
    for (const one of connections.filter((one) => one.production && !one.read_only)) {
      await this.api('POST', `/api/c/${one.name}/unlock`, { reason: 'a test' });
    }
    const users = (await this.api('GET', '/api/identity')) as { production: boolean; read_only: boolean };
    if (users.production && !users.read_only) await this.api('POST', '/api/identity/unlock', { reason: 'a test' });
  }

  /** Creates a table with a string partition key and, where named, a string sort key. */
  async createTable(name: string, { partition = 'pk', kind = 'S', sort, connection = CONNECTION, ...more }: TableWanted = {}) {
    const keys = [partition, ...(sort ? [sort] : [])];
    await this.api('POST', `/api/c/${connection}/tables`, {
      request: {
        TableName: name,
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: key === partition ? kind : 'S' })),
        KeySchema: keys.map((key, at) => ({ AttributeName: key, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
        BillingMode: 'PAY_PER_REQUEST',
        ...more,
      },
    });
  }

  /** Every item of a table, as the engine gives them. */
  async items(table: string, connection = CONNECTION): Promise<Item[]> {
    const found: Item[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.api('POST', `/api/c/${connection}/tables/${table}/items/scan`, { limit: 1000, cursor });
      found.push(...page.items);
      cursor = page.next;
    } while (cursor);
    return found;
  }

  /** Seeds items (DynamoDB JSON), replacing what is there, and waits for the job's end. */
  seed(table: string, items: object[], connection = CONNECTION) {
    return this.seedText(table, items.map((item) => JSON.stringify(item)).join('\n'), connection);
  }

  /** Seeds a text in any form that seeding reads. */
  async seedText(table: string, text: string, connection = CONNECTION) {
    const wanted = { source: { items: { text } }, on_collision: 'replace', confirm: table };
    const job = await this.api('POST', `/api/c/${connection}/tables/${encodeURIComponent(table)}/seed`, wanted);
    return this.jobEnd(job.id);
  }

  /** The Cruddur table with the sample in it. */
  async sample(connection = CONNECTION) {
    await this.cruddurTable(connection);
    const job = await this.api('POST', `/api/c/${connection}/tables/cruddur-messages/seed`, { source: 'sample' });
    return this.jobEnd(job.id);
  }

  /** The Cruddur table, empty. */
  async cruddurTable(connection = CONNECTION) {
    await this.api('POST', `/api/c/${connection}/tables`, { request: CRUDDUR });
  }

  /** Follows a job's events to its end, without asking again and again. */
  async jobEnd(id: string): Promise<any> {
    const response = await fetch(`${this.url}/api/jobs/${id}/events`);
    let last: any;
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      rest += chunk;
      const lines = rest.split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.startsWith('data:')) last = JSON.parse(line.slice(5));
    }
    if (last?.state !== 'done') throw new Error(`job ${id} ended so: ${JSON.stringify(last)}`);
    return last;
  }
}

type TableWanted = {
  partition?: string;
  kind?: 'S' | 'N' | 'B';
  sort?: string;
  connection?: string;
  DeletionProtectionEnabled?: boolean;
};

async function launch(dataDir: string, port: number, { flags = [], config }: Start): Promise<[ChildProcess, string]> {
  const program = process.env.DYNADESK_BIN ?? '../target/debug/dynadesk';
  const ui = process.env.DYNADESK_UI_DIR ?? '../target/ui';
  if (config !== undefined) {
    const file = join(dataDir, 'dynadesk.toml');
    writeFileSync(file, config);
    flags = ['--config', file, ...flags];
  }
  const child = spawn(program, ['--ui-dir', ui, ...(flags.includes('--port') ? [] : ['--port', String(port)]), '--data-dir', dataDir, '--log', 'warn', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: dataDir, RUST_BACKTRACE: '1' },
  });
  const complaints: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => complaints.push(line));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const ready = /ready at (http:\S+)/.exec(line);
      if (ready) resolve(ready[1]);
    });
    child.once('exit', (code) => reject(new Error(`dynadesk ended with ${code}:\n${complaints.join('\n')}`)));
  });
  return [child, url];
}

const CRUDDUR = {
  TableName: 'cruddur-messages',
  AttributeDefinitions: ['message_group_uuid', 'pk', 'sk'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  GlobalSecondaryIndexes: [
    {
      IndexName: 'message-group-sk-index',
      KeySchema: [
        { AttributeName: 'message_group_uuid', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    },
  ],
};
