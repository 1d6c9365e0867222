import type { Actor } from '../../support/actor.js';
import type { Person, RegisteredService } from '../../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  RevokePermissionDocument,
  RevokeRoleDocument,
  UserAccessDocument,
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
  admin = await app.given.acting();
});
beforeEach(async () => {
  service = await app.given.service({}, admin);
  role = `Clerk of ${service.slug}`;
  groupName = `Group of ${service.slug}`;
  await admin.does(CreateRoleDocument, { name: role, permissions: [service.refund] });
  ({ id: groupId } = (await admin.does(CreateGroupDocument, { name: groupName })).group);
  ada = await app.given.user();
  await admin.does(AddGroupMemberDocument, { groupId, userId: ada.id });
});
afterAll(() => app.close());

const permissions = async () =>
  (await admin.asks(UserAccessDocument, { id: ada.id })).user!.permissions.map(({ name }) => name);
const inAMinute = () => new Date(app.clock.now().getTime() + 60_000).toISOString();

describe('revokePermission', () => {
  it('takes it at once, and says that nothing else gives it', async () => {
    const input = { userId: ada.id, permission: service.refund };
    await admin.does(GrantPermissionDocument, input);
    const revoked = await admin.does(RevokePermissionDocument, input);
    expect(revoked).toMatchObject({ user: { id: ada.id }, group: null, stillHeldBy: [] });
    expect(await permissions()).toEqual([]);
  });

  it('says by which ways the user has it all the same, the longest lasting first', async () => {
    const input = { userId: ada.id, permission: service.refund };
    const expiresAt = inAMinute();
    await admin.does(GrantPermissionDocument, input);
    await admin.does(GrantRoleDocument, { userId: ada.id, role, reason: 'Her work', expiresAt });
    const { group: outer } = await admin.does(CreateGroupDocument, { name: `Outer ${groupName}` });
    await admin.does(AddGroupMemberDocument, { groupId: outer.id, memberGroupId: groupId });
    await admin.does(GrantPermissionDocument, { groupId: outer.id, permission: service.refund });
    const { stillHeldBy } = await admin.does(RevokePermissionDocument, input);
    expect(stillHeldBy).toMatchObject([
      { role: null, group: { name: `Outer ${groupName}` }, reason: null, expiresAt: null },
      { role: { name: role }, group: null, reason: 'Her work', expiresAt, grantedBy: { id: admin.id } },
    ]);
    expect(await permissions()).toEqual([service.refund]);
    // What has expired gives nothing.
    await admin.does(GrantPermissionDocument, input);
    app.clock.advance(60);
    admin = await app.given.acting();
    expect((await admin.does(RevokePermissionDocument, input)).stillHeldBy).toHaveLength(1);
  });

  it('takes it from a group, whose members keep what they have by themselves', async () => {
    await admin.does(GrantPermissionDocument, { groupId, permission: service.refund });
    await admin.does(GrantPermissionDocument, { groupId, permission: service.read });
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.refund });
    for (const permission of [service.refund, service.read]) {
      const revoked = await admin.does(RevokePermissionDocument, { groupId, permission });
      expect(revoked).toMatchObject({ user: null, group: { name: groupName }, stillHeldBy: [] });
    }
    expect(await permissions()).toEqual([service.refund]);
  });

  it('takes the grant of the permission and not that of a role or a group', async () => {
    await admin.does(GrantRoleDocument, { userId: ada.id, role });
    await admin.does(GrantPermissionDocument, { groupId, permission: service.refund });
    const input = { userId: ada.id, permission: service.refund };
    expect(await admin.refused(RevokePermissionDocument, input)).toBe('NOT_FOUND');
    expect(await permissions()).toEqual([service.refund]);
  });
});

