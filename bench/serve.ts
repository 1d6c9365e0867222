import { spawn, type ChildProcess } from 'node:child_process';

const children: ChildProcess[] = [];

/** What a Signet under measurement is set to, beside its database. */
export const SERVER_SETTINGS = {
  SIGNET_SECRET: 'a secret for measuring, long enough to be accepted',
  SIGNET_ISSUER: 'http://localhost:4000',
  SIGNET_PORT: '0',
};

export interface Served {
  origin: string;
  stop(): Promise<void>;
}

/** Starts a server of ours and waits for the port that it prints. */
export async function serve(script: string, args: string[], env: Record<string, string>): Promise<Served> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'], ...SERVER_SETTINGS, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const ended = new Promise<void>((done) => child.on('exit', () => done()));
  const port = await new Promise<string>((found, failed) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const match = /"port":(\d+)/.exec(chunk.toString());
      if (match) found(match[1]!);
    });
    child.on('exit', (code) => failed(new Error(`${script} ended with ${code}`)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Stops whatever still runs. */
export function stopServers(): void {
  for (const child of children) child.kill('SIGTERM');
}
