import { type RequestListener, createServer } from 'node:http';
import Provider from 'oidc-provider';

/** A real provider of identities: whoever signs in there is believed, and is in the groups that are told here. */
export async function startProvider(desk: string, groups: Record<string, string[]>) {
  let answer: RequestListener = (_, response) => response.end();
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'dynadesk',
        client_secret: 'a-secret-of-the-client',
        redirect_uris: [`${desk}/sign-in/oidc/done`],
        post_logout_redirect_uris: [`${desk}/`],
      },
    ],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, email: `${id}@example.com`, email_verified: true, groups: groups[id] ?? [] }),
    }),
  });
  answer = provider.callback();
  return {
    issuer,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
