import pg from 'pg';
import { openDatabase } from '../src/entities.js';
import { migrate } from '../src/platform/migrate.js';
import { beginSeed } from '../scripts/seed/begin-seed.js';
import { generatePasswords, hashPasswords } from '../scripts/seed/passwords.js';
import { ADMINISTRATOR } from '../scripts/seed/people.js';
import type { SeedSizes } from '../scripts/seed/plan.js';
import { createProgress } from '../scripts/seed/progress.js';
import { seedDatabase } from '../scripts/seed/seed-database.js';
import { findSubjects, type Subjects } from '../test/support/permission-operations.js';

/** The cheapest that Signet takes: people sign in here once, before anything is measured. */
const HASHING = { memoryKib: 19_456, passes: 2, parallelism: 1, concurrency: 1, waitSeconds: 60 };
/** Ordinary people who ask what they may do, in turn. */
const ASKING = 10;

/** A database of some size, and who asks what there. */
export interface SeededDatabase {
  name: string;
  url: string;
  subjects: Subjects;
  password: string;
  administrator: string;
  /** Addresses. */
  people: string[];
}

/** Makes the database unless it is there, seeds what is missing, and gives those who ask a password. */
export async function seededDatabase(
  superuser: pg.ClientBase,
  url: string,
  sizes: SeedSizes,
): Promise<SeededDatabase> {
  const { pathname, username } = new URL(url);
  const name = pathname.slice(1);
  const { rowCount } = await superuser.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (!rowCount) await superuser.query(`CREATE DATABASE "${name}" OWNER "${decodeURIComponent(username)}"`);
  const database = await openDatabase({ poolSize: 2 }, url);
  try {
    await migrate(database);
  } finally {
    await database.close();
  }

  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const passwords = generatePasswords();
    const ledger = await beginSeed(client, {
      wanted: { ...sizes, seed: 1, asOf: null },
      intoExisting: false,
      hashing: HASHING,
      choosePasswords: async () => passwords,
      announce: () => undefined,
    });
    process.stderr.write(`${name}: ${sizes.users.toLocaleString('en')} users\n`);
    await seedDatabase(client, ledger, { batchRows: 10_000, progress: createProgress(process.stderr) });
    const sql = async <Row extends object>(text: string, values: unknown[] = []) =>
      (await client.query<Row>(text, values)).rows;
    const people = await sql<{ address: string; user_id: string }>(
      `SELECT e.address, e.user_id FROM user_emails e JOIN users u ON u.id = e.user_id AND u.status = 'ACTIVE'
       WHERE e.address <> $1 ORDER BY md5(e.address) LIMIT ${ASKING}`,
      [ADMINISTRATOR.address],
    );
    const { everybodyElse } = await hashPasswords(passwords, HASHING);
    await client.query(
      `UPDATE password_credentials SET password_hash = $1 WHERE user_id = ANY ($2)
         OR user_id = (SELECT user_id FROM user_emails WHERE address = $3)`,
      [everybodyElse, people.map(({ user_id: id }) => id), ADMINISTRATOR.address],
    );
    await superuser.query('CHECKPOINT');
    return {
      name,
      url,
      subjects: await findSubjects(sql),
      password: passwords.everybodyElse,
      administrator: ADMINISTRATOR.address,
      people: people.map(({ address }) => address),
    };
  } finally {
    await client.end();
  }
}
