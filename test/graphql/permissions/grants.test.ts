import type { Actor } from '../../support/actor.js';
import type { Person, RegisteredService } from '../../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  DeleteUserDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  PermissionGrantsDocument,
  RoleGrantsDocument,
  SuspendUserDocument,
  UserAccessDocument,
  UserGroupDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let service: RegisteredService;
let role: string;
let ada: Person;
let groupId: string;
let groupName: string;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  admin = await app.given.acting();
  service = await app.given.service({}, admin);
  role = `Clerk of ${service.slug}`;
  groupName = `Group of ${service.slug}`;
  await admin.does(CreateRoleDocument, { name: role, permissions: [service.read, service.refund] });
  ({ id: groupId } = (await admin.does(CreateGroupDocument, { name: groupName })).group);
  ada = await app.given.user();
  await admin.does(AddGroupMemberDocument, { groupId, userId: ada.id });
});
afterAll(() => app.close());

const inSeconds = (seconds: number) => new Date(app.clock.now().getTime() + seconds * 1000).toISOString();
const events = () => app.sql<{ count: number }>('SELECT count(*)::int AS count FROM audit_events');
const access = async () => (await admin.asks(UserAccessDocument, { id: ada.id })).user!;
const names = (list: { name: string }[]) => list.map(({ name }) => name);

/** The four things that can be granted, each by the mutation for it. */
const kinds = {
  'a role to a user': {
    grant: (terms: object = {}) => admin.does(GrantRoleDocument, { userId: ada.id, role, ...terms }),
    faults: (terms: object) => admin.faults(GrantRoleDocument, { userId: ada.id, role, ...terms }),
    shape: () => ({ role: { name: role }, permission: null, user: { id: ada.id }, group: null }),
    gives: () => [service.read, service.refund],
  },
  'a permission to a user': {
    grant: (terms: object = {}) =>
      admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.read, ...terms }),
    faults: (terms: object) =>
      admin.faults(GrantPermissionDocument, { userId: ada.id, permission: service.read, ...terms }),
    shape: () => ({ role: null, permission: { name: service.read }, user: { id: ada.id }, group: null }),
    gives: () => [service.read],
  },
  'a role to a group': {
    grant: (terms: object = {}) => admin.does(GrantRoleDocument, { groupId, role, ...terms }),
    faults: (terms: object) => admin.faults(GrantRoleDocument, { groupId, role, ...terms }),
    shape: () => ({ role: { name: role }, permission: null, user: null, group: { name: groupName } }),
    gives: () => [service.read, service.refund],
  },
  'a permission to a group': {
    grant: (terms: object = {}) =>
      admin.does(GrantPermissionDocument, { groupId, permission: service.read, ...terms }),
    faults: (terms: object) =>
      admin.faults(GrantPermissionDocument, { groupId, permission: service.read, ...terms }),
    shape: () => ({ role: null, permission: { name: service.read }, user: null, group: { name: groupName } }),
    gives: () => [service.read],
  },
};

describe.each(Object.entries(kinds))('granting %s', (_kind, { grant, faults, shape, gives }) => {
  it('gives it at once, and says by whom, why and until when', async () => {
    const expiresAt = inSeconds(60);
    const { grant: given } = await grant({ reason: 'Covers for Grace', expiresAt });
    const terms = { reason: 'Covers for Grace', expiresAt, createdAt: app.clock.now().toISOString() };
    expect(given).toEqual({ id: expect.any(String), ...shape(), grantedBy: { id: admin.id }, ...terms });
    const user = await access();
    expect(names(user.permissions)).toEqual(gives());
    expect(user.grants).toEqual([given]);
    expect(names(user.roles)).toEqual(shape().role ? [role] : []);
  });

  it('changes nothing and writes nothing the second time', async () => {
    const terms = { reason: 'Why', expiresAt: inSeconds(60) };
    const first = await grant(terms);
    const before = await events();
    app.clock.advance(1);
    expect(await grant(terms)).toEqual(first);
    expect(await events()).toEqual(before);
  });

  it('gives what is there another reason and another end, and does not give it twice', async () => {
    const { grant: first } = await grant({ reason: 'Why', expiresAt: inSeconds(60) });
    app.clock.advance(1);
    const { grant: second } = await grant({ expiresAt: inSeconds(120) });
    expect(second).toMatchObject({ id: first.id, reason: null, createdAt: app.clock.now().toISOString() });
    app.clock.advance(60);
    expect(names((await access()).permissions)).toEqual(gives());
    const { grant: third } = await grant();
    expect(third).toMatchObject({ id: first.id, expiresAt: null });
    expect((await access()).grants).toEqual([third]);
  });

  it('counts until the second at which it expires, without a job, and can be given again', async () => {
    await grant({ expiresAt: inSeconds(60) });
    app.clock.advance(59);
    expect(names((await access()).permissions)).toEqual(gives());
    app.clock.advance(1);
    expect(await access()).toEqual({ permissions: [], roles: [], grants: [], groups: [{ name: groupName }] });
    await grant({ expiresAt: inSeconds(60) });
    expect(names((await access()).permissions)).toEqual(gives());
  });

  it('names the fault of a reason or an end that cannot be', async () => {
    for (const reason of ['a\0b', 'evil\u202eelor', '\ud800'])
      expect(await faults({ reason })).toEqual([['reason', 'INVALID']]);
    expect(await faults({ reason: 'x'.repeat(1001) })).toEqual([['reason', 'TOO_LONG']]);
    for (const expiresAt of [inSeconds(0), inSeconds(-1), '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z'])
      expect(await faults({ expiresAt })).toEqual([['expiresAt', 'PAST']]);
    expect((await access()).grants).toEqual([]);
    const farAway = await grant({ reason: '👩‍🚀'.repeat(100), expiresAt: '9999-12-31T23:59:59Z' });
    expect(farAway.grant.expiresAt).toBe('9999-12-31T23:59:59.000Z');
  });

  it('is for either a user or a group', async () => {
    expect(await faults({ userId: null, groupId: null })).toEqual([['userId', 'ONE_OF']]);
    expect(await faults({ userId: ada.id, groupId })).toEqual([['userId', 'ONE_OF']]);
  });
});

