import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another engine, behind an endpoint: it can be stopped and started again with its data. */
export class Dynalite {
  private constructor(
    private child: ChildProcess,
    readonly port: number,
    readonly url: string,
    private readonly dataDir: string,
  ) {}

  static async start(): Promise<Dynalite> {
    const dataDir = mkdtempSync(join(tmpdir(), 'dynalite-'));
    const port = await freePort();
    return new Dynalite(await launch(port, dataDir), port, `http://127.0.0.1:${port}`, dataDir);
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }

  async again() {
    this.child = await launch(this.port, this.dataDir);
  }

  async dispose() {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

async function launch(port: number, dataDir: string): Promise<ChildProcess> {
  const program = join(import.meta.dirname, '../node_modules/.bin/dynalite');
  const child = spawn(program, ['--host', '127.0.0.1', '--port', String(port), '--path', dataDir, '--createTableMs', '0', '--deleteTableMs', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (text) => String(text).includes('listening') && resolve());
    child.once('exit', (code) => reject(new Error(`dynalite ended with ${code}`)));
  });
  return child;
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
