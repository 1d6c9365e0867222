import type { ClientBase } from 'pg';
import { parse } from 'pg-connection-string';
import { SeedError } from './seed-error.js';

/** @throws SeedError when the database is on another machine and nobody said that this is meant */
export function requireLoopback(databaseUrl: string, isMeant: boolean): void {
  // Without a host in it, the driver asks PGHOST.
  const host = parse(databaseUrl).host || process.env['PGHOST'] || 'localhost';
  const isHere =
    host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
  if (isHere || isMeant) return;
  throw new SeedError(
    `DATABASE_URL is on ${host}, which is not this machine. Invented people are no thing to have in a database that somebody uses: ` +
      'give --yes if you mean it.',
  );
}

/** What a database holds that Signet itself has not put there; and before its first migration, whatever is there. */
const OTHER_DATA = {
  accounts: 'SELECT 1 FROM users',
  services: `SELECT 1 FROM services WHERE slug <> 'signet'`,
  roles: `SELECT 1 FROM roles WHERE service IS DISTINCT FROM 'signet'`,
  groups: 'SELECT 1 FROM user_groups',
  'audit events': 'SELECT 1 FROM audit_events',
};

/** To be asked before anything is written, migrations included. */
export async function requireNoOtherProgram(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
       AND to_regclass('signet_migrations') IS NULL LIMIT 1`,
  );
  if (rows[0])
    throw new SeedError(
      `The database belongs to another program: it has a table ${rows[0].name}. Take another one.`,
    );
}

/** @throws SeedError when there is data of others and nobody said to add to it */
export async function requireEmpty(client: ClientBase, isMeant: boolean): Promise<void> {
  if (isMeant) return;
  const found: string[] = [];
  for (const [what, query] of Object.entries(OTHER_DATA)) {
    const { rowCount } = await client.query(`${query} LIMIT 1`);
    if (rowCount) found.push(what);
  }
  if (found.length > 0)
    throw new SeedError(
      `The database is not empty: it holds ${found.join(', ')}. Take an empty one, or add to this with --into-existing.`,
    );
}