describe('a grant', () => {
  it('finds no user, group, role or permission that is not there', async () => {
    const give = { userId: ada.id, permission: service.read };
    for (const id of ['none', '', '\0', ada.id.slice(0, -1), '00000000-0000-7000-8000-000000000000', groupId])
      expect([id, await admin.refused(GrantPermissionDocument, { ...give, userId: id })]).toEqual([
        id,
        'NOT_FOUND',
      ]);
    const { permission } = give;
    for (const id of ['none', '', '\0', ada.id])
      expect(await admin.refused(GrantPermissionDocument, { groupId: id, permission })).toBe('NOT_FOUND');
    for (const none of ['none', '', '\0'])
      expect(await admin.refused(GrantRoleDocument, { userId: ada.id, role: none })).toBe('NOT_FOUND');
    expect(await admin.refused(GrantPermissionDocument, { ...give, permission: 'none:x' })).toBe('NOT_FOUND');
    for (const none of [
      '',
      'read',
      '*',
      `${service.slug}:*`,
      `${service.slug}:`,
      'a\0:b',
      `${service.read} `,
    ])
      expect(await admin.faults(GrantPermissionDocument, { ...give, permission: none })).toEqual([
        ['permission', 'INVALID'],
      ]);
  });

  it('takes ids and names of roles in any case', async () => {
    const { grant } = await admin.does(GrantRoleDocument, {
      userId: ada.id.toUpperCase(),
      role: role.toUpperCase(),
    });
    expect([grant.user, grant.role]).toEqual([{ id: ada.id }, { name: role }]);
  });

  it('can be given to a suspended user, who has nothing of it, and not to a deleted one', async () => {
    await admin.does(SuspendUserDocument, { userId: ada.id });
    await admin.does(GrantRoleDocument, { userId: ada.id, role });
    expect((await access()).permissions).toEqual([]);
    await admin.does(DeleteUserDocument, { userId: ada.id });
    expect(await admin.refused(GrantRoleDocument, { userId: ada.id, role })).toBe('NOT_FOUND');
    expect(await admin.refused(AddGroupMemberDocument, { userId: ada.id, groupId })).toBe('NOT_FOUND');
  });

  it('goes with the user, from every list', async () => {
    for (const to of [{ userId: ada.id }, { groupId }]) {
      await admin.does(GrantRoleDocument, { ...to, role });
      await admin.does(GrantPermissionDocument, { ...to, permission: service.read });
    }
    await admin.does(DeleteUserDocument, { userId: ada.id });
    expect(await access()).toEqual({ permissions: [], roles: [], grants: [], groups: [] });
    const left = await app.sql(
      `SELECT user_id FROM role_grants WHERE user_id = $1 UNION ALL SELECT user_id FROM permission_grants
       WHERE user_id = $1 UNION ALL SELECT user_id FROM group_members WHERE user_id = $1`,
      [ada.id],
    );
    expect(left).toEqual([]);
    const { permission } = await admin.asks(PermissionGrantsDocument, { name: service.read });
    expect(permission!.grants.edges.map(({ node }) => [node.user, node.group])).toEqual([
      [null, { name: groupName }],
    ]);
    const { role: found } = await admin.asks(RoleGrantsDocument, { name: role });
    expect(found!.grants.edges.map(({ node }) => [node.user, node.group])).toEqual([
      [null, { name: groupName }],
    ]);
    expect((await admin.asks(UserGroupDocument, { id: groupId })).userGroup!.grants).toHaveLength(2);
  });

  it('stays when who gave it is deleted, and then names a tombstone', async () => {
    const manager = await app.given.acting(await app.given.manager(service.slug, admin));
    await manager.does(GrantPermissionDocument, { userId: ada.id, permission: service.read, reason: 'Why' });
    await admin.does(DeleteUserDocument, { userId: manager.id });
    const [grant] = (await access()).grants;
    expect(grant).toMatchObject({ reason: 'Why', grantedBy: { id: manager.id } });
  });

  it('of something of another service is refused, and so is one of everything that one holds oneself', async () => {
    const other = await app.given.service({}, admin);
    const manager = await app.given.acting(await app.given.manager(service.slug, admin));
    const give = (permission: string) =>
      manager.send(GrantPermissionDocument, { userId: manager.id, permission });
    expect((await give(service.read)).codes).toEqual([]);
    expect((await give(other.read)).codes).toEqual(['FORBIDDEN']);
    expect((await give('signet:users.read')).codes).toEqual(['FORBIDDEN']);
    expect((await manager.send(GrantRoleDocument, { userId: ada.id, role })).codes).toEqual([]);
    expect(await manager.refused(GrantRoleDocument, { userId: ada.id, role: 'administrator' })).toBe(
      'FORBIDDEN',
    );
    const holder = await app.given.acting(ada);
    expect(await holder.refused(GrantPermissionDocument, { userId: ada.id, permission: service.read })).toBe(
      'FORBIDDEN',
    );
  });
});
