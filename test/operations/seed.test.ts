import pg from 'pg';
import { LoginDocument, ViewerDocument } from '../support/operations.js';
import { signIn } from '../support/given.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { createDatabase } from '../support/postgres.js';
import { SLOW_TEST_MS, SignetProcess, type Ending } from '../support/run-signet.js';
import { startTestApp, testEnvironment } from '../support/test-app.js';

const SIZES =
  '--users 2000 --audit-events 6000 --permissions 200 --roles 40 --groups 100 --grants-per-user 0.5';
const FLAGS = `${SIZES} --as-of 2026-01-31`.split(' ');

/** What a seed writes, and what of it is the same in every run: all but the salt of a hash. */
const TABLES: Record<string, string> = {
  services: 't::text',
  permissions: 't::text',
  roles: 't::text',
  role_permissions: 't::text',
  user_groups: 't::text',
  group_nestings: 't::text',
  group_ancestors: 't::text',
  group_role_grants: 't::text',
  group_permission_grants: 't::text',
  users: 't::text',
  user_emails: 't::text',
  password_credentials: 'user_id::text || changed_at',
  group_members: 't::text',
  role_grants: 't::text',
  permission_grants: 't::text',
  audit_events: 't::text',
};

type Database = Awaited<ReturnType<typeof createDatabase>>;

