import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

/** A PostgreSQL of our own: from the system's package, in a temporary directory, on a free port. */
export class Postgres {
  private constructor(
    private child: ChildProcess,
    private folder: string,
    readonly port: number,
  ) {}

  /** Starts it with the users table of Cruddur, filled by these statements. */
  static async start(sql: string): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'dynadesk-pg-'));
    const other = otherUser();
    if (other) chownSync(folder, other.uid, other.gid);
    const data = join(folder, 'data');
    execFileSync(find('initdb'), ['-U', 'cruddur', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '-D', data], {
      cwd: '/',
      stdio: 'pipe',
      ...other,
    });
    // In single-user mode a statement ends with its line.
    const statements = [TABLE, ...sql.split('\n')].filter((line) => line.trim());
    execFileSync(find('postgres'), ['--single', '-D', data, 'postgres'], { cwd: '/', input: `${statements.join('\n')}\n`, stdio: 'pipe', ...other });
    const port = await freePort();
    const child = spawn(find('postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      ...other,
    });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (chunk) => {
        said += chunk;
        if (said.includes('database system is ready to accept connections')) resolve();
      });
      child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
    });
    return new Postgres(child, folder, port);
  }

  get url() {
    return `postgres://cruddur@127.0.0.1:${this.port}/postgres?sslmode=disable`;
  }

  /** Takes it down as a power cut would. */
  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGQUIT');
    await ended;
  }

  async dispose() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const TABLE =
  'CREATE TABLE public.users (uuid UUID DEFAULT gen_random_uuid() PRIMARY KEY, display_name text NOT NULL, handle text NOT NULL, ' +
  "email text NOT NULL, cognito_user_id text NOT NULL DEFAULT 'MOCK', created_at timestamp DEFAULT '2023-03-24T09:45:01' NOT NULL)";

/** PostgreSQL refuses to run as root. */
function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody']).toString());
  return { uid: id('-u'), gid: id('-g') };
}

/** From PATH, or where Debian puts it. */
function find(program: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (existsSync(DEBIAN)) folders.push(...readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')));
  const found = folders.map((folder) => join(folder, program)).find(existsSync);
  if (!found) throw new Error('PostgreSQL is missing: cargo xtask test installs it, or apt-get install postgresql');
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