describe('revokeRole', () => {
  it('takes it at once, and what else the user has stays', async () => {
    await admin.does(GrantRoleDocument, { userId: ada.id, role });
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.read });
    const revoked = await admin.does(RevokeRoleDocument, { userId: ada.id, role: role.toUpperCase() });
    expect(revoked).toMatchObject({ user: { id: ada.id }, group: null });
    expect(await permissions()).toEqual([service.read]);
  });

  it('takes it from a group', async () => {
    await admin.does(GrantRoleDocument, { groupId, role });
    expect(await permissions()).toEqual([service.refund]);
    const revoked = await admin.does(RevokeRoleDocument, { groupId, role });
    expect(revoked).toMatchObject({ user: null, group: { name: groupName } });
    expect(await permissions()).toEqual([]);
  });
});

describe('revoking', () => {
  it('finds nothing where nothing was given, or not any more', async () => {
    const byRole = { userId: ada.id, role };
    const byPermission = { userId: ada.id, permission: service.refund };
    expect(await admin.refused(RevokeRoleDocument, byRole)).toBe('NOT_FOUND');
    expect(await admin.refused(RevokePermissionDocument, byPermission)).toBe('NOT_FOUND');
    await admin.does(GrantRoleDocument, byRole);
    await admin.does(RevokeRoleDocument, byRole);
    expect(await admin.refused(RevokeRoleDocument, byRole)).toBe('NOT_FOUND');
    for (const userId of ['none', '', '\0', groupId])
      expect(await admin.refused(RevokeRoleDocument, { userId, role })).toBe('NOT_FOUND');
    expect(await admin.refused(RevokeRoleDocument, { userId: ada.id, role: '\0' })).toBe('NOT_FOUND');
  });

  it('takes away what has expired, so that it is not in the way', async () => {
    await admin.does(GrantRoleDocument, { userId: ada.id, role, expiresAt: inAMinute() });
    app.clock.advance(60);
    await admin.does(RevokeRoleDocument, { userId: ada.id, role });
  });

  it('takes a deprecated permission, and the input of the grant as it was sent', async () => {
    const terms = { reason: 'Covers for Grace', expiresAt: inAMinute() };
    const input = { userId: ada.id, permission: service.refund, ...terms };
    await admin.does(GrantPermissionDocument, input);
    await app.sql(`UPDATE permissions SET deprecated = 'Going.' WHERE name = $1`, [service.refund]);
    await admin.does(RevokePermissionDocument, input);
    expect(await permissions()).toEqual([]);
  });

  it('names the fault of what was sent', async () => {
    const input = { userId: ada.id, permission: service.refund };
    expect(await admin.faults(RevokePermissionDocument, { ...input, groupId })).toEqual([
      ['userId', 'ONE_OF'],
    ]);
    expect(await admin.faults(RevokePermissionDocument, { permission: 'x:y' })).toEqual([
      ['userId', 'ONE_OF'],
    ]);
    expect(await admin.faults(RevokePermissionDocument, { ...input, permission: '*' })).toEqual([
      ['permission', 'INVALID'],
    ]);
    expect(await admin.faults(RevokePermissionDocument, { ...input, reason: '\0' })).toEqual([
      ['reason', 'INVALID'],
    ]);
    expect(
      await admin.faults(RevokeRoleDocument, { userId: ada.id, role, reason: 'x'.repeat(1001) }),
    ).toEqual([['reason', 'TOO_LONG']]);
  });

  it('is for who may give it', async () => {
    const other = await app.given.service({}, admin);
    const manager = await app.given.acting(await app.given.manager(other.slug, admin));
    await admin.does(GrantRoleDocument, { userId: ada.id, role });
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.refund });
    for (const actor of [manager, await app.given.acting(ada)]) {
      expect(await actor.refused(RevokeRoleDocument, { userId: ada.id, role })).toBe('FORBIDDEN');
      const input = { userId: ada.id, permission: service.refund };
      expect(await actor.refused(RevokePermissionDocument, input)).toBe('FORBIDDEN');
    }
    expect(await permissions()).toEqual([service.refund]);
  });
});
