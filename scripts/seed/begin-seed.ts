import type { ClientBase } from 'pg';
import type { HashingOptions } from '../../src/domain/passwords/index.js';
import { requireEmpty } from './guards.js';
import { openLedger, readLedger, requireSamePlan, type Ledger } from './ledger.js';
import type { Residents } from './lots.sql.js';
import { hashPasswords, type Passwords } from './passwords.js';
import { KNOWN_PEOPLE } from './people.js';
import type { SeedPlan } from './plan.js';

export interface Beginning {
  /** Without a moment, it is that of the run which began, or now. */
  wanted: Omit<SeedPlan, 'asOf'> & { asOf: string | null };
  intoExisting: boolean;
  hashing: HashingOptions;
  choosePasswords(): Promise<Passwords>;
  /** Is told before anything is written, so that no crash can lose them. */
  announce(passwords: Passwords): void;
}

/** Begins a seed in a migrated database, or finds the one that was begun there. */
export async function beginSeed(client: ClientBase, beginning: Beginning): Promise<Ledger> {
  const { wanted } = beginning;
  const begun = await readLedger(client);
  if (begun) {
    requireSamePlan(begun, wanted);
    return begun;
  }
  await requireEmpty(client, beginning.intoExisting);
  const passwords = await beginning.choosePasswords();
  const hashes = await hashPasswords(passwords, beginning.hashing);
  beginning.announce(passwords);
  const asOf = wanted.asOf ?? new Date().toISOString();
  return openLedger(client, { plan: { ...wanted, asOf }, residents: await findResidents(client), hashes });
}

/** People who were there before, under addresses of the known ones: they keep what they have and get nothing. */
async function findResidents(client: ClientBase): Promise<Residents> {
  const { rows } = await client.query<{ address: string; user_id: string }>(
    'SELECT address, user_id FROM user_emails WHERE address = ANY ($1)',
    [KNOWN_PEOPLE.map(({ address }) => address)],
  );
  return Object.fromEntries(
    rows.map((row) => [KNOWN_PEOPLE.find(({ address }) => address === row.address)!.n, row.user_id]),
  );
}
