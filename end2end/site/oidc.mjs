// What the providers of identities here are like, for trying things out and for the tests: whoever signs in is
// believed, whatever the password, and is in the groups that are told.
import Provider from 'oidc-provider';

/** A provider under `issuer` for the console at `desk`. */
export function providerFor(issuer, desk, groups) {
  return new Provider(issuer, {
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
}
