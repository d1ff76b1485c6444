import { Agent, request } from 'node:http';

/** The console's API, as the browser calls it. */
export class Desk {
  constructor(url) {
    this.url = url;
  }

  async post(path, body) {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  async createTable(connection, table) {
    await this.post(`/api/c/${connection}/tables`, {
      request: {
        TableName: table,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    });
  }

  /** Seeds `count` items of about 250 bytes and waits for the job's end. */
  async fill(connection, table, count) {
    for (let from = 0; from < count; from += 50_000) {
      const lines = [];
      for (let i = from; i < Math.min(from + 50_000, count); i++) lines.push(JSON.stringify(item(i)));
      await this.seedLines(connection, table, lines);
    }
  }

  /** Seeds items in DynamoDB JSON, some at a time, since a request has a limit of its own. */
  async seed(connection, table, items) {
    for (let from = 0; from < items.length; from += 250) {
      await this.seedLines(connection, table, items.slice(from, from + 250).map((one) => JSON.stringify(one)));
    }
  }

  async seedLines(connection, table, lines) {
    const source = { items: { text: lines.join('\n') } };
    const job = await (await this.post(`/api/c/${connection}/tables/${table}/seed`, { source, on_collision: 'replace' })).json();
    const events = await fetch(`${this.url}/api/jobs/${job.id}/events`);
    await events.text();
    const end = await (await fetch(`${this.url}/api/jobs/${job.id}`)).json();
    if (end.state !== 'done') throw new Error(`filling ended so: ${JSON.stringify(end)}`);
  }

  async page(connection, table, request) {
    return (await this.post(`/api/c/${connection}/tables/${table}/items/scan`, request)).json();
  }

  /** Reads a table to its end as fast as bytes arrive: only the cursor of an answer is decoded. */
  async drain(connection, table) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let cursor;
    let bytes = 0;
    do {
      const body = await this.bytes(agent, `/api/c/${connection}/tables/${table}/items/scan`, { limit: 1000, cursor });
      bytes += body.length;
      cursor = /"next":"([^"]+)"/.exec(body.toString('latin1', Math.max(0, body.length - 8000)))?.[1];
    } while (cursor);
    agent.destroy();
    return bytes;
  }

  /** One POST through the plain client: fetch would spend as long on a page as the server does. */
  bytes(agent, path, body) {
    return new Promise((resolve, reject) => {
      const options = { agent, method: 'POST', headers: { 'content-type': 'application/json', origin: this.url } };
      const asked = request(this.url + path, options, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(Buffer.concat(chunks));
          else reject(new Error(`${path}: ${answer.statusCode} ${Buffer.concat(chunks)}`));
        });
      });
      asked.on('error', reject);
      asked.end(JSON.stringify(body));
    });
  }
}

function item(i) {
  const id = String(i).padStart(8, '0');
  return {
    pk: { S: `user#${id}` },
    name: { S: `Person number ${i}` },
    email: { S: `person.${i}@example.com` },
    visits: { N: String(i * 7) },
    active: { BOOL: i % 3 === 0 },
    about: { S: 'A sentence that makes an item as long as the items of real tables are, a little more than that. '.slice(0, 90) },
    tags: { SS: ['alpha', `t${i % 10}`] },
  };
}
