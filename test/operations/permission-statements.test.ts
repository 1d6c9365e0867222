import { signIn } from '../support/given.js';
import { OPERATIONS, findSubjects } from '../support/permission-operations.js';
import { reportPlans, watchStatements, type PlanMode, type Watched } from '../support/plans.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { createDatabase, withAdminClient } from '../support/postgres.js';
import { seedForTest } from '../support/seeded.js';
import { stopJobs } from '../support/statements.js';
import { startTestApp } from '../support/test-app.js';

/** Smaller than a real one, and large enough that reading a table from end to end is not what PostgreSQL prefers. */
const SIZES = { users: 5_000, auditEvents: 100_000 };

/** Statements that each operation sends, the caller's session and permissions included. */
const STATEMENTS: Record<string, number> = {};

/** Tables that grow with users and with time. */
const GROWING = new Set([
  'users',
  'user_emails',
  'sessions',
  'group_members',
  'role_grants',
  'permission_grants',
  'audit_events',
]);
/** A table of so few rows is read from end to end for good reason. */
const FEW_ROWS = 1_000;
/**
 * Rows that an operation may look at: pages of 21, and the catalogue. An index that is walked from its beginning to
 * a deep page is no sequential scan, and is found by this.
 */
const MOST_ROWS = 2_000;

describe('what people ask about permissions and the audit trail', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeAll(async () => {
    database = await createDatabase();
    await seedForTest(database.url, SIZES);
  });
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
      const scans = watched.flatMap(([name, { plans }]) =>
        plans
          .flatMap((plan) => plan.sequentialScans)
          .filter(({ table, rows }) => GROWING.has(table) && rows > FEW_ROWS)
          .map(({ table }) => `${name}: ${table}`),
      );
      expect(scans).toEqual([]);
      const hungry = watched
        .map(([name, { plans }]) => ({ name, rows: plans.reduce((sum, { rowsRead }) => sum + rowsRead, 0) }))
        .filter(({ rows }) => rows > MOST_ROWS);
      expect(hungry).toEqual([]);
    },
  );
});
