import pg from 'pg';
import {
  AddGroupMemberDocument,
  ChangePasswordDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  GroupMembersDocument,
  LoginDocument,
  LogoutEverywhereDocument,
  PermissionCheckDocument,
  PermissionGrantsDocument,
  PermissionHoldersDocument,
  ReferencesDocument,
  RemoveGroupMemberDocument,
  RevokePermissionDocument,
  RevokeRoleDocument,
  RoleGrantsDocument,
  UserAccessDocument,
  UsersDocument,
  ViewerDocument,
  ViewerSessionsDocument,
} from '../support/operations.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { createDatabase, withAdminClient } from '../support/postgres.js';
import { logoutWith, refresh, refreshed, successor } from '../support/refresh.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const SEEDED = 20_000;

/** Tables that grow with users, so that reading one from end to end is felt. */
const BIG_TABLES = [
  ...['users', 'user_emails', 'password_credentials', 'sessions'],
  ...['permission_grants', 'role_grants', 'group_members'],
];

/** Runs SQL on a database from outside. */
async function sql<Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Twenty thousand people, each with an address, a password, a permission, a role, a group and a session. */
const SEED = `
  INSERT INTO users (id, name, status, created_at, updated_at)
    SELECT gen_random_uuid(), 'Person ' || n, 'ACTIVE', now(), now() FROM generate_series(1, ${SEEDED}) n;
  INSERT INTO user_emails (address, user_id, email, created_at)
    SELECT id || '@example.com', id, id || '@example.com', now() FROM users;
  INSERT INTO password_credentials (user_id, password_hash, changed_at) SELECT id, 'no hash', now() FROM users;
  INSERT INTO permission_grants (id, user_id, permission, created_at)
    SELECT gen_random_uuid(), id, 'signet:users.read', now() FROM users;
  INSERT INTO roles (id, name, created_at, updated_at)
    SELECT gen_random_uuid(), 'role ' || n, now(), now() FROM generate_series(1, 100) n;
  INSERT INTO role_permissions (role_id, permission)
    SELECT id, 'signet:audit.read' FROM roles WHERE name <> 'administrator';
  INSERT INTO role_grants (id, user_id, role_id, created_at)
    SELECT gen_random_uuid(), u.id, r.id, now() FROM (SELECT id, row_number() OVER () AS n FROM users) u
      JOIN roles r ON r.name = 'role ' || (u.n % 100 + 1);
  INSERT INTO user_groups (id, name, created_at, updated_at)
    SELECT gen_random_uuid(), 'group ' || n, now(), now() FROM generate_series(1, 100) n;
  INSERT INTO group_ancestors (group_id, ancestor_id) SELECT id, id FROM user_groups;
  INSERT INTO group_permission_grants (id, group_id, permission, created_at)
    SELECT gen_random_uuid(), id, 'signet:permissions.read', now() FROM user_groups;
  INSERT INTO group_members (user_id, group_id, created_at)
    SELECT u.id, g.id, now() FROM (SELECT id, row_number() OVER () AS n FROM users) u
      JOIN user_groups g ON g.name = 'group ' || (u.n % 100 + 1);
  INSERT INTO sessions (id, user_id, client_id, amr, ip_address, network, created_at, authenticated_at,
      refresh_generation, refreshed_at, idle_expires_at, absolute_expires_at)
    SELECT gen_random_uuid(), id, 'seed', '{pwd}', '192.0.2.1', '192.0.2.1', now(), now(), 1, now(),
      now() + interval '7 days', now() + interval '30 days' FROM users`;

describe('the statements of a refresh', () => {
  it('update heap-only: no index is touched, however often a session goes on', async () => {
    const database = await createDatabase();
    const app = await startTestApp({}, database.url);
    const people = await Promise.all(Array.from({ length: 8 }, () => app.given.user()));
    for (const person of people) {
      let token = person.refreshToken;
      for (let round = 0; round < 25; round += 1) {
        app.clock.advance(1); // or the times that are written would be those that were there
        token = await successor(app.client, token);
      }
    }
    await app.close(); // PostgreSQL counts what a connection did when it ends, at the latest
    const [counted] = await sql<{ updates: number; heap_only: number }>(
      database.url,
      `SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS heap_only FROM pg_stat_user_tables WHERE relname = 'sessions'`,
    );
    expect(counted!.updates).toBe(200);
    // A page may be full for a moment, while a snapshot of autovacuum keeps old versions; an index makes it 0.
    expect(counted!.heap_only).toBeGreaterThanOrEqual(190);
    await database.drop();
  });
});

