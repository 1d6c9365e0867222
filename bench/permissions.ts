import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { DEFAULT_SIZES, flagOf, type SeedSizes } from '../scripts/seed/plan.js';
import { OPERATIONS } from '../test/support/permission-operations.js';
import {
  growingReads,
  reportNoPlans,
  reportPlans,
  rowsOf,
  watchStatements,
  type PlanMode,
  type Watched,
} from '../test/support/plans.js';
import { startPostgresProxy } from '../test/support/postgres-proxy.js';
import { median } from '../test/support/statistics.js';
import { signIn, type Ask } from './ask.js';
import { seededDatabase, type SeededDatabase } from './seeded-database.js';
import { serve, stopServers } from './serve.js';

/**
 * What permissions and the audit trail cost in a database of a hundred users and in one of a hundred thousand: SQL
 * statements, rows that PostgreSQL looks at, its plans, and time. Both sizes are asked by turns in one run, over HTTP,
 * since machines are noisy; what counts is the ratio. Run: npm run bench:permissions
 */
const FEW_USERS = 100;
/** A table that is read from end to end in a moment is no fault. */
const BIG_TABLE_ROWS = 10_000;
/** The statements of a background job may fall in between: the least of so many runs is the operation's own. */
const WATCHED_RUNS = 3;
const MODES: PlanMode[] = ['force_custom_plan', 'force_generic_plan'];

type Flags = SeedSizes & { rounds: string; dataDir?: string; only?: string };

const program = new Command('bench:permissions')
  .option('--rounds <number>', 'timed runs of each operation in each database', '60')
  .option('--only <text>', 'operations with this text in their name')
  .option('--data-dir <folder>', 'keep the seeded databases in this folder for the next run');
for (const [name, fallback] of Object.entries(DEFAULT_SIZES))
  program.option(`${flagOf(name)} <number>`, 'of the large database', Number, fallback);
const { rounds, dataDir: keptDir, only = '', ...large } = program.parse().opts<Flags>();
const small = {
  ...large,
  users: FEW_USERS,
  auditEvents: Math.round((large.auditEvents * FEW_USERS) / large.users),
};
const operations = OPERATIONS.filter(({ name }) => name.includes(only));

const dataDir =
  keptDir ?? (await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'signet-bench-')));
const postgres = await startEmbeddedPostgres({ dataDir });
const superuser = new pg.Client({ connectionString: postgres.superuserUrl });

const serveOn = (databaseUrl: string) => serve('dist/src/main.js', ['start'], { DATABASE_URL: databaseUrl });

/** Every operation with the plans that PostgreSQL made for it. */
async function watchAll(database: SeededDatabase, mode: PlanMode): Promise<Map<string, Watched>> {
  await reportPlans(superuser, database.name, mode);
  const proxy = await startPostgresProxy(database.url);
  const signet = await serveOn(proxy.url);
  const watched = new Map<string, Watched>();
  try {
    const ask = await signIn(signet.origin, database);
    for (const operation of operations) {
      await ask(operation, 0); // parses the document
      const runs: Watched[] = [];
      for (let run = 0; run < WATCHED_RUNS; run += 1)
        runs.push(await watchStatements(proxy, () => ask(operation, 0)));
      watched.set(operation.name, runs.toSorted((a, b) => a.statements - b.statements)[0]!);
    }
  } finally {
    await signet.stop();
    await proxy.close();
    await reportNoPlans(superuser, database.name);
  }
  return watched;
}

/** Median times in milliseconds, both databases by turns. */
async function timeAll(databases: SeededDatabase[]): Promise<Map<string, number[]>> {
  const asks: Ask[] = [];
  for (const database of databases) asks.push(await signIn((await serveOn(database.url)).origin, database));
  const times = new Map<string, number[]>();
  for (const operation of operations) {
    const samples: number[][] = asks.map(() => []);
    for (let round = -10; round < Number(rounds); round += 1)
      for (const [index, ask] of asks.entries()) {
        const startedAt = performance.now();
        await ask(operation, round + 10);
        if (round >= 0) samples[index]!.push(performance.now() - startedAt); // the first ten warm up
      }
    times.set(operation.name, samples.map(median));
  }
  return times;
}

const LOOKS_AT_TABLES = /^(?!Subquery).*Scan$/;

/** Both sizes of a mode, as `few → many` of something. */
const both = (watched: Watched[], value: (one: Watched) => number) =>
  watched.map((one) => value(one).toLocaleString('en')).join(' → ');

function row(name: string, watched: Record<PlanMode, Watched[]>, times: number[]): string {
  const many = MODES.map((mode) => watched[mode][1]!);
  const scans = many
    .flatMap(({ plans }) => plans.flatMap(({ reads }) => reads))
    .filter(({ by }) => by === 'Seq Scan');
  const big = new Set(scans.filter(({ rows }) => rows > BIG_TABLE_ROWS).map(({ table }) => table));
  const nodes = new Set(many.flatMap(({ plans }) => plans.flatMap((plan) => plan.nodes)));
  const cells = [
    name,
    watched.force_custom_plan[1]!.statements,
    ...MODES.map((mode) => both(watched[mode], (one) => rowsOf(growingReads(one)))),
    [...nodes]
      .filter((node) => LOOKS_AT_TABLES.test(node))
      .toSorted()
      .join(', '),
    [...new Set(scans.map(({ table }) => table))].toSorted().join(', '),
    big.size > 0 ? `**${[...big].join(', ')}**` : 'none',
    `${times[0]!.toFixed(1)} → ${times[1]!.toFixed(1)} ms`,
    `**${(times[1]! / times[0]!).toFixed(2)}**`,
  ];
  return `| ${cells.join(' | ')} |`;
}

try {
  await superuser.connect();
  const at = (name: string) => postgres.url.replace(/\/[^/]*$/, `/${name}`);
  const databases = [
    await seededDatabase(superuser, at('few_users'), small),
    await seededDatabase(superuser, at('many_users'), large),
  ];
  const watched: Record<PlanMode, Map<string, Watched>[]> = { force_custom_plan: [], force_generic_plan: [] };
  for (const mode of MODES)
    for (const database of databases) watched[mode].push(await watchAll(database, mode));
  const times = await timeAll(databases);
  const { rows } = await superuser.query<{ server_version: string }>('SHOW server_version');
  process.stdout.write(
    `Node ${process.version}, PostgreSQL ${rows[0]!.server_version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ` +
      `${small.users.toLocaleString('en')} → ${large.users.toLocaleString('en')} users, ` +
      `${small.auditEvents.toLocaleString('en')} → ${large.auditEvents.toLocaleString('en')} audit events; medians of ${rounds} runs\n\n` +
      '| operation | SQL statements | rows of growing tables, planned for these values | … planned for any values | looked at by | small tables read from end to end | big ones | time | ratio |\n' +
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n',
  );
  for (const { name } of operations) {
    const of = (mode: PlanMode) => watched[mode].map((all) => all.get(name)!);
    const modes = {
      force_custom_plan: of('force_custom_plan'),
      force_generic_plan: of('force_generic_plan'),
    };
    process.stdout.write(`${row(name, modes, times.get(name)!)}\n`);
  }
} finally {
  stopServers();
  await superuser.end();
  await postgres.release();
  if (!keptDir) await rm(dataDir, { recursive: true, force: true });
}
