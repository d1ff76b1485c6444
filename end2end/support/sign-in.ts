import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Dynadesk } from './dynadesk';

export const PASSWORD = 'correct horse battery';

/** Writes a file of users as an admin does, with the program itself; answers where it is. */
export function usersFile(users: { name: string; role: string; on?: string; tables?: string }[]): { path: string; dispose(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'dynadesk-users-'));
  const path = join(folder, 'users.toml');
  for (const { name, role, on = '*', tables = '*' } of users) user(path, ['add', name, '--role', role, '--on', on, '--tables', tables], PASSWORD);
  return { path, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** `dynadesk user …` on a file of users. */
export function user(path: string, words: string[], input = '') {
  const program = process.env.DYNADESK_BIN ?? '../target/debug/dynadesk';
  const cwd = mkdtempSync(join(tmpdir(), 'dynadesk-cwd-'));
  execFileSync(program, ['user', ...words, '--sign-in-users', path], { input, cwd, env: { PATH: process.env.PATH } });
  rmSync(cwd, { recursive: true });
}

/** Signs in at the dialog that is open. */
export async function signIn(page: Page, name: string, password = PASSWORD) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

/** Calls the API as somebody who signed in with a password. */
export async function as(desk: Dynadesk, name: string) {
  const answer = await desk.ask('POST', '/api/session/sign-in', { name, password: PASSWORD });
  if (!answer.ok) throw new Error(await answer.text());
  const cookie = answer.headers.get('set-cookie')!.split(';')[0];
  return async (method: string, path: string, body?: unknown) => {
    const response = await fetch(desk.url + path, {
      method,
      headers: { origin: desk.url, cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
}

/** A port that was free a moment ago: a provider has to know where browsers come back to. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