describe('npm run seed', () => {
  const databases: Database[] = [];
  const processes: SignetProcess[] = [];
  let database: Database;

  beforeEach(async () => {
    databases.push((database = await createDatabase()));
  });
  afterEach(async () => {
    for (const one of processes.splice(0)) {
      if (one.isRunning) one.kill('SIGKILL');
      await one.ended;
    }
  });
  afterAll(() => Promise.all(databases.map((one) => one.drop())));

  function start(flags: string[], options: { url?: string; input?: string } = {}): SignetProcess {
    const seed = new SignetProcess(flags, {
      command: [process.execPath, 'dist/scripts/seed.js'],
      env: testEnvironment(options.url ?? database.url),
      input: options.input ?? '',
    });
    processes.push(seed);
    return seed;
  }
  const run = (flags: string[], options = {}): Promise<Ending> => start(flags, options).ended;

  async function sql<Row extends object>(text: string, url = database.url): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async function content(url = database.url): Promise<Record<string, string>> {
    const sums = Object.entries(TABLES).map(
      ([table, row]) =>
        `SELECT '${table}' AS "table", count(*) || ' rows, sum ' || coalesce(sum(hashtextextended(${row}, 0)), 0) AS sum FROM ${table} t`,
    );
    const rows = await sql<{ table: string; sum: string }>(sums.join(' UNION ALL '), url);
    return Object.fromEntries(rows.map(({ table, sum }) => [table, sum]));
  }

  /** Kills the seed in the middle of a batch: when it is about to send a statement for the tenth time. */
  async function killAt(statement: string): Promise<void> {
    const proxy = await startPostgresProxy(database.url);
    const seed = start([...FLAGS, '--batch-rows', '40'], { url: proxy.url });
    let seen = 0;
    proxy.watch(({ direction, bytes }) => {
      if (direction === 'to-postgres' && bytes.includes(statement)) seen += 1;
      if (seen < 10) return 'forward';
      seed.kill('SIGKILL');
      return 'cut';
    });
    expect((await seed.ended).signal).toBe('SIGKILL');
    await proxy.close();
  }

  it(
    'killed twice on the way and started again gives what one run gives, and a further run adds nothing',
    async () => {
      const whole = await createDatabase();
      databases.push(whole);
      expect(await run(FLAGS, { url: whole.url })).toMatchObject({ code: 0 });
      const expected = await content(whole.url);
      expect(expected['users']).toMatch(/^2000 rows/);
      expect(expected['audit_events']).toMatch(/^6000 rows/);

      // The users of the tenth batch are inserted by then, and their addresses are not.
      await killAt('INSERT INTO user_emails');
      expect((await content())['users']).toMatch(/^360 rows/);
      await killAt('INSERT INTO audit_events');
      expect((await content())['audit_events']).toMatch(/^360 rows/);
      expect(await run(FLAGS)).toMatchObject({ code: 0 });
      expect(await content()).toEqual(expected);

      const again = await run(FLAGS);
      expect(again).toMatchObject({
        code: 0,
        output: expect.stringContaining('Everything was there already.'),
      });
      expect(await content()).toEqual(expected);
    },
    SLOW_TEST_MS,
  );

  it(
    'knows which group is in which, however deep',
    async () => {
      await run(FLAGS);
      const differences = await sql(`
      WITH RECURSIVE up AS (SELECT id AS group_id, id AS ancestor_id FROM user_groups
        UNION SELECT up.group_id, n.group_id FROM up JOIN group_nestings n ON n.member_group_id = up.ancestor_id)
      (TABLE up EXCEPT TABLE group_ancestors) UNION ALL (TABLE group_ancestors EXCEPT TABLE up)`);
      const [deepest] = await sql<{ most: number }>(
        'SELECT max(n)::int AS most FROM (SELECT count(*) n FROM group_ancestors GROUP BY group_id) counts',
      );
      expect(differences).toEqual([]);
      expect(deepest!.most).toBeGreaterThan(2);
    },
    SLOW_TEST_MS,
  );

  it(
    'shows two passwords once, with which the administrator and Ada sign in',
    async () => {
      const { output } = await run(FLAGS);
      const shown = (address: string) => new RegExp(`${address} +([0-9a-f-]{44}) `).exec(output)![1]!;
      const passwords = ['admin@signet.localhost', 'ada@example.com'].map(shown);
      expect(passwords[0]).not.toBe(passwords[1]);
      expect((await run(FLAGS)).output).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{8}/);

      const app = await startTestApp({}, database.url);
      try {
        const administrator = await signIn(app.client, 'admin@signet.localhost', passwords[0]!);
        const { viewer } = (await app.client.send(ViewerDocument, {}, { token: administrator.accessToken }))
          .data;
        expect(viewer!.permissions.map(({ name }) => name)).toContain('signet:permissions.manage');
        const ada = await signIn(app.client, 'ada@example.com', passwords[1]!);
        const hers = (await app.client.send(ViewerDocument, {}, { token: ada.accessToken })).data.viewer!;
        expect(hers.permissions.map(({ name }) => name)).toContain('orders:refund');
        const guess = { input: { email: 'admin@signet.localhost', password: passwords[1]! } };
        expect((await app.client.send(LoginDocument, guess)).data.login.__typename).toBe(
          'InvalidCredentials',
        );
      } finally {
        await app.close();
      }
    },
    SLOW_TEST_MS,
  );

  it(
    'takes a password for everybody from standard input, unless it is a bad one',
    async () => {
      const bad = await run([...FLAGS, '--password-stdin'], { input: 'password\n' });
      expect(bad).toMatchObject({ code: 1, output: expect.stringContaining('at least 15 characters') });
      const good = await run([...FLAGS, '--password-stdin'], { input: 'seven blue kettles sing\n' });
      expect(good).toMatchObject({ code: 0, output: expect.not.stringContaining('kettles') });
      const app = await startTestApp({}, database.url);
      const ada = await signIn(app.client, 'ada@example.com', 'seven blue kettles sing');
      await app.close();
      expect(ada.accessToken).toBeTruthy();
    },
    SLOW_TEST_MS,
  );

  it(
    'refuses to go on with other flags, and flags that make no sense, each by name',
    async () => {
      await run(FLAGS);
      const before = await content();
      const other = await run([...FLAGS, '--users', '2001']);
      expect(other).toMatchObject({
        code: 1,
        output: expect.stringContaining('--users was 2000 and is now 2001'),
      });
      const senseless = await run(['--users', '1', '--permissions', '3']);
      expect(senseless.output).toMatch(/--users must be.*\n--permissions must be/);
      expect(await content()).toEqual(before);
    },
    SLOW_TEST_MS,
  );

  it(
    'leaves a database alone that holds something else, unless it is told to add to it',
    async () => {
      const app = await startTestApp({}, database.url);
      const ada = await app.given.user({ email: 'ada@example.com' });
      await app.close();
      const refused = await run(FLAGS);
      expect(refused).toMatchObject({
        code: 1,
        output: expect.stringContaining('it holds accounts, audit events'),
      });
      expect(await sql('SELECT 1 FROM users')).toHaveLength(1);

      expect(await run([...FLAGS, '--into-existing'])).toMatchObject({ code: 0 });
      // Ada stays who she was, with her password and without anything that a seed gives.
      expect(await sql('SELECT 1 FROM users')).toHaveLength(2000);
      const hers = `SELECT 1 FROM group_members WHERE user_id = '${ada.id}' UNION ALL
      SELECT 1 FROM permission_grants WHERE user_id = '${ada.id}'`;
      expect(await sql(hers)).toEqual([]);
      const later = await startTestApp({}, database.url);
      const login = await later.given.login(ada);
      await later.close();
      expect(login.id).toBe(ada.id);
    },
    SLOW_TEST_MS,
  );

  it(
    'refuses the database of another program, and one on another machine',
    async () => {
      const foreign = await createDatabase({ empty: true });
      databases.push(foreign);
      await sql('CREATE TABLE invoices (id int)', foreign.url);
      const { output } = await run(FLAGS, { url: foreign.url });
      expect(output).toContain('belongs to another program: it has a table invoices');
      const far = await run(FLAGS, { url: 'postgresql://signet:secret@db.example.com/signet' });
      expect(far).toMatchObject({ code: 1, output: expect.stringContaining('give --yes if you mean it') });
      expect(far.output).not.toContain('secret');
    },
    SLOW_TEST_MS,
  );
});
