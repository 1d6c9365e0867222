import { GraphqlClient } from './client.js';
import { MAIN, SignetProcess, type Ending } from './run-signet.js';
import { testEnvironment } from './test-app.js';

const END_WITH_PARENT = new URL('preload/end-with-parent.js', import.meta.url).href;

export interface ServerProcessOptions {
  databaseUrl: string;
  env?: Record<string, string>;
  /** Modules to load into the process before the server. */
  preload?: string[];
}

/** A whole Signet in a process of its own, as an operator starts it: the built program, and no hook into it. */
export interface ServerProcess {
  readonly origin: string;
  readonly client: GraphqlClient;
  readonly pid: number;
  /** Resolves when the process has gone: its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Sends the signal and waits until the process has gone. */
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  /** Lets it drain and close. */
  stop(): Promise<number | NodeJS.Signals>;
  /** What it has written so far. */
  output(): string;
}

/** Starts the server on a free port of the loopback, and waits until it listens. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const preload = [END_WITH_PARENT, ...(options.preload ?? [])].flatMap((file) => ['--import', file]);
  const signet = new SignetProcess(['start'], {
    command: [process.execPath, ...preload, MAIN],
    env: { ...environmentOf(options), SIGNET_PORT: '0' },
    channel: true,
  });
  const exited = signet.ended.then(({ code, signal }) => code ?? signal!);
  const origin = await signet.origin().catch((error: unknown) => {
    signet.kill('SIGKILL');
    throw error;
  });
  const kill = (signal: NodeJS.Signals) => {
    signet.kill(signal);
    return exited;
  };
  return {
    origin,
    client: new GraphqlClient(origin),
    pid: signet.pid,
    exited,
    kill,
    stop: () => kill('SIGTERM'),
    output: () => signet.output,
  };
}

/** Settings of a server under test, and of this process only what every program needs. */
function environmentOf({ databaseUrl, env }: ServerProcessOptions): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  return { PATH, HOME, TMPDIR, ...testEnvironment(databaseUrl, { SIGNET_LOG_LEVEL: 'info', ...env }) };
}

/** Runs a command of the `signet` program, beside servers, to its end. */
export async function runCommand(
  args: string[],
  options: ServerProcessOptions,
): Promise<Ending & { stderr: string }> {
  const signet = new SignetProcess(args, { env: environmentOf(options), input: '' });
  return { ...(await signet.ended), stderr: signet.stderr };
}
