import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const POOL = 'eu-central-1_TestPool1';

/** Who is in the pool: the sub, and the handle where there is one. */
export type PoolUser = { sub: string; handle?: string };

/** A stand-in for Cognito at the wire: ListUsers in pages, as AWS documents it. */
export class Cognito {
  private constructor(
    private server: Server,
    readonly url: string,
  ) {}

  static async start(users: PoolUser[]): Promise<Cognito> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const asked = JSON.parse(body);
        const from = Number(asked.PaginationToken ?? 0);
        const some = users.slice(from, from + (asked.Limit ?? 60));
        const next = from + some.length;
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(
          JSON.stringify({
            Users: some.map(({ sub, handle }) => ({
              Username: sub,
              UserStatus: 'CONFIRMED',
              Enabled: true,
              Attributes: [{ Name: 'sub', Value: sub }, ...(handle ? [{ Name: 'preferred_username', Value: handle }] : [])],
            })),
            ...(next < users.length ? { PaginationToken: String(next) } : {}),
          }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Cognito(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async dispose() {
    await new Promise((resolve) => this.server.close(resolve));
  }
}
