import '../src/node-version.js';
import { Command, InvalidArgumentError } from 'commander';
import pg from 'pg';
import { openDatabase } from '../src/entities.js';
import { readNewPassword } from '../src/cli/read-password.js';
import { loadConfig, type Config } from '../src/config.js';
import { migrate } from '../src/platform/migrate.js';
import { openPostgres } from '../src/platform/open-postgres.js';
import { explainFault } from '../src/start-faults.js';
import { beginSeed } from './seed/begin-seed.js';
import { requireLoopback, requireNoOtherProgram } from './seed/guards.js';
import { chosenPassword, generatePasswords, type Passwords } from './seed/passwords.js';
import { ADA, ADMINISTRATOR } from './seed/people.js';
import { DEFAULT_SIZES, faultsOf, flagOf, type SeedSizes } from './seed/plan.js';
import { createProgress } from './seed/progress.js';
import { reportRows } from './seed/report-rows.js';
import { seedDatabase } from './seed/seed-database.js';
import { SeedError } from './seed/seed-error.js';

/** Fills a database with invented people, permissions and an audit trail, to try and to measure things on. */
type Flags = SeedSizes & {
  seed: number;
  asOf?: string;
  batchRows: number;
  intoExisting: boolean;
  yes: boolean;
  passwordStdin: boolean;
};

const WHAT: Record<keyof SeedSizes, string> = {
  users: 'accounts, with the administrator and Ada',
  services: 'services that declare permissions',
  permissions: 'permissions of all services together',
  roles: 'roles over them',
  groups: 'groups of users, some in others',
  grantsPerUser: 'permissions given to a user directly, on average',
  auditEvents: 'lines of the audit trail',
};

function number(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}

function moment(text: string): string {
  if (Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('It must be a time such as 2026-01-31.');
  return new Date(text).toISOString();
}

const program = new Command('seed')
  .description(
    'Fills the database of DATABASE_URL, or the embedded one, with invented people. Stopped or killed, it goes on ' +
      'where it was when it is started again with the same flags.',
  )
  .option('--seed <number>', 'what everything is drawn by lot from', number, 1)
  .option('--as-of <time>', 'the moment that the invented past leads up to (default: now)', moment)
  .option('--batch-rows <number>', 'rows in one transaction', number, 10_000)
  .option('--into-existing', 'add to a database that holds other data', false)
  .option('--yes', 'a database on another machine is meant', false)
  .option(
    '--password-stdin',
    'read the password of everybody from standard input instead of making one',
    false,
  );
for (const [name, fallback] of Object.entries(DEFAULT_SIZES))
  program.option(`${flagOf(name)} <number>`, WHAT[name as keyof SeedSizes], number, fallback);

let config: Config | undefined;

async function run(flags: Flags): Promise<void> {
  const { seed, asOf = null, batchRows, intoExisting, yes, passwordStdin, ...sizes } = flags;
  const faults = faultsOf(sizes);
  if (!Number.isSafeInteger(batchRows) || batchRows < 1)
    faults.push('--batch-rows must be a whole number from 1');
  if (!Number.isSafeInteger(seed)) faults.push('--seed must be a whole number');
  if (faults.length > 0) throw new SeedError(faults.join('\n'));
  config = loadConfig();
  if (config.databaseUrl) requireLoopback(config.databaseUrl, yes);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => (stopping.signal.aborted ? process.exit(130) : stopping.abort()));

  const postgres = await openPostgres(config);
  const client = new pg.Client({ connectionString: postgres.url, application_name: 'signet-seed' });
  try {
    await client.connect();
    await requireNoOtherProgram(client);
    await migrateTo(config, postgres.url);
    const ledger = await beginSeed(client, {
      wanted: { ...sizes, seed, asOf },
      intoExisting,
      hashing: config.hashing,
      choosePasswords: async () =>
        passwordStdin ? chosenPassword(await readNewPassword(true)) : generatePasswords(),
      announce: (passwords) => (passwordStdin ? undefined : announce(passwords)),
    });
    if (!ledger.hashes) process.stdout.write('Everything was there already.\n');
    const progress = createProgress(process.stderr);
    if (await seedDatabase(client, ledger, { batchRows, progress, signal: stopping.signal }))
      process.stdout.write(`${await reportRows(client)}\n`);
    else {
      process.stderr.write('\nStopped. The same command goes on from here.\n');
      process.exitCode = 130;
    }
  } finally {
    await client.end();
    await postgres.release();
  }
}

async function migrateTo(settings: Config, url: string): Promise<void> {
  const database = await openDatabase(settings, url);
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}

function announce({ administrator, everybodyElse }: Passwords): void {
  process.stdout.write(
    `\n  These passwords are shown once, keep them:\n\n` +
      `    ${ADMINISTRATOR.address}    ${administrator}    may do everything in Signet\n` +
      `    ${ADA.address}           ${everybodyElse}    and everybody else that is made here\n\n`,
  );
}

await program
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    const explained = error instanceof SeedError ? error.message : explainFault(error, config);
    if (explained === null) throw error;
    process.stderr.write(`\n${explained}\n\n`);
    process.exitCode = 1;
  });
