import { MikroORM, defineConfig, type EntityManager } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import type { AnyEntity, EntitySchema, Constructor } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import pg from 'pg';
import { parse } from 'pg-connection-string';

/** SQLSTATE classes after which the same transaction may simply be run again. */
const RETRYABLE = new Set(['40001', '40P01']);
const MAX_ATTEMPTS = 5;
/** The oldest PostgreSQL on which Signet runs. */
const OLDEST_MAJOR = 15;

/** How long PostgreSQL may work on one statement, in milliseconds. Long work is done in batches instead. */
const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** A named statement is prepared once per connection and planned once. */
export interface PreparedStatement {
  name: string;
  text: string;
}

/** The one way to PostgreSQL: one pool, shared by MikroORM and by prepared statements on hot paths. */
export interface Database {
  readonly orm: MikroORM;
  readonly pool: pg.Pool;
  /**
   * Runs one prepared statement outside any transaction. Without a name it is planned anew each time: for
   * statements whose best plan depends on the values.
   */
  query<Row extends object>(
    statement: PreparedStatement | { text: string },
    values: unknown[],
  ): Promise<Row[]>;
  /**
   * Runs `work` in a transaction on its own EntityManager; on a serialisation failure or a deadlock
   * the whole of it is run again, so it must have no effect outside the database.
   */
  transaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface ServerVersion {
  /** What `version()` says, such as "PostgreSQL 18.4 on x86_64-…". */
  product: string;
  /** `server_version_num`, such as 180004. */
  number: number;
}

/** The server is a PostgreSQL on which Signet was never tried. */
export class UnsupportedDatabaseError extends Error {
  constructor(product: string) {
    super(
      `DATABASE_URL: the server is ${product.split(' on ')[0]}, and Signet needs PostgreSQL ${OLDEST_MAJOR} or newer. ` +
        'Upgrade it, or set DATABASE_URL to a newer server.',
    );
    this.name = 'UnsupportedDatabaseError';
  }
}

/**
 * Databases that speak PostgreSQL's protocol under another name count versions in their own way, and pass.
 * @throws UnsupportedDatabaseError
 */
export function requireSupportedVersion({ product, number }: ServerVersion): void {
  if (product.startsWith('PostgreSQL ') && number < OLDEST_MAJOR * 10_000)
    throw new UnsupportedDatabaseError(product);
}

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  entities: EntitySchema[];
  migrations: { name: string; class: Constructor<Migration> }[];
}

/** Connects, and fails at once when PostgreSQL cannot be reached. */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const target = parse(options.url);
  const orm = await MikroORM.init(
    defineConfig({
      dbName: target.database ?? 'postgres',
      entities: options.entities,
      extensions: [Migrator],
      discovery: { warnWhenNoEntities: false, checkDuplicateTableNames: true },
      debug: false,
      logger: () => undefined,
      // Every unit of work forks its own EntityManager (see transaction), so the global one is never used.
      allowGlobalContext: false,
      // A misspelt name in DATABASE_URL is a fault, and no wish for a new database.
      ensureDatabase: false,
      migrations: {
        migrationsList: options.migrations,
        tableName: 'signet_migrations',
        allOrNothing: true,
        snapshot: false,
      },
      driverOptions: {
        host: target.host ?? undefined,
        port: target.port ? Number(target.port) : undefined,
        user: target.user,
        password: target.password,
        ssl: target.ssl,
        max: options.poolSize,
        application_name: 'signet',
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        statement_timeout: STATEMENT_TIMEOUT_MS,
        idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
      },
    }),
  );
  const pool = await orm.em.getConnection().getNativeClient();
  const close = async () => {
    await orm.close(true);
    // MikroORM leaves the pool open when nobody has asked anything through MikroORM itself.
    if (!pool.ending) await pool.end();
  };
  try {
    const { rows } = await pool.query<ServerVersion>(
      `SELECT version() AS product, current_setting('server_version_num')::int AS number`,
    );
    requireSupportedVersion(rows[0]!);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    orm,
    pool,
    async query<Row extends object>(statement: PreparedStatement | { text: string }, values: unknown[]) {
      // MikroORM's pool keeps times as text; prepared statements want Dates.
      const result = await pool.query<Row>({ ...statement, values, types: pg.types });
      return result.rows;
    },
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await orm.em.fork().transactional(work);
        } catch (error) {
          if (attempt === MAX_ATTEMPTS || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
        }
      }
    },
    close,
  };
}

/** The SQLSTATE of a database error, through MikroORM's wrappers. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

export const UNIQUE_VIOLATION = '23505';

export type { AnyEntity, EntityManager };
