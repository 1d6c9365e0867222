import type { ClientBase } from 'pg';
import { listEvents } from './audit-trail.js';
import { makeCatalogue } from './catalogue.js';
import { listWhatCanBeGiven } from './grants.js';
import { makeGroups } from './groups.js';
import { advance, closeLedger, type Ledger } from './ledger.js';
import { defineLots } from './lots.sql.js';
import { KNOWN_PEOPLE, definePeople } from './people.js';
import type { Progress } from './progress.js';
import { SeedError } from './seed-error.js';
import { stepsOf, type Step } from './steps.js';

export interface SeedOptions {
  /** Rows in one transaction. */
  batchRows: number;
  progress: Progress;
  /** Stops after the batch under way. */
  signal?: AbortSignal;
}

const BIG_TABLES =
  'users, user_emails, password_credentials, group_members, role_grants, permission_grants, audit_events, ' +
  'services, permissions, roles, role_permissions, user_groups, group_nestings, group_ancestors, ' +
  'group_role_grants, group_permission_grants';

/** Carries out what is left of a seed. False when it was asked to stop on the way. */
export async function seedDatabase(
  client: ClientBase,
  ledger: Ledger,
  { batchRows, progress, signal }: SeedOptions,
): Promise<boolean> {
  const { plan, residents, hashes, done } = ledger;
  if (!hashes) return true; // everything is there
  // A power failure may cost the last batches, but never a batch without its line in the ledger.
  await client.query('SET synchronous_commit = off; SET jit = off; SET statement_timeout = 0');
  const catalogue = makeCatalogue(plan);
  const groups = makeGroups(plan, catalogue);
  await defineLots(client, plan, residents);
  await definePeople(client, KNOWN_PEOPLE.length + plan.services);
  await listWhatCanBeGiven(client, catalogue, groups);
  await listEvents(client);
  const steps = stepsOf({ plan, catalogue, groups, residents: Object.keys(residents).map(Number), hashes });

  const doneRows = (step: Step) => done[step.name] ?? 0;
  progress.begin(
    steps.reduce((sum, step) => sum + step.rows, 0),
    steps.reduce((sum, step) => sum + doneRows(step), 0),
  );
  try {
    for (const step of steps)
      for (let from = doneRows(step); from < step.rows;) {
        if (signal?.aborted) return false;
        const to = step.whole ? step.rows : Math.min(step.rows, from + batchRows);
        progress.show(step.name);
        await insertBatch(client, step, from, to);
        progress.advance(to - from);
        from = to;
      }
    progress.show('statistics for the planner');
    await client.query(`VACUUM (ANALYZE) ${BIG_TABLES}`);
    await closeLedger(client);
    return true;
  } finally {
    progress.end();
  }
}

async function insertBatch(client: ClientBase, step: Step, from: number, to: number): Promise<void> {
  await client.query('BEGIN');
  try {
    await advance(client, step.name, from, to);
    await step.insert(client, [from + 1, to]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    const { code, detail } = error as { code?: string; detail?: string };
    if (code === '23505')
      throw new SeedError(
        `The database holds something under a name that the seed uses: ${detail} Take an empty database.`,
      );
    throw error;
  }
}
