import type { TestApp } from './test-app.js';

interface Client {
  query(...args: unknown[]): unknown;
}

/** Keeps background jobs from running, whose statements would be counted too. To be called right after the start. */
export function stopJobs(app: TestApp): void {
  for (const job of app.identity.jobs) job.run = () => Promise.resolve();
}

/**
 * Writes down, in order, what the app sends to PostgreSQL from now on: names of prepared statements and the text
 * of others, such as `begin`. What background jobs send is in it too, unless they were stopped.
 */
export function recordStatements(app: TestApp): string[] {
  return record(app).statements;
}

/** What the app sends to PostgreSQL while `work` runs. */
export async function statementsDuring(app: TestApp, work: () => Promise<unknown>): Promise<string[]> {
  const { statements, stop } = record(app);
  try {
    await work();
  } finally {
    stop();
  }
  return statements;
}

function record(app: TestApp): { statements: string[]; stop(): void } {
  const { pool } = app.identity.database;
  const statements: string[] = [];
  const originals = new Map<Client, Client['query']>();

  // Every way to PostgreSQL takes a connection from the pool, so nothing gets past this.
  const watch = (client: Client | undefined) => {
    if (!client || originals.has(client)) return;
    const { query } = client;
    originals.set(client, query);
    client.query = (...args) => {
      const statement = args[0] as string | { name?: string; text?: string };
      statements.push(typeof statement === 'string' ? statement : (statement.name ?? statement.text ?? '?'));
      return query.apply(client, args);
    };
  };
  const connect = pool.connect as (callback?: (...args: unknown[]) => void) => Promise<Client>;
  pool.connect = ((callback?: (...args: unknown[]) => void) => {
    if (!callback)
      return connect.call(pool).then((client) => {
        watch(client);
        return client;
      });
    return connect.call(pool, (error, client, release) => {
      watch(client as Client | undefined);
      callback(error, client, release);
    });
  }) as typeof pool.connect;
  return {
    statements,
    stop() {
      pool.connect = connect as typeof pool.connect;
      for (const [client, query] of originals) client.query = query;
    },
  };
}
