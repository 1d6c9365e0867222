import type { Database, EntityManager } from './database.js';
import { sqlState, UNIQUE_VIOLATION } from './database.js';

/** The database carries migrations that this version does not know. */
export class NewerDatabaseError extends Error {
  constructor(readonly unknown: string[]) {
    super(
      `The database was migrated by a newer Signet (${unknown.join(', ')} is unknown here). ` +
        'Start that version or a newer one, or point DATABASE_URL at another database.',
    );
    this.name = 'NewerDatabaseError';
  }
}

/** The database lacks migrations and this process may not apply them. */
export class PendingMigrationsError extends Error {
  constructor(readonly pending: string[]) {
    super(
      `The database lacks ${pending.length} migration(s), the first is ${pending[0]}. ` +
        'Run `signet migrate`, or set SIGNET_MIGRATE_ON_START=on.',
    );
    this.name = 'PendingMigrationsError';
  }
}

/** Names of migrations that are applied, that wait, and that only a newer version knows. */
export async function migrationStatus(database: Database) {
  const known = new Set<string>(
    database.orm.config.get('migrations').migrationsList!.map((entry) => (entry as { name: string }).name),
  );
  const applied = await database.pool
    .query<{ name: string }>('SELECT name FROM signet_migrations ORDER BY id')
    .then((result) => result.rows.map((row) => row.name))
    .catch((error) => {
      if (sqlState(error) === '42P01') return []; // undefined_table: a new database
      throw error;
    });
  return {
    applied,
    pending: [...known].filter((name) => !applied.includes(name as never)),
    unknown: applied.filter((name) => !known.has(name)),
  };
}

/**
 * Applies what is pending, all in one transaction, and returns the names. Two processes at once: the
 * second waits on a locked row and finds nothing left to do. Killed half-way: nothing happened.
 * @throws NewerDatabaseError
 */
export async function migrate(database: Database): Promise<string[]> {
  const { pending, unknown } = await migrationStatus(database);
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
  if (pending.length === 0) return [];
  await createLock(database);
  return database.transaction(async (tx: EntityManager) => {
    await tx.execute('SET LOCAL statement_timeout = 0');
    await tx.execute('SELECT 1 FROM signet_migration_lock WHERE id = 1 FOR UPDATE');
    const done = await database.orm.migrator.up({ transaction: tx.getTransactionContext() });
    return done.map((migration) => migration.name);
  });
}

/** A row to lock: portable, where advisory locks are not. */
async function createLock(database: Database): Promise<void> {
  try {
    await database.pool.query('CREATE TABLE IF NOT EXISTS signet_migration_lock (id integer PRIMARY KEY)');
    await database.pool.query('INSERT INTO signet_migration_lock (id) VALUES (1) ON CONFLICT DO NOTHING');
  } catch (error) {
    // Two processes may race inside CREATE TABLE IF NOT EXISTS; the loser just goes on.
    if (sqlState(error) !== UNIQUE_VIOLATION && sqlState(error) !== '42P07') throw error;
    await database.pool.query('INSERT INTO signet_migration_lock (id) VALUES (1) ON CONFLICT DO NOTHING');
  }
}
