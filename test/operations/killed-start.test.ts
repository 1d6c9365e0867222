import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphqlClient } from '../support/client.js';
import { LoginDocument, RegisterDocument } from '../support/operations.js';
import {
  SLOW_TEST_MS,
  embeddedServerPid,
  emptyFolder,
  endProcesses,
  isAlive,
  runSignet,
  until,
  type SignetProcess,
} from '../support/run-signet.js';

afterEach(endProcesses);

const ADMIN = 'admin@signet.localhost';

function start(dataDir: string): SignetProcess {
  return runSignet(['start'], { env: { SIGNET_DATA_DIR: dataDir, SIGNET_PORT: '0' } });
}

async function kill(signet: SignetProcess): Promise<void> {
  signet.kill('SIGKILL');
  expect((await signet.ended).signal).toBe('SIGKILL');
}

/** Starts once more, and shows that the last password that any start has printed opens the door. */
async function expectToWork(dataDir: string, killed: SignetProcess[]): Promise<void> {
  const signet = start(dataDir);
  const origin = await signet.origin();
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  const printed = [...killed, signet].map(({ output }) => output).join('\n');
  const password = [...printed.matchAll(/^ {4}password {2}(\S+)$/gm)].at(-1)?.[1];
  const input = { email: ADMIN, password: password! };
  const { login } = (await new GraphqlClient(origin).send(LoginDocument, { input })).data;
  expect(login.__typename).toBe('LoginSuccess');
  expect(await signet.stop()).toMatchObject({ code: 0 });
  expect(await embeddedServerPid(dataDir)).toBeNull();
  expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'secret']);
}

describe('kill -9 during the very first start', () => {
  it(
    'at each step of it, one after the other in one folder: the next start works',
    async () => {
      const dataDir = await emptyFolder();
      const has = async (folder: string, name: RegExp) =>
        (await readdir(folder).catch(() => [])).some((file) => name.test(file));
      const moments: [string, (signet: SignetProcess) => Promise<unknown>][] = [
        ['initdb has begun', () => until('initdb', () => has(dataDir, /^postgres\.partial-/))],
        ['the cluster is in place', () => until('the cluster', () => has(dataDir, /^postgres$/))],
        [
          'the server serves',
          () => until('the server', () => has(join(dataDir, 'postgres'), /^postmaster\.pid$/)),
        ],
        ['migrations are applied', (signet) => signet.prints(/"event":"database\.migrated"/)],
        ['the password is shown', (signet) => signet.prints(/^ {4}password {2}\S+$/m)],
      ];
      const killed: SignetProcess[] = [];
      for (const [, reached] of moments) {
        const signet = start(dataDir);
        killed.push(signet);
        // A start that an earlier kill has brought further may pass a moment and listen.
        await Promise.race([reached(signet), signet.origin()]);
        await kill(signet);
      }
      await expectToWork(dataDir, killed);
    },
    SLOW_TEST_MS,
  );

  it(
    'at moments that nobody chose: the next start works',
    async () => {
      for (let round = 0; round < 3; round += 1) {
        const dataDir = await emptyFolder();
        const signet = start(dataDir);
        const moment = 300 + Math.random() * 2500;
        const begun = performance.now();
        await until('the moment has come', () => performance.now() - begun > moment);
        await kill(signet);
        await expectToWork(dataDir, [signet]);
      }
    },
    SLOW_TEST_MS,
  );
});

it(
  'kill -9 of a running server leaves its PostgreSQL, which the next start joins and in the end stops',
  async () => {
    const dataDir = await emptyFolder();
    const first = start(dataDir);
    const input = { email: 'ada@example.com', password: 'nine quiet lanterns drift', name: 'Ada' };
    const { register } = (await new GraphqlClient(await first.origin()).send(RegisterDocument, { input }))
      .data;
    expect(register.__typename).toBe('RegisterSuccess');
    const postgres = await embeddedServerPid(dataDir);
    await kill(first);
    expect(await embeddedServerPid(dataDir)).toBe(postgres);

    const second = start(dataDir);
    const { login } = (
      await new GraphqlClient(await second.origin()).send(LoginDocument, {
        input: { email: input.email, password: input.password },
      })
    ).data;
    expect(login.__typename).toBe('LoginSuccess');
    expect(await embeddedServerPid(dataDir)).toBe(postgres);
    expect(await second.stop()).toMatchObject({ code: 0 });
    expect(await embeddedServerPid(dataDir)).toBeNull();
  },
  SLOW_TEST_MS,
);

describe('kill -9 of server and PostgreSQL, whose process id another program has by now', () => {
  // As root PostgreSQL runs as `nobody`, and takes only a process of its own user for a rival.
  const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  let stranger: ReturnType<typeof spawn>;

  beforeEach(async () => {
    stranger = spawn('sleep', ['600'], { stdio: 'ignore', cwd: '/', ...owner });
    await once(stranger, 'spawn');
  });

  afterEach(async () => {
    if (stranger.exitCode !== null || stranger.signalCode !== null) return;
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });

  /** Puts the stranger's process id into the file in which PostgreSQL keeps its own. */
  async function nameStranger(pidFile: string, content: string): Promise<void> {
    await writeFile(pidFile, content.replace(/^\d+/, String(stranger.pid)));
  }

  it(
    'the next start works, and leaves the other program alone',
    async () => {
      const dataDir = await emptyFolder();
      const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
      const first = start(dataDir);
      await first.origin();
      const left = await readFile(pidFile, 'utf8');
      const postgres = (await embeddedServerPid(dataDir))!;
      await kill(first);
      process.kill(postgres, 'SIGKILL');
      await until('PostgreSQL has gone', () => !isAlive(postgres));
      await nameStranger(pidFile, left);
      await expectToWork(dataDir, [first]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    },
    SLOW_TEST_MS,
  );

  it(
    'a stop does not signal the other program',
    async () => {
      const dataDir = await emptyFolder();
      const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
      const signet = start(dataDir);
      await signet.origin();
      const own = await readFile(pidFile, 'utf8');
      const postgres = (await embeddedServerPid(dataDir))!;
      await nameStranger(pidFile, own);
      expect(await signet.stop()).toMatchObject({ code: 0 });
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
      await writeFile(pidFile, own);
      expect(await embeddedServerPid(dataDir)).toBe(postgres); // endProcesses stops it
    },
    SLOW_TEST_MS,
  );
});
