import type { ClientBase } from 'pg';
import type { Residents } from './lots.sql.js';
import type { PasswordHashes } from './people.js';
import { flagOf, type SeedPlan } from './plan.js';
import { SeedError } from './seed-error.js';

/** What a database remembers of its seed: the plan, and how far each step has come. */
export interface Ledger {
  plan: SeedPlan;
  /** Who was there before, under addresses of the known people. */
  residents: Residents;
  /** Null once everything is done. */
  hashes: PasswordHashes | null;
  /** Rows that a step has made, by its name. */
  done: Record<string, number>;
}

/** The table belongs to the seed alone; Signet neither makes nor reads it. */
export async function readLedger(client: ClientBase): Promise<Ledger | null> {
  const { rows: exists } = await client.query(`SELECT to_regclass('signet_seed') IS NOT NULL AS "yes"`);
  if (!exists[0].yes) return null;
  // Waits for the last batch of a run that was killed while PostgreSQL was committing it.
  const { rows } = await client.query<Ledger>(
    'SELECT plan, residents, hashes, done FROM signet_seed WHERE id = 1 FOR UPDATE',
  );
  return rows[0] ?? null;
}

export async function openLedger(
  client: ClientBase,
  begun: Pick<Ledger, 'plan' | 'residents'> & { hashes: PasswordHashes },
): Promise<Ledger> {
  await client.query(`CREATE TABLE IF NOT EXISTS signet_seed (id int PRIMARY KEY CHECK (id = 1),
    plan jsonb NOT NULL, residents jsonb NOT NULL, hashes jsonb NULL, done jsonb NOT NULL)`);
  await client.query(
    `INSERT INTO signet_seed (id, plan, residents, hashes, done) VALUES (1, $1, $2, $3, '{}')`,
    [begun.plan, begun.residents, begun.hashes].map((value) => JSON.stringify(value)),
  );
  return { ...begun, done: {} };
}

/** Runs in the transaction of the rows that it counts, so that neither is there without the other. */
export async function advance(client: ClientBase, step: string, from: number, to: number): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE signet_seed SET done = done || jsonb_build_object($1::text, $3::bigint)
     WHERE id = 1 AND coalesce((done ->> $1)::bigint, 0) = $2`,
    [step, from, to],
  );
  if (rowCount !== 1)
    throw new SeedError('Another process is seeding this database. Wait until it has ended.');
}

/** The hashes have their place in the accounts by then. */
export async function closeLedger(client: ClientBase): Promise<void> {
  await client.query('UPDATE signet_seed SET hashes = NULL WHERE id = 1');
}

/**
 * @param asOf null for whatever the plan says
 * @throws SeedError when a seed that began with other flags is to go on
 */
export function requireSamePlan(
  ledger: Ledger,
  wanted: Omit<SeedPlan, 'asOf'> & { asOf: string | null },
): void {
  const differences = Object.entries(wanted)
    .filter(([name, value]) => value !== null && value !== ledger.plan[name as keyof SeedPlan])
    .map(
      ([name, value]) => `  ${flagOf(name)} was ${ledger.plan[name as keyof SeedPlan]} and is now ${value}`,
    );
  if (differences.length > 0)
    throw new SeedError(
      `This database was seeded with other flags:\n${differences.join('\n')}\nGive the same ones to go on, or take an empty database.`,
    );
}
