import type { Actor } from '../../support/actor.js';
import type { RegisteredService } from '../../support/given.js';
import {
  CreateRoleDocument,
  GrantPermissionDocument,
  GroupMembersDocument,
  PermissionGrantsDocument,
  PermissionHoldersDocument,
  RevokePermissionDocument,
  RoleGrantsDocument,
  UserGroupsDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

/** Enough for some pages of each list. */
const PEOPLE = 53;

let app: TestApp;
let admin: Actor;
let service: RegisteredService;
let ids: string[];
let groupIds: string[];
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
  service = await app.given.service({}, admin);
  await admin.does(CreateRoleDocument, { name: 'Clerk', permissions: [service.refund] });
  await admin.does(CreateRoleDocument, { name: 'Empty' });
  const rows = await app.sql<{ id: string }>(
    `INSERT INTO users (id, name, status, created_at, updated_at)
     SELECT gen_random_uuid(), 'Person', 'ACTIVE', now(), now() FROM generate_series(1, ${PEOPLE}) RETURNING id`,
  );
  ids = rows.map(({ id }) => id).toSorted();
  const groups = await app.sql<{ id: string }>(
    `INSERT INTO user_groups (id, name, created_at, updated_at)
     SELECT gen_random_uuid(), 'Group ' || n, now(), now() FROM generate_series(1, 12) n RETURNING id`,
  );
  groupIds = groups.map(({ id }) => id).toSorted();
  await app.sql('INSERT INTO group_ancestors (group_id, ancestor_id) SELECT id, id FROM user_groups');
  // One is in the other.
  await app.sql('INSERT INTO group_ancestors (group_id, ancestor_id) VALUES ($1, $2)', [
    groupIds[1],
    groupIds[0],
  ]);
  await spread();
});
afterAll(() => app.close());

/** People who hold orders:refund by one way, by several, by a way that has expired, or not at all. */
async function spread(): Promise<void> {
  const by = (rest: number) => ids.filter((_id, index) => index % 6 === rest);
  const insert = (table: string, columns: string, values: string, of: string[]) =>
    app.sql(`INSERT INTO ${table} (${columns}) SELECT ${values} FROM unnest($1::uuid[]) x`, [of]);
  const given = 'id, created_at, expires_at';
  const once = 'gen_random_uuid(), now(), NULL';
  const over = `gen_random_uuid(), now(), now() - interval '1 hour'`;
  const clerk = `(SELECT id FROM roles WHERE name = 'Clerk')`;
  await insert(
    'permission_grants',
    `${given}, permission, user_id`,
    `${once}, '${service.refund}', x`,
    by(0),
  );
  await insert('role_grants', `${given}, role_id, user_id`, `${once}, ${clerk}, x`, [...by(0), ...by(1)]);
  await insert('group_members', 'created_at, group_id, user_id', `now(), '${groupIds[1]}', x`, [
    ...by(0),
    ...by(2),
  ]);
  await insert('group_members', 'created_at, group_id, user_id', `now(), '${groupIds[2]}', x`, [
    ...by(2),
    ...by(3),
  ]);
  await insert(
    'group_permission_grants',
    `${given}, permission, group_id`,
    `${once}, '${service.refund}', x`,
    [groupIds[0]!],
  );
  await insert('group_role_grants', `${given}, role_id, group_id`, `${once}, ${clerk}, x`, groupIds.slice(2));
  await insert('role_grants', `${given}, role_id, user_id`, `${over}, ${clerk}, x`, by(4));
  await insert(
    'permission_grants',
    `${given}, permission, user_id`,
    `${over}, '${service.refund}', x`,
    by(4),
  );
}

interface Page<Node> {
  edges: { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor?: string | null };
}

/** Reads a list to its end; every page but the last is full, and says truly what is around it. */
async function readAll<Node>(
  size: number,
  read: (after: string | null) => Promise<Page<Node>>,
): Promise<Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (;;) {
    const { edges, pageInfo }: Page<Node> = await read(after);
    expect(pageInfo.hasPreviousPage).toBe(after !== null);
    expect(pageInfo.endCursor ?? null).toBe(edges.at(-1)?.cursor ?? null);
    nodes.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return nodes;
    expect(edges).toHaveLength(size);
    after = pageInfo.endCursor!;
  }
}

const holders =
  (first: number, name = service.refund) =>
  async (after: string | null) =>
    (await admin.asks(PermissionHoldersDocument, { name, first, after })).permission!.holders;
const idsOf = (nodes: { id: string }[]) => nodes.map(({ id }) => id);
const idsIn = ({ edges }: { edges: { node: { id: string } }[] }) => idsOf(edges.map(({ node }) => node));

