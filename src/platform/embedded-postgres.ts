import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { APPLICATION_ROLE, SUPERUSER, handOver, isToBeHandedOver } from './embedded-roles.js';
import { exists, postgresBinaries } from './postgres-binaries.js';
import { isAlive, isPostgres, removeForeignLock, runningPostmaster } from './postmaster.js';

/** `nobody` on every Debian: PostgreSQL refuses to run as root, and this user needs no useradd. */
const NOBODY = 65534;
const START_DEADLINE_MS = 30_000;
/** How long closed connections may still count as somebody else's. */
const LEAVING_MS = 2_000;
const DATABASE_NAME = 'signet';

export interface EmbeddedPostgres {
  /** Connection string of the database, over a Unix socket in a private folder, as a role without superuser. */
  url: string;
  /** The same server's maintenance database, as its superuser. */
  superuserUrl: string;
  /** Where the data is kept between runs. */
  dataDir: string;
  /** Stops the server, unless another process of Signet still uses it. */
  release(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  dataDir?: string;
  /** Extra `-c name=value` settings of the server. */
  settings?: Record<string, string>;
}

/** The folder that holds the embedded database and the development secret. */
export function embeddedDataDir(configured?: string): string {
  if (configured) return resolve(configured);
  if (process.getuid?.() !== 0) return resolve('.signet');
  // As root the server runs as `nobody`, who cannot enter a private home folder.
  const checkout = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 12);
  return join('/var/lib/signet', checkout);
}

/**
 * Starts the PostgreSQL that comes from npm, or joins the one that already serves this folder (a
 * second process, or one left over by a killed run).
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = embeddedDataDir(options.dataDir);
  const cluster = join(dataDir, 'postgres');
  await prepareFolder(dataDir);
  const bin = await postgresBinaries();
  await initialise(bin, dataDir, cluster);

  const deadline = Date.now() + START_DEADLINE_MS;
  let complaint = '';
  while (Date.now() < deadline) {
    const socketDir = runningPostmaster(cluster)?.socketDir;
    const state = socketDir ? await holdServer(socketDir) : 'absent';
    if (socketDir && state instanceof pg.Client) {
      const superuserUrl = connectionUrl(socketDir, 'postgres');
      return {
        url: connectionUrl(socketDir, DATABASE_NAME, APPLICATION_ROLE),
        superuserUrl,
        dataDir,
        async release() {
          await state.end();
          await releaseServer(cluster, superuserUrl);
        },
      };
    }
    // When the file is stale or another process is about to serve, PostgreSQL itself is the judge.
    if (state === 'absent') complaint = await launch(bin, cluster, options.settings ?? {}, deadline);
    await pause();
  }
  throw new Error(`The embedded PostgreSQL in ${dataDir} did not start. ${complaint}`.trim());
}

function connectionUrl(socketDir: string, database: string, role = SUPERUSER): string {
  return `postgresql://${role}@${encodeURIComponent(socketDir)}/${database}`;
}

/** Folder rights: only the owner of the server may read its data. */
async function prepareFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return;
  await chown(dataDir, NOBODY, NOBODY);
  for (let folder = dirname(dataDir); folder !== '/'; folder = dirname(folder)) {
    if (folder === '/var/lib/signet') await chmod(folder, 0o755);
    else if (((await stat(folder)).mode & 0o001) === 0)
      throw new Error(
        `As root, the embedded PostgreSQL runs as "nobody", who may not enter ${folder}. ` +
          'Set SIGNET_DATA_DIR to a folder below one that everyone may enter, such as /var/lib/signet/data.',
      );
  }
}

