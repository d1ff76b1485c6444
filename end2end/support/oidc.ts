import { type RequestListener, createServer } from 'node:http';
import { providerFor } from '../site/oidc.mjs';

/** A real provider of identities: whoever signs in there is believed, and is in the groups that are told here. */
export async function startProvider(desk: string, groups: Record<string, string[]>) {
  let answer: RequestListener = (_, response) => response.end();
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  answer = providerFor(issuer, desk, groups).callback();
  return {
    issuer,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
