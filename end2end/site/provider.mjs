// A real provider of identities for trying things out (npm oidc-provider): whoever signs in is believed, whatever the
// password. `ada` is in the group dynadesk-admins, everybody else in none. Never for more than one machine.
//
//   node provider.mjs 8490 https://localhost:8443
import { providerFor } from './oidc.mjs';

const [port, desk] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
providerFor(issuer, desk, { ada: ['dynadesk-admins'] }).listen(Number(port), '127.0.0.1', () => console.log(`the provider is at ${issuer}`));