/** Makes a cluster beside its final place and moves it there, so that a killed initdb leaves nothing. */
async function initialise(bin: string, dataDir: string, cluster: string): Promise<void> {
  if (await exists(join(cluster, 'PG_VERSION'))) return;
  for (const name of await readdir(dataDir)) {
    const owner = /^postgres\.partial-(\d+)$/.exec(name)?.[1];
    // In a container the killed process may have had the very id of this one. Its initdb may still be writing.
    if (owner && (Number(owner) === process.pid || !isAlive(Number(owner))))
      await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
  const partial = `${cluster}.partial-${process.pid}`;
  await run(join(bin, 'initdb'), [
    ...['-D', partial, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--no-instructions'],
    // Bytewise order, as fast as C; but lower(), which searching uses, knows the letters of every alphabet.
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  ]);
  await rename(partial, cluster).catch(() => rm(partial, { recursive: true, force: true }));
}

/** Starts the server in a session of its own, so that Ctrl-C reaches Signet alone, which stops it last. */
async function launch(
  bin: string,
  cluster: string,
  settings: Record<string, string>,
  deadline: number,
): Promise<string> {
  removeForeignLock(cluster);
  const socketDir = await mkdtemp(join(tmpdir(), 'signet-pg-'));
  if (process.getuid?.() === 0) await chown(socketDir, NOBODY, NOBODY);
  const extra = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', cluster, '-c', 'listen_addresses=', '-k', socketDir, '-c', 'max_connections=200', ...extra],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'], cwd: socketDir, ...asNobody() },
  );
  let output = '';
  server.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-2000)));
  let ended = false;
  server.on('exit', () => (ended = true));
  server.on('error', (error) => {
    ended = true;
    output += error.message;
  });
  while (!ended && Date.now() < deadline) {
    if (await accepts(connectionUrl(socketDir, 'postgres'))) {
      server.stderr.removeAllListeners('data').resume();
      (server.stderr as unknown as { unref(): void }).unref();
      server.unref();
      return '';
    }
    await pause();
  }
  if (ended) await rm(socketDir, { recursive: true, force: true });
  await pause();
  return output;
}

function asNobody() {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: name,
  });
  client.on('error', () => undefined); // the server may stop under us; the query in flight says so itself
  await client.connect();
  return client;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url, 'signet-visitor');
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function accepts(url: string): Promise<boolean> {
  return withClient(url, async () => true).catch(() => false);
}

/**
 * Makes the database in the cluster and gives it to the application's role, once, and stays connected: an
 * idle pool closes its connections, and without this one a command that ends beside us would count nobody
 * and stop the server. `busy` while the server starts or stops, `absent` without one.
 */
async function holdServer(socketDir: string): Promise<pg.Client | 'busy' | 'absent'> {
  let holder: pg.Client | undefined;
  try {
    holder = await connect(connectionUrl(socketDir, 'postgres'), 'signet-holder');
    const { rowCount } = await holder.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await holder.query(`CREATE DATABASE ${DATABASE_NAME}`);
    if (await isToBeHandedOver(holder, DATABASE_NAME))
      await withClient(connectionUrl(socketDir, DATABASE_NAME), (client) => handOver(client, DATABASE_NAME));
    return holder;
  } catch (error) {
    await holder?.end();
    const code = (error as { code?: string }).code ?? '';
    if (['57P03', '57P01', '42P04', '23505'].includes(code)) return 'busy';
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(code)) return 'absent';
    throw error;
  }
}

/** The last one out turns off the light. */
async function releaseServer(cluster: string, url: string): Promise<void> {
  // Connections that were just closed are listed until their backends have ended.
  const patience = Date.now() + LEAVING_MS;
  let others = await otherClients(url);
  while (others > 0 && Date.now() < patience) {
    await pause();
    others = await otherClients(url);
  }
  const server = runningPostmaster(cluster);
  if (others > 0 || !server) return;
  process.kill(server.pid, 'SIGINT'); // fast shutdown: writes a checkpoint, then ends
  const deadline = Date.now() + START_DEADLINE_MS;
  while (isPostgres(server.pid) && Date.now() < deadline) await pause();
  if (basename(server.socketDir).startsWith('signet-pg-'))
    await rm(server.socketDir, { recursive: true, force: true });
}

/** Connections besides this one; none when the server does not answer. */
function otherClients(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    return rows[0]!.count;
  }).catch(() => 0);
}

async function run(command: string, args: string[]): Promise<void> {
  // In a session of its own: Ctrl-C is for Signet, which waits for this before it stops.
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    ...asNobody(),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise<void>((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code) =>
      code === 0
        ? done()
        : fail(
            new Error(
              `The embedded PostgreSQL cannot be made: ${basename(command)} ended with code ${code}.\n${output.trim()}`,
            ),
          ),
    );
  });
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 25));
}
