import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/app.js';
import { createIdentity, type Identity } from '../../src/identity.js';
import { loadConfig } from '../../src/config.js';
import { createLogger } from '../../src/platform/logger.js';
import { GraphqlClient } from './client.js';
import { FakeClock } from './fake-clock.js';
import { Given } from './given.js';
import { createDatabase } from './postgres.js';

export const TEST_ISSUER = 'http://localhost:4000';
export const TEST_SECRET = 'a secret of tests, long enough to be accepted as one';

/** Settings of a test server: attempts are only limited where a test is about that. */
export function testEnvironment(
  databaseUrl: string,
  env: Record<string, string> = {},
): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    SIGNET_SECRET: TEST_SECRET,
    SIGNET_ISSUER: TEST_ISSUER,
    SIGNET_PORT: '0',
    SIGNET_LOGIN_FAILURES_PER_ACCOUNT: '100000',
    SIGNET_LOGIN_FAILURES_PER_NETWORK: '100000',
    SIGNET_REGISTRATIONS_PER_NETWORK: '100000',
    SIGNET_INTROSPECTION: 'on',
    SIGNET_LOG_LEVEL: 'debug',
    ...env,
  };
}

/** A whole Signet in this process, on a database of its own, spoken to over HTTP. */
export interface TestApp {
  origin: string;
  client: GraphqlClient;
  clock: FakeClock;
  identity: Identity;
  databaseUrl: string;
  /** Everything that was logged, one JSON line each. */
  log: string[];
  given: Given;
  /** Runs SQL on the app's database. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function startTestApp(env: Record<string, string> = {}, databaseUrl?: string): Promise<TestApp> {
  const database = databaseUrl ? null : await createDatabase();
  const url = databaseUrl ?? database!.url;
  const config = loadConfig(testEnvironment(url, env));
  const log: string[] = [];
  const logger = createLogger(config.logLevel, { write: (line) => void log.push(line) });
  const clock = new FakeClock();
  const identity = await createIdentity({ config, databaseUrl: url, secret: config.secret!, logger, clock });
  await identity.keys.ensureKeys();
  await identity.warmUp();
  const server = await createApp(identity);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const client = new GraphqlClient(origin);
  return {
    origin,
    client,
    clock,
    identity,
    databaseUrl: url,
    log,
    given: new Given(client, identity),
    sql: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await identity.database.pool.query<Row>(text, values)).rows,
    async close() {
      await server.close();
      await identity.close();
      await database?.drop();
    },
  };
}
