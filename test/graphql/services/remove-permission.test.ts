import type { Actor } from '../../support/actor.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  PermissionDocument,
  RoleDocument,
  SuspendUserDocument,
  UpdateServiceDocument,
  UserAccessDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let slug: string;
let refund: string;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
});
beforeEach(async () => {
  ({ slug, refund } = await app.given.service({}, admin));
});
afterAll(() => app.close());

const DEPRECATED = [{ name: 'read' }, { name: 'refund', deprecated: 'Use credit instead.' }];
const WITHOUT = [{ name: 'read' }];

const people = async (count: number) => {
  const made = [];
  for (let index = 0; index < count; index += 1) made.push((await app.given.user()).id);
  return made as [string, ...string[]] & string[];
};
const give = (to: { userId: string } | { groupId: string }, permission = refund, expiresAt?: string) =>
  admin.does(GrantPermissionDocument, { ...to, permission, ...(expiresAt ? { expiresAt } : {}) });
const newRole = async (permissions: string[]) =>
  (await admin.does(CreateRoleDocument, { name: `Role ${app.given.slug()}`, permissions })).role.name;
const newGroup = async (...userIds: string[]) => {
  const { group } = await admin.does(CreateGroupDocument, { name: `Group ${app.given.slug()}` });
  for (const userId of userIds) await admin.does(AddGroupMemberDocument, { groupId: group.id, userId });
  return group.id;
};
const inAnHour = () => new Date(app.clock.now().getTime() + 3_600_000).toISOString();

