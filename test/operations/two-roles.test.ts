import { readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { GOOD_PASSWORD, newAddress } from '../support/given.js';
import { superuserUrl, withAdminClient } from '../support/postgres.js';
import { SLOW_TEST_MS, endProcesses, runSignet } from '../support/run-signet.js';
import { startServerProcess, type ServerProcess } from '../support/server-process.js';
import { testEnvironment } from '../support/test-app.js';
import { runTour, signedInService } from '../support/tour.js';

const suffix = randomBytes(6).toString('hex');
const [owner, application, database] = [`owner_${suffix}`, `app_${suffix}`, `two_roles_${suffix}`];

/** The SQL that docs/operating.md gives to operators, under the names of this test. */
async function documented(block: string): Promise<string> {
  const text = await readFile('docs/operating.md', 'utf8');
  const sql = new RegExp(`<!-- two-roles: ${block} -->\\s+\`\`\`sql\\n([^]*?)\`\`\``).exec(text)?.[1];
  if (!sql) throw new Error(`docs/operating.md has no SQL for ${block}`);
  return sql
    .replaceAll('signet_owner', owner)
    .replaceAll('signet_app', application)
    .replace(/DATABASE signet\b/g, `DATABASE ${database}`);
}

const urlAs = (username: string) =>
  Object.assign(new URL(superuserUrl(database)), { username, password: 'of nobody' }).href;

async function sqlAs(username: string, text: string) {
  const client = new pg.Client({ connectionString: urlAs(username) });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  await withAdminClient(async (client) => {
    // One by one, since a database cannot be made within the transaction of a script.
    for (const statement of (await documented('superuser')).split(';').filter((text) => text.trim()))
      await client.query(statement);
  });
});
let server: ServerProcess | undefined;
afterAll(async () => {
  await server?.stop();
  await endProcesses();
  await withAdminClient(async (client) => {
    await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await client.query(`DROP ROLE ${owner}, ${application}`);
  });
});

it(
  'an owner that migrates and an application role that cannot touch the audit trail do for the whole tour',
  async () => {
    const env = { SIGNET_MIGRATE_ON_START: 'off' };
    const migrated = await runSignet(['migrate'], { env: testEnvironment(urlAs(owner)) }).ended;
    expect(migrated).toMatchObject({ code: 0, output: expect.stringContaining('applied 0003') });

    // Who forgets the grants is told where they are.
    const ungranted = await runSignet(['start'], { env: testEnvironment(urlAs(application), env) }).ended;
    expect(ungranted.output).toMatch(/DATABASE_URL: the user may not use the tables.*docs\/operating\.md/);
    await sqlAs(owner, await documented('owner'));

    const admin = { adminEmail: newAddress(), adminPassword: 'ten purple otters dance' };
    server = await startServerProcess({
      databaseUrl: urlAs(application),
      env: { ...env, SIGNET_ADMIN_EMAIL: admin.adminEmail, SIGNET_ADMIN_PASSWORD: admin.adminPassword },
    });
    expect(server.output()).not.toContain('audit.not-append-only');
    const { answers } = await runTour(server.client, {
      ...admin,
      ...(await signedInService(server.client, (text) => sqlAs(application, text))),
      email: newAddress(),
      password: GOOD_PASSWORD,
      newPassword: 'nine green lanterns hum',
      name: 'Ada Byron',
      inAWeek: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    });
    expect(answers['DeleteUser'].deleteUser.user.status).toBe('DELETED');
    expect(await server.stop()).toBe(0);
    const rotated = await runSignet(['keys', 'rotate'], { env: testEnvironment(urlAs(application), env) })
      .ended;
    expect(rotated).toMatchObject({ code: 0 });

    // What a later version adds is the application's to use, without another grant.
    await sqlAs(owner, 'CREATE TABLE later (id int)');
    await sqlAs(application, 'INSERT INTO later VALUES (1); UPDATE later SET id = 2; DELETE FROM later');

    const { rowCount } = await sqlAs(application, 'SELECT 1 FROM audit_events');
    expect(rowCount).toBeGreaterThan(10);
    for (const statement of [
      `UPDATE audit_events SET type = 'user.created'`,
      'DELETE FROM audit_events',
      'TRUNCATE audit_events',
      'DROP TABLE audit_events',
      'ALTER TABLE audit_events ADD CONSTRAINT none CHECK (false) NOT VALID',
      'CREATE TABLE mine (id int)',
      'DELETE FROM signet_migrations',
      'UPDATE signet_migration_lock SET id = 2',
    ])
      await expect(sqlAs(application, statement)).rejects.toMatchObject({ code: '42501' });
    // What it cannot do, it cannot give back to itself: PostgreSQL answers such a GRANT with a warning alone.
    await sqlAs(application, `GRANT UPDATE, DELETE ON audit_events TO ${application}`);
    await expect(sqlAs(application, 'DELETE FROM audit_events')).rejects.toMatchObject({ code: '42501' });
  },
  SLOW_TEST_MS,
);
