import pg from 'pg';
import type { GraphqlClient } from './client.js';
import { createDatabase } from './postgres.js';
import { startPostgresProxy, type PostgresProxy } from './postgres-proxy.js';
import { startServerProcess, type ServerProcess } from './server-process.js';

export const ADMIN = { email: 'admin@example.com', password: 'a password of the administrator of tests' };

/** A server process that can be killed at an exact message to or from PostgreSQL, and started again. */
export interface Node {
  readonly client: GraphqlClient;
  /** The end of what it has logged so far. */
  output(): string;
  /** From now on: kills the process when it would send or receive the n-th message. */
  killAtMessage(n: number): void;
  /** Kills it now. */
  kill(): Promise<void>;
  /** When it was killed: starts it again and is true. Otherwise it is safe from now on. */
  restartIfKilled(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Modules to load into both nodes before the server, and settings of each. */
export interface NodePreload {
  modules: string[];
  env: readonly [Record<string, string>, Record<string, string>];
}

export async function startNode(
  databaseUrl: string,
  env: Record<string, string>,
  preload: string[] = [],
): Promise<Node> {
  const proxy: PostgresProxy = await startPostgresProxy(databaseUrl);
  const start = () => startServerProcess({ databaseUrl: proxy.url, env, preload });
  let server: ServerProcess = await start();
  let killed = false;
  return {
    get client() {
      return server.client;
    },
    output: () => server.output(),
    killAtMessage(n) {
      proxy.watch(({ number }) => {
        if (number < n) return 'forward';
        killed = true;
        process.kill(server.pid, 'SIGKILL');
        return 'cut';
      });
    },
    async kill() {
      killed = true;
      await server.kill('SIGKILL');
    },
    async restartIfKilled() {
      proxy.unwatch();
      if (!killed) return false;
      await server.exited;
      server = await start();
      killed = false;
      return true;
    },
    async stop() {
      await server.stop();
      await proxy.close();
    },
  };
}

/** Two nodes on one database of their own, and a way to look at it from outside. */
export async function startTwoNodes(
  env: Record<string, string> = {},
  options: {
    database?: Awaited<ReturnType<typeof createDatabase>>;
    atOnce?: boolean;
    preload?: NodePreload;
  } = {},
) {
  const database = options.database ?? (await createDatabase());
  const settings = {
    SIGNET_ADMIN_EMAIL: ADMIN.email,
    SIGNET_ADMIN_PASSWORD: ADMIN.password,
    SIGNET_HASH_CONCURRENCY: '2',
    ...env,
  };
  const starts = ([0, 1] as const).map(
    (index) => () =>
      startNode(database.url, { ...settings, ...options.preload?.env[index] }, options.preload?.modules),
  );
  const first = options.atOnce ? null : await starts[0]!();
  const started = first ? [first, await starts[1]!()] : await Promise.all(starts.map((start) => start()));
  const nodes = [started[0]!, started[1]!] as const;
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  // The database is dropped under a connection that is just being closed, which is no fault of the test.
  pool.on('connect', (connected) => void connected.on('error', () => undefined));
  return {
    nodes,
    databaseUrl: database.url,
    sql: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
    async close() {
      await Promise.all(nodes.map((node) => node.stop()));
      await pool.end();
      await database.drop();
    },
  };
}
