// A real provider of identities for trying things out (npm oidc-provider): whoever signs in is believed, whatever the
// password. `ada` is in the group dynadesk-admins, everybody else in none. Never for more than one machine.
//
//   node provider.mjs 8490 https://localhost:8443
import Provider from 'oidc-provider';

const [port, desk] = process.argv.slice(2);
const groups = { ada: ['dynadesk-admins'] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
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
provider.listen(Number(port), '127.0.0.1', () => console.log(`the provider is at http://127.0.0.1:${port}`));