describe('a permission that a manifest leaves out', () => {
  it('has to be deprecated before', async () => {
    expect(await admin.faults(UpdateServiceDocument, { slug, permissions: WITHOUT, confirm: true })).toEqual([
      ['permissions', 'NOT_DEPRECATED'],
    ]);
    const { fields } = await admin.fails(UpdateServiceDocument, { slug, permissions: [] });
    expect(fields!.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${slug}:read is in use and the manifest leaves it out. Deprecate it first`),
      expect.stringContaining(`{ name: refund, deprecated: "what to use instead" }`),
    ]);
    expect((await admin.asks(PermissionDocument, { name: refund })).permission).not.toBeNull();
  });

  it('goes without a confirmation when nobody has it', async () => {
    const role = await newRole([refund]);
    await admin.does(UpdateServiceDocument, { slug, permissions: DEPRECATED });
    const { changes } = await admin.does(UpdateServiceDocument, { slug, permissions: WITHOUT });
    expect(changes).toEqual([
      {
        ...{ action: 'REMOVE', kind: 'PERMISSION', name: refund },
        before: { description: null, deprecated: 'Use credit instead.' },
        after: null,
      },
    ]);
    expect((await admin.asks(PermissionDocument, { name: refund })).permission).toBeNull();
    expect((await admin.asks(RoleDocument, { name: role })).role!.permissions).toEqual([]);
  });

  it('is in force while it is deprecated, and given to nobody else', async () => {
    const [ada, bob] = await people(2);
    await give({ userId: ada });
    const role = await newRole([refund]);
    await admin.does(UpdateServiceDocument, { slug, permissions: DEPRECATED });
    const { user } = await admin.asks(UserAccessDocument, { id: ada });
    expect(user!.permissions).toEqual([{ name: refund }]);
    const { fields } = await admin.fails(GrantPermissionDocument, { userId: bob!, permission: refund });
    expect(fields).toEqual([
      {
        ...{ path: 'permission', code: 'DEPRECATED' },
        message: `${refund} is deprecated and cannot be given anew. Use credit instead.`,
      },
    ]);
    const inNewRole = { name: 'New', permissions: [`${slug}:read`, refund] };
    expect(await admin.faults(CreateRoleDocument, inNewRole)).toEqual([['permissions[1]', 'DEPRECATED']]);
    // A role that holds it goes on giving it.
    await admin.does(GrantRoleDocument, { userId: bob!, role });
  });

  it('asks for a confirmation, and says who loses it', async () => {
    const [byItself, byRole, byGroup, byGroupRole, byManifest] = await people(5);
    await give({ userId: byItself });
    await admin.does(GrantRoleDocument, { userId: byRole!, role: await newRole([refund]) });
    await give({ groupId: await newGroup(byGroup!) });
    const role = await newRole([refund, `${slug}:read`]);
    await admin.does(GrantRoleDocument, { groupId: await newGroup(byGroupRole!), role });
    const roles = [{ name: `Agent of ${slug}`, permissions: ['refund'] }];
    await admin.does(UpdateServiceDocument, { slug, roles });
    await admin.does(GrantRoleDocument, { userId: byManifest!, role: `Agent of ${slug}` });
    await admin.does(UpdateServiceDocument, { slug, permissions: DEPRECATED });

    const input = { slug, permissions: WITHOUT, roles: [] };
    const { __typename, losses } = await admin.fails(UpdateServiceDocument, input);
    expect(__typename).toBe('ConfirmationRequired');
    const users = [byItself, byRole, byGroup, byGroupRole, byManifest]
      .map(String)
      .toSorted()
      .map((id) => ({ id }));
    expect(losses).toEqual([{ permission: refund, userCount: 5, users }]);
    expect((await admin.asks(PermissionDocument, { name: refund })).permission).not.toBeNull();

    await admin.does(UpdateServiceDocument, { ...input, confirm: true });
    for (const { id } of users) {
      const { user } = await admin.asks(UserAccessDocument, { id: id! });
      expect(user!.permissions.map(({ name }) => name)).not.toContain(refund);
    }
  });

  it('counts nobody who has it no more, or may not sign in', async () => {
    const [expired, suspended, holder] = await people(3);
    await give({ userId: expired }, refund, inAnHour());
    await give({ userId: suspended! });
    await give({ userId: holder! });
    await admin.does(SuspendUserDocument, { userId: suspended! });
    app.clock.advance(3600);
    admin = await app.given.acting();
    await admin.does(UpdateServiceDocument, { slug, permissions: DEPRECATED });
    const { losses } = await admin.fails(UpdateServiceDocument, { slug, permissions: WITHOUT });
    expect(losses).toEqual([{ permission: refund, userCount: 1, users: [{ id: holder }] }]);
    await admin.does(UpdateServiceDocument, { slug, permissions: WITHOUT, confirm: true });
  });

  it('names the first twenty, and counts all', async () => {
    const ids = (
      await app.sql<{ id: string }>(
        `INSERT INTO users (id, name, status, created_at, updated_at)
         SELECT gen_random_uuid(), 'x', 'ACTIVE', now(), now() FROM generate_series(1, 23) RETURNING id`,
      )
    ).map(({ id }) => id);
    await app.sql(
      `INSERT INTO permission_grants (id, user_id, permission, created_at)
       SELECT gen_random_uuid(), id, $2, now() FROM unnest($1::uuid[]) id`,
      [ids, refund],
    );
    await admin.does(UpdateServiceDocument, { slug, permissions: DEPRECATED });
    const { losses, message } = await admin.fails(UpdateServiceDocument, { slug, permissions: WITHOUT });
    expect(losses![0]!.userCount).toBe(23);
    expect(losses![0]!.users.map(({ id }) => id)).toEqual(ids.toSorted().slice(0, 20));
    expect(message).toContain(`23 people would lose ${refund}`);
  });
});

describe('a permission that leaves a role of the manifest', () => {
  it('is lost by nobody who keeps it by another way, whichever that is', async () => {
    const name = `Agent of ${slug}`;
    await admin.does(UpdateServiceDocument, { slug, roles: [{ name, permissions: ['refund'] }] });
    const [onlyByRole, alsoByItself, alsoByRole, alsoByGroup, alsoForAnHour, alsoByGroupOfRole] =
      await people(6);
    for (const userId of [
      onlyByRole,
      alsoByItself,
      alsoByRole,
      alsoByGroup,
      alsoForAnHour,
      alsoByGroupOfRole,
    ])
      await admin.does(GrantRoleDocument, { userId: userId!, role: name });
    await give({ userId: alsoByItself! });
    await admin.does(GrantRoleDocument, { userId: alsoByRole!, role: await newRole([refund]) });
    await give({ groupId: await newGroup(alsoByGroup!) });
    await give({ userId: alsoForAnHour! }, refund, inAnHour());
    // The same role once more, through a group, is no other way.
    await admin.does(GrantRoleDocument, { groupId: await newGroup(alsoByGroupOfRole!), role: name });

    const input = { slug, roles: [{ name, permissions: ['read'] }] };
    const { losses } = await admin.fails(UpdateServiceDocument, input);
    const losers = [onlyByRole, alsoByGroupOfRole]
      .map(String)
      .toSorted()
      .map((id) => ({ id }));
    expect(losses).toEqual([{ permission: refund, userCount: 2, users: losers }]);

    app.clock.advance(3600);
    admin = await app.given.acting();
    const later = await admin.fails(UpdateServiceDocument, input);
    expect(later.losses![0]!.userCount).toBe(3);
  });

  it('is lost with the role when the manifest leaves that out', async () => {
    const name = `Agent of ${slug}`;
    const [ada] = await people(1);
    await admin.does(UpdateServiceDocument, { slug, roles: [{ name, permissions: ['refund', 'read'] }] });
    await admin.does(GrantRoleDocument, { userId: ada, role: name });
    await give({ userId: ada }, `${slug}:read`);
    const { losses } = await admin.fails(UpdateServiceDocument, { slug, roles: [] });
    expect(losses).toEqual([{ permission: refund, userCount: 1, users: [{ id: ada }] }]);
  });
});
