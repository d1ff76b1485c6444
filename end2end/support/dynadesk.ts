import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server of our own, on a free port, with a data directory that goes away with it. */
export class Dynadesk {
  private constructor(
    private child: ChildProcess,
    readonly url: string,
    readonly dataDir: string,
    private flags: string[],
  ) {}

  /** Starts the server with the console and waits for the line that says where it is. */
  static async start(flags: string[] = []): Promise<Dynadesk> {
    const dataDir = mkdtempSync(join(tmpdir(), 'dynadesk-'));
    return Dynadesk.launch(dataDir, 0, flags);
  }

  private static async launch(dataDir: string, port: number, flags: string[]): Promise<Dynadesk> {
    const program = process.env.DYNADESK_BIN ?? '../target/debug/dynadesk';
    const ui = process.env.DYNADESK_UI_DIR ?? '../target/ui';
    const child = spawn(program, ['--ui-dir', ui, '--port', String(port), '--data-dir', dataDir, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_DYNAMODB: '', RUST_LOG: 'warn' },
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
    return new Dynadesk(child, url, dataDir, flags);
  }

  /** Ends the server, as an operator's Ctrl+C would. */
  async stop(signal: NodeJS.Signals = 'SIGINT') {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }

  /** Stops it and starts it again on the same port with the same data. */
  async restart(signal: NodeJS.Signals = 'SIGINT'): Promise<Dynadesk> {
    await this.stop(signal);
    return this.again();
  }

  /** Starts it again after `stop`. */
  again(): Promise<Dynadesk> {
    return Dynadesk.launch(this.dataDir, Number(new URL(this.url).port), this.flags);
  }

  async dispose() {
    await this.stop('SIGKILL');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Calls the API as the console would; anything but success is an error. */
  async api(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(this.url + path, {
      method,
      headers: { origin: this.url, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Creates a table with a string partition key and, where named, a sort key. */
  async createTable(name: string, partition = 'pk', sort?: string, kind: 'S' | 'N' | 'B' = 'S') {
    const keys = [partition, ...(sort ? [sort] : [])];
    await this.api('POST', `/api/c/${CONNECTION}/tables`, {
      request: {
        TableName: name,
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: key === partition ? kind : 'S' })),
        KeySchema: keys.map((key, at) => ({ AttributeName: key, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
        BillingMode: 'PAY_PER_REQUEST',
      },
    });
  }

  /** Seeds items (DynamoDB JSON) and waits for the job's end. */
  async seed(table: string, items: object[], onCollision: 'keep' | 'replace' = 'replace') {
    const text = items.map((item) => JSON.stringify(item)).join('\n');
    const path = `/api/c/${CONNECTION}/tables/${encodeURIComponent(table)}/seed`;
    const job = await this.api('POST', path, { source: { items: { text } }, on_collision: onCollision });
    return this.jobEnd(job.id);
  }

  /** Seeds the Cruddur sample into a fresh table. */
  async sample() {
    await this.api('POST', `/api/c/${CONNECTION}/tables`, { request: CRUDDUR });
    const job = await this.api('POST', `/api/c/${CONNECTION}/tables/cruddur-messages/seed`, { source: 'sample' });
    return this.jobEnd(job.id);
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

/** The name of the embedded connection in URLs. */
export const CONNECTION = 'local';

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
