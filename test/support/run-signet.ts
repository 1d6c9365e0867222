import { spawn, type ChildProcessWithoutNullStreams, type StdioOptions } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const MAIN = resolve('dist/src/main.js');
/** Generous: the machine may be busy, and nothing waits so long when all is well. */
const DEADLINE_MS = 90_000;

/** For tests that start several processes. */
export const SLOW_TEST_MS = 240_000;

export interface RunOptions {
  env?: Record<string, string>;
  /** What is typed on standard input, which then ends. */
  input?: string;
  cwd?: string;
  /** Another program than the compiled Signet, with its first arguments. */
  command?: [string, ...string[]];
  /** A channel to the process, by which it can tell that this one has died. */
  channel?: boolean;
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Everything that was printed, on both streams. */
  output: string;
}

/** A real Signet process, with no setting but those given. */
export class SignetProcess {
  readonly ended: Promise<Ending>;
  private readonly child: ChildProcessWithoutNullStreams;
  private printed = '';
  private printedResult = '';
  private printedErrors = '';

  constructor(args: string[], options: RunOptions = {}) {
    const [program, ...first] = options.command ?? [process.execPath, MAIN];
    const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...(options.channel ? (['ipc'] as const) : [])];
    this.child = spawn(program, [...first, ...args], {
      cwd: options.cwd ?? process.cwd(),
      env: { PATH: process.env['PATH'], ...options.env },
      stdio,
    }) as ChildProcessWithoutNullStreams;
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    this.child.stdout.on('data', (chunk: Buffer) => (this.printedResult += chunk.toString()));
    this.child.stderr.on('data', (chunk: Buffer) => (this.printedErrors += chunk.toString()));
    this.ended = new Promise((done, fail) => {
      this.child.on('error', fail);
      this.child.on('close', (code, signal) => done({ code, signal, output: this.printed }));
    });
    if (options.input !== undefined) this.child.stdin.end(options.input);
  }

  get output(): string {
    return this.printed;
  }

  /** What of it was printed on standard output. */
  get stdout(): string {
    return this.printedResult;
  }

  /** What of it was printed on standard error. */
  get stderr(): string {
    return this.printedErrors;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  type(text: string): void {
    this.child.stdin.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until the output shows `pattern`; fails when the process ends first. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    return until(`${pattern} is printed`, () => {
      const found = pattern.exec(this.printed);
      if (!found && !this.isRunning) throw new Error(`ended before it printed ${pattern}:\n${this.printed}`);
      return found;
    });
  }

  /** Waits until the server listens, and says where. */
  async origin(): Promise<string> {
    const [, port] = await this.prints(/"event":"server\.listening".*?"port":(\d+)/);
    return `http://127.0.0.1:${port}`;
  }

  /** Stops it as Ctrl-C does. */
  async stop(): Promise<Ending> {
    if (this.isRunning) this.kill('SIGINT');
    return this.ended;
  }
}

const started: SignetProcess[] = [];
const folders: string[] = [];

/** Runs `signet …`; `endProcesses` ends what a test has left running. */
export function runSignet(args: string[], options: RunOptions = {}): SignetProcess {
  const signet = new SignetProcess(args, options);
  started.push(signet);
  return signet;
}

/** An empty folder that everyone may enter, for an embedded database. */
export async function emptyFolder(owner?: { uid: number; gid: number }): Promise<string> {
  const folder = await mkdtemp('/var/tmp/signet-start-');
  await chmod(folder, 0o755);
  if (owner) await chown(folder, owner.uid, owner.gid);
  folders.push(folder);
  return folder;
}

/** Process id of the PostgreSQL that serves a data folder, or null. */
export async function embeddedServerPid(dataDir: string): Promise<number | null> {
  const file = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(file.split('\n')[0]);
  return pid > 0 && isAlive(pid) ? pid : null;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asks again and again until there is an answer. */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Ends every process that a test left running, embedded servers too, and takes their folders away. */
export async function endProcesses(): Promise<void> {
  for (const signet of started.splice(0)) {
    if (signet.isRunning) signet.kill('SIGKILL');
    await signet.ended.catch(() => undefined);
  }
  for (const folder of folders.splice(0)) {
    const pid = await embeddedServerPid(folder);
    if (pid) {
      process.kill(pid, 'SIGINT');
      await until('the embedded server has stopped', () => !isAlive(pid));
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
