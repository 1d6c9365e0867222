import { signIn } from '../support/given.js';
import { OPERATIONS, findSubjects } from '../support/permission-operations.js';
import {
  growingReads,
  reportPlans,
  rowsOf,
  watchStatements,
  type PlanMode,
  type Watched,
} from '../support/plans.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { createDatabase, withAdminClient } from '../support/postgres.js';
import { SLOW_TEST_MS } from '../support/run-signet.js';
import { seedForTest } from '../support/seeded.js';
import { stopJobs } from '../support/statements.js';
import { startTestApp } from '../support/test-app.js';

/** Smaller than a real one, and large enough that reading a table from end to end is not what PostgreSQL prefers. */
const SIZES = { users: 20_000, auditEvents: 100_000 };

/** Statements that each operation sends, the caller's session and permissions included. */
const STATEMENTS: Record<string, number> = {
  'viewer { permissions }': 1,
  'viewer { can }': 1,
  'viewer { roles grants groups }': 4,
  permissionCheck: 5, // the check, and roles, groups and people of its paths at once
  'holders of what few hold': 3,
  'holders of what most hold': 3,
  'holders of what most hold, a deep page': 3,
  'grants of a role': 3,
  'members of a group, a deep page': 3,
  'groups by name': 2,
  auditEvents: 2,
  'auditEvents, a deep page': 2,
  'auditEvents of a user': 2,
  'auditEvents of a user, a deep page': 2,
  'auditEvents of a common type, a deep page': 2,
  'auditEvents of a rare type': 2,
  'auditEvents of a user and a type': 2,
  'auditEvents of a time': 2,
  'auditEvents of a type and a time': 2,
  users: 2,
  'users, a deep page': 2,
  'users by name': 2,
  'users by address': 2,
  'users by a letter': 2,
};

/** A table of so few rows is read from end to end for good reason. */
const FEW_ROWS = 1_000;
/**
 * Rows of growing tables that an operation may look at: pages of 21 by every role and group that leads there, and the events of one user. An
 * index that is walked from its beginning to a deep page is no sequential scan, and is found by this.
 */
const MOST_ROWS = 1_500;
/** Pages are in order of creation, so whoever starts with the letter has to be found first; by index, though. */
const READS_ALL_MATCHES = 'users by a letter';

describe('what people ask about permissions and the audit trail', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeAll(async () => {
    database = await createDatabase();
    await seedForTest(database.url, SIZES);
  }, SLOW_TEST_MS);
  afterAll(() => database.drop());

  /** Every operation once, as PostgreSQL carries it out. */
  async function watchAll(mode: PlanMode): Promise<Map<string, Watched>> {
    await withAdminClient((superuser) => reportPlans(superuser, database.name, mode));
    const proxy = await startPostgresProxy(database.url);
    const app = await startTestApp({}, proxy.url);
    stopJobs(app);
    try {
      const subjects = await findSubjects(app.sql);
      const administrator = await signIn(app.client, 'admin@signet.localhost');
      const ada = await signIn(app.client, 'ada@example.com');
      const watched = new Map<string, Watched>();
      for (const { name, query, variables, asAdministrator } of OPERATIONS) {
        const token = (asAdministrator ? administrator : ada).accessToken;
        watched.set(
          name,
          await watchStatements(proxy, async () => {
            const answer = await app.client.send<object, object>(query, variables(subjects), { token });
            expect({ name, errors: answer.body.errors }).toEqual({ name, errors: undefined });
          }),
        );
      }
      return watched;
    } finally {
      await app.close();
      await proxy.close();
    }
  }

  it.each<PlanMode>(['force_custom_plan', 'force_generic_plan'])(
    'takes a known number of statements, and looks things up by index (%s)',
    async (mode) => {
      const watched = [...(await watchAll(mode))];
      expect(Object.fromEntries(watched.map(([name, { statements }]) => [name, statements]))).toEqual(
        STATEMENTS,
      );
      // Otherwise nothing was seen of the plans, and what follows says nothing.
      expect(watched.filter(([, { plans, statements }]) => plans.length !== statements)).toEqual([]);
      const scans = watched.flatMap(([name, operation]) =>
        growingReads(operation)
          .filter(({ by, rows }) => by === 'Seq Scan' && rows > FEW_ROWS)
          .map(({ table }) => `${name}: ${table}`),
      );
      expect(scans).toEqual([]);
      const hungry = watched
        .map(([name, operation]) => ({ name, rows: rowsOf(growingReads(operation)) }))
        .filter(({ name, rows }) => rows > MOST_ROWS && name !== READS_ALL_MATCHES);
      expect(hungry).toEqual([]);
    },
  );
});
