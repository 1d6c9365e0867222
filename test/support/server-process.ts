import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GraphqlClient } from './client.js';
import { testEnvironment } from './test-app.js';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const END_WITH_PARENT = new URL('preload/end-with-parent.js', import.meta.url).href;
const START_DEADLINE_MS = 60_000;
/** What a process has said, for the message of a test that fails. */
const KEPT_OUTPUT = 4_000;

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
  /** The end of what it has written so far. */
  output(): string;
}

/** Starts the server on a free port of the loopback, and waits until it listens. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const preload = [END_WITH_PARENT, ...(options.preload ?? [])].flatMap((file) => ['--import', file]);
  const child = spawn(process.execPath, [...preload, MAIN, 'start'], {
    env: { ...environmentOf(options), SIGNET_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = new Promise<number | NodeJS.Signals>((done) => {
    child.on('close', (code, signal) => done(code ?? signal!));
  });

  let output = '';
  const read = (chunk: string) => (output = (output + chunk).slice(-KEPT_OUTPUT));
  child.stderr!.setEncoding('utf8').on('data', read);
  child.stdout!.setEncoding('utf8').on('data', read);
  let port: number;
  try {
    port = await Promise.race([listeningPort(child), exited.then(() => undefined), deadline()]).then(
      (found) => {
        if (found === undefined) throw new Error(`the server did not start:\n${output}`);
        return found;
      },
    );
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const origin = `http://127.0.0.1:${port}`;
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    origin,
    client: new GraphqlClient(origin),
    pid: child.pid!,
    exited,
    kill,
    stop: () => kill('SIGTERM'),
    output: () => output,
  };
}

/** Settings of a server under test, and of this process only what every program needs. */
function environmentOf({ databaseUrl, env }: ServerProcessOptions): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  return { PATH, HOME, TMPDIR, ...testEnvironment(databaseUrl, { SIGNET_LOG_LEVEL: 'info', ...env }) };
}

/** The port, from the log line with which the server says that it listens. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((found) => {
    let pending = '';
    child.stdout!.on('data', function look(chunk: string) {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop()!;
      for (const line of lines) {
        if (!line.includes('"server.listening"')) continue;
        child.stdout!.off('data', look);
        found((JSON.parse(line) as { port: number }).port);
      }
    });
  });
}

function deadline(): Promise<undefined> {
  return new Promise((passed) => {
    setTimeout(passed, START_DEADLINE_MS, undefined).unref();
  });
}

/** Runs a command of the `signet` program to its end. */
export async function runSignet(
  args: string[],
  options: ServerProcessOptions & { input?: string },
): Promise<{ exitCode: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: environmentOf(options),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdin.end(options.input ?? '');
  const exitCode = await new Promise<number | NodeJS.Signals>((done) => {
    child.on('close', (code, signal) => done(code ?? signal!));
  });
  return { exitCode, stdout, stderr };
}
