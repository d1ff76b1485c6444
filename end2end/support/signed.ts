import { as, usersFile } from './sign-in';
import { type Dynadesk, test as base } from './test';

type Who = Parameters<typeof usersFile>[0];

/** A server where these people sign in with a password, with one embedded connection; `more` are further lines of that. */
export const withUsers = (people: Who, connection: string, more = '') =>
  base.extend<{ users: { path: string } }>({
    users: async ({}, use) => {
      const users = usersFile(people);
      await use(users);
      users.dispose();
    },
    start: async ({ users }, use) =>
      use({
        config: `[sign_in]\nusers_file = "${users.path}"\n[[connection]]\nname = "${connection}"\nkind = "embedded"\nmemory = true\n${more}`,
      }),
  });

export const ADA_AND_VI: Who = [
  { name: 'ada', role: 'admin' },
  { name: 'vi', role: 'viewer' },
];

/** A server where people sign in with a password: `ada` is an admin, `vi` a viewer. */
export const test = withUsers(ADA_AND_VI, 'local');

/** Signs `ada` in beside the browser, and makes her a table `notes`. */
export async function notes(desk: Dynadesk) {
  const ada = await as(desk, 'ada');
  await ada('POST', '/api/c/local/tables', {
    request: {
      TableName: 'notes',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  });
  return ada;
}