describe('who holds a permission', () => {
  const expected = () => ids.filter((_id, index) => index % 6 < 4);

  it.each([1, 2, 7, 10, 36, 37, 100])('is read in pages of %i without a gap or a double', async (size) => {
    expect(idsOf(await readAll(size, holders(size)))).toEqual(expected());
  });

  it('comes twenty at a time unless told otherwise', async () => {
    const { permission } = await admin.asks(PermissionHoldersDocument, { name: service.refund });
    expect(idsIn(permission!.holders)).toEqual(expected().slice(0, 20));
  });

  it('is nobody for a permission that nobody has', async () => {
    expect(await holders(10, service.read)(null)).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('goes on behind the cursor when people come and go in between', async () => {
    const all = expected();
    const first = await holders(10)(null);
    const newcomers = ids.filter((_id, index) => index % 6 === 5);
    const [before, behind] = [
      newcomers.find((id) => id < all[9]!)!,
      newcomers.findLast((id) => id > all[9]!)!,
    ];
    for (const userId of [before, behind])
      await admin.does(GrantPermissionDocument, { userId, permission: service.refund });
    const rest = await holders(100)(first.pageInfo.endCursor!);
    expect(idsIn(rest)).toEqual([...all.slice(10), behind].toSorted());
    for (const userId of [before, behind])
      await admin.does(RevokePermissionDocument, { userId, permission: service.refund });
  });

  it('refuses sizes and cursors that are none', async () => {
    const ask = async (variables: object) =>
      (
        await app.client.send(
          PermissionHoldersDocument,
          { name: service.refund, ...variables },
          { token: admin.person.accessToken },
        )
      ).codes;
    for (const first of [0, -1, 101, 1000]) expect(await ask({ first })).toEqual(['BAD_USER_INPUT']);
    for (const after of ['', 'x', '\0', Buffer.from('none').toString('base64url'), 'x'.repeat(10_000)])
      expect(await ask({ after })).toEqual(['BAD_USER_INPUT']);
  });
});

describe('grants of a permission and of a role', () => {
  type Grant = { user: { id: string } | null; group: { name: string } | null };
  const receivers = (grants: Grant[]) => grants.map(({ user, group }) => user?.id ?? group?.name);

  it.each([1, 4, 9, 100])(
    'are read in pages of %i, users and groups alike, those in force alone',
    async (first) => {
      const ofPermission = await readAll<Grant>(first, async (after) => {
        const input = { name: service.refund, first, after };
        return (await admin.asks(PermissionGrantsDocument, input)).permission!.grants;
      });
      const ofRole = await readAll<Grant>(
        first,
        async (after) => (await admin.asks(RoleGrantsDocument, { name: 'Clerk', first, after })).role!.grants,
      );
      const groups = await app.sql<{ id: string; name: string }>('SELECT id, name FROM user_groups');
      const names = new Map(groups.map(({ id, name }) => [id, name]));
      const inOrder = (of: string[]) => of.toSorted().map((id) => names.get(id) ?? id);
      const usersBelow = (rest: number) => ids.filter((_id, index) => index % 6 < rest);
      expect(receivers(ofPermission)).toEqual(inOrder([...usersBelow(1), groupIds[0]!]));
      expect(receivers(ofRole)).toEqual(inOrder([...usersBelow(2), ...groupIds.slice(2)]));
    },
  );

  it('are none of a role that nobody has', async () => {
    const { role } = await admin.asks(RoleGrantsDocument, { name: 'Empty' });
    expect(role!.grants.edges).toEqual([]);
  });
});

describe('groups and their members', () => {
  it.each([1, 5, 100])('are read in pages of %i without a gap or a double', async (size) => {
    const groups = await readAll(
      size,
      async (after) => (await admin.asks(UserGroupsDocument, { first: size, after })).userGroups,
    );
    expect(idsOf(groups)).toEqual(groupIds);
    const members = await readAll(size, async (after) => {
      const { userGroup } = await admin.asks(GroupMembersDocument, { id: groupIds[1]!, first: size, after });
      return userGroup!.members;
    });
    expect(idsOf(members)).toEqual(ids.filter((_id, index) => index % 6 === 0 || index % 6 === 2));
  });

  it('are found by what the name contains, page by page', async () => {
    const find = async (search: string) =>
      (await admin.asks(UserGroupsDocument, { search, first: 100 })).userGroups.edges.map(
        ({ node }) => node.name,
      );
    expect((await find('GROUP 1')).toSorted()).toEqual(['Group 1', 'Group 10', 'Group 11', 'Group 12']);
    expect(await find(' 12 ')).toEqual(['Group 12']);
    for (const none of ['%', '_', '\\', 'none']) expect(await find(none)).toEqual([]);
    const found = await readAll(
      2,
      async (after) => (await admin.asks(UserGroupsDocument, { first: 2, after, search: 'p 1' })).userGroups,
    );
    expect(found).toHaveLength(4);
  });
});