describe('statements an operation sends to PostgreSQL', () => {
  it('are one for a refresh, one for viewer, one for a page of references, and two for a second answer', async () => {
    const database = await createDatabase();
    const proxy = await startPostgresProxy(database.url);
    const app = await startTestApp({}, proxy.url);
    /** Executions of prepared statements, and simple queries. */
    async function statementsOf(operation: () => Promise<unknown>): Promise<number> {
      let statements = 0;
      proxy.watch(({ direction, type }) => {
        if (direction === 'to-postgres' && (type === 'E' || type === 'Q')) statements += 1;
        return 'forward';
      });
      await operation();
      proxy.unwatch();
      return statements;
    }
    try {
      const people = await Promise.all(Array.from({ length: 4 }, () => app.given.user()));
      const ada = people[0]!;
      const token = ada.accessToken;
      const representations = Array.from({ length: 100 }, (_, index) => ({
        __typename: 'User',
        id: people[index % people.length]!.id,
      }));
      expect({
        refresh: await statementsOf(() => refreshed(app.client, ada.refreshToken)),
        secondAnswer: await statementsOf(() => refreshed(app.client, ada.refreshToken)),
        viewer: await statementsOf(() => app.client.send(ViewerDocument, {}, { token })),
        references: await statementsOf(() =>
          app.client.send(ReferencesDocument, { representations }, { token }),
        ),
        forged: await statementsOf(() => refresh(app.client, `${ada.refreshToken.slice(0, -4)}AAAA`)),
      }).toEqual({ refresh: 1, secondAnswer: 2, viewer: 1, references: 1, forged: 0 });
    } finally {
      await app.close();
      await proxy.close();
      await database.drop();
    }
  });
});

/** What administrators do and ask every day, about two people. */
async function changeWhoMayDoWhat(app: TestApp, userId: string, otherId: string): Promise<void> {
  const admin = await app.given.acting();
  const [group] = await app.sql<{ id: string }>(`SELECT id FROM user_groups WHERE name = 'group 7'`);
  const groupId = group!.id;
  const permission = 'signet:users.manage';
  for (const id of [userId, otherId]) {
    await admin.does(GrantRoleDocument, { userId: id, role: 'administrator' });
    await admin.does(GrantPermissionDocument, { userId: id, permission });
    await admin.does(AddGroupMemberDocument, { groupId, userId: id });
    await admin.asks(UserAccessDocument, { id });
    await admin.asks(PermissionCheckDocument, { userId: id, permission: 'signet:permissions.read' });
    await admin.does(RevokeRoleDocument, { userId: id, role: 'administrator' });
    await admin.does(RevokePermissionDocument, { userId: id, permission });
    await admin.does(RemoveGroupMemberDocument, { groupId, userId: id });
  }
  // By each of the three ways everybody holds one of these.
  for (const name of ['signet:users.read', 'signet:audit.read', 'signet:permissions.read']) {
    const { permission: found } = await admin.asks(PermissionHoldersDocument, { name });
    const { endCursor: after } = found!.holders.pageInfo;
    expect(after).not.toBeNull();
    await admin.asks(PermissionHoldersDocument, { name, after });
    await admin.asks(PermissionGrantsDocument, { name });
  }
  await admin.asks(RoleGrantsDocument, { name: 'role 7' });
  await admin.asks(GroupMembersDocument, { id: groupId });
}

describe('tables of twenty thousand users and sessions', () => {
  it('are never read from end to end by what people do every day', async () => {
    const database = await createDatabase();
    await sql(database.url, SEED);
    await sql(database.url, 'ANALYZE');
    await withAdminClient((client) => client.query('SELECT pg_stat_reset()'), database.name);
    const app = await startTestApp({}, database.url);

    const ada = await app.given.user();
    const elsewhere = await app.given.login(ada);
    await app.given.permission(ada.id, 'signet:users.read');
    const credentials = { email: ada.email, password: 'not the password of Ada' };
    await app.client.send(LoginDocument, { input: credentials });
    await app.client.send(LoginDocument, { input: { ...credentials, email: app.given.email() } });
    const second = await successor(app.client, ada.refreshToken);
    await successor(app.client, ada.refreshToken);
    await successor(app.client, second);
    const options = { token: elsewhere.accessToken };
    // A page that is half a percent of a table is already estimated to be cheaper by a scan; a small one is not.
    const seeded = await app.sql<{ id: string }>('SELECT id FROM users ORDER BY id LIMIT 20');
    const representations = seeded.map(({ id }) => ({ __typename: 'User', id }));
    for (const answer of [
      await app.client.send(ViewerDocument, {}, options),
      await app.client.send(ViewerSessionsDocument, {}, options),
      await app.client.send(ReferencesDocument, { representations }, options),
      await app.client.send(UsersDocument, { first: 20 }, options),
    ])
      expect(answer.codes).toEqual([]);
    // The theft, with its audit rows and its mail.
    expect((await refresh(app.client, ada.refreshToken)).kind).toBe('RefreshTokenReused');
    const input = { currentPassword: ada.password, newPassword: 'nine red kettles hum along' };
    expect((await app.client.send(ChangePasswordDocument, { input }, options)).codes).toEqual([]);
    await logoutWith(app.client, elsewhere.refreshToken);
    const again = await app.given.login({ ...ada, password: input.newPassword });
    await app.client.send(LogoutEverywhereDocument, { input: {} }, { token: again.accessToken });
    await changeWhoMayDoWhat(app, ada.id, seeded[0]!.id);
    await app.close();

    const scans = await sql<{ relname: string; seq_scan: number; is_used: boolean }>(
      database.url,
      `SELECT relname, seq_scan::int, idx_scan > 0 AS is_used FROM pg_stat_user_tables WHERE relname = ANY($1)`,
      [BIG_TABLES],
    );
    expect(scans.toSorted((one, other) => one.relname.localeCompare(other.relname))).toEqual(
      BIG_TABLES.toSorted().map((relname) => ({ relname, seq_scan: 0, is_used: true })),
    );
    await database.drop();
  });
});
