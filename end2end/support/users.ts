import { writeFileSync } from 'node:fs';
import { Cognito, POOL, type PoolUser } from './cognito';
import { Postgres, quoted } from './postgres';
import { Dynadesk, test as base } from './test';

/** A row of the users table; the rest of it is as usual. */
export type UserRow = { handle: string; name?: string; uuid?: string; id?: string };

type World = { postgres: Postgres; cognito: Cognito; file?: string };
/** Who is where: one object, because Playwright takes a list for something else. */
type People = {
  rows: UserRow[];
  pool: PoolUser[];
  /** Many more rows, by one statement on one line. */
  sql?: string;
  /** Users of a users file. */
  file?: { uuid: string; display_name: string; handle: string }[];
};
type Options = { people: People; production: boolean };

/** A console with a PostgreSQL and a user pool of its own. */
export const test = base.extend<{ world: World } & Options>({
  people: [{ rows: [], pool: [] }, { option: true }],
  production: [false, { option: true }],
  world: async ({ people: { rows, pool, sql = '', file } }, use, info) => {
    const insert = ({ handle, name = `Name of ${handle}`, uuid, id = 'MOCK' }: UserRow) =>
      `INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) VALUES (${uuid ? quoted(uuid) : 'gen_random_uuid()'}, ` +
      `${quoted(name)}, ${quoted(handle)}, ${quoted('who@example.org')}, ${quoted(id)});`;
    const postgres = await Postgres.start([...rows.map(insert), sql].join('\n'));
    const cognito = await Cognito.start(pool);
    const place = file && info.outputPath('users.json');
    if (place) writeFileSync(place, JSON.stringify(file));
    await use({ postgres, cognito, file: place });
    await cognito.dispose();
    await postgres.dispose();
  },
  desk: async ({ world, production }, use) => {
    const config = [
      '[[connection]]',
      'name = "local"',
      'kind = "embedded"',
      'memory = true',
      `production = ${production}`,
      '[identity]',
      `production = ${production}`,
      ...(world.file ? [`users_file = "${world.file}"`] : []),
      '[identity.database]',
      `url = "${world.postgres.url}"`,
      '[identity.pool]',
      `id = "${POOL}"`,
      `endpoint = "${world.cognito.url}"`,
    ];
    const desk = await Dynadesk.start({ config: config.join('\n') });
    await desk.unlockProduction();
    await use(desk);
    await desk.dispose();
  },
});
