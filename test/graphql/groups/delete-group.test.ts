import type { Actor } from '../../support/actor.js';
import type { Person, RegisteredService } from '../../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  DeleteGroupDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  UserAccessDocument,
  UserGroupDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let service: RegisteredService;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.acting();
});
beforeEach(async () => {
  service = await app.given.service({}, admin);
  [ada, bob] = [await app.given.user(), await app.given.user()];
});
afterAll(() => app.close());

const newGroup = async (name: string, of: string | null = null) =>
  (await admin.does(CreateGroupDocument, { name: `${name} of ${service.slug}`, service: of })).group;
const add = (groupId: string, member: { userId: string } | { memberGroupId: string }) =>
  admin.does(AddGroupMemberDocument, { groupId, ...member });
const access = async ({ id }: Person) => {
  const { user } = await admin.asks(UserAccessDocument, { id });
  return user!.permissions.map(({ name }) => name);
};
const lossOf = (permission: string, ...people: Person[]) => ({
  permission,
  userCount: people.length,
  users: people.map(({ id }) => ({ id })).toSorted((one, other) => one.id.localeCompare(other.id)),
});

describe('deleteGroup', () => {
  it('asks for a confirmation when people lose something, those of groups in it too', async () => {
    const [outer, group, inner] = [await newGroup('Outer'), await newGroup('Group'), await newGroup('Inner')];
    await add(outer.id, { memberGroupId: group.id });
    await add(group.id, { memberGroupId: inner.id });
    await add(group.id, { userId: ada.id });
    await add(inner.id, { userId: bob.id });
    const { role } = await admin.does(CreateRoleDocument, {
      name: outer.name,
      permissions: [service.refund],
    });
    await admin.does(GrantRoleDocument, { groupId: outer.id, role: role.name });
    await admin.does(GrantPermissionDocument, { groupId: group.id, permission: service.read });
    await admin.does(GrantPermissionDocument, { groupId: inner.id, permission: `${service.slug}:sign-in` });
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.read });
    await admin.does(GrantPermissionDocument, { groupId: outer.id, permission: 'signet:audit.read' });
    await admin.does(GrantPermissionDocument, { userId: bob.id, permission: 'signet:audit.read' });

    const { __typename, losses } = await admin.fails(DeleteGroupDocument, { groupId: group.id });
    expect(__typename).toBe('ConfirmationRequired');
    expect(losses).toEqual(
      [
        lossOf(service.read, bob),
        lossOf(service.refund, ada, bob),
        lossOf('signet:audit.read', ada),
      ].toSorted((one, other) => one.permission.localeCompare(other.permission)),
    );
    expect((await admin.does(DeleteGroupDocument, { groupId: group.id, confirm: true })).groupId).toBe(
      group.id,
    );
    expect((await admin.asks(UserGroupDocument, { id: group.id })).userGroup).toBeNull();
    expect(await access(ada)).toEqual([service.read]);
    expect(await access(bob)).toEqual([`${service.slug}:sign-in`, 'signet:audit.read']);
    const { userGroup } = await admin.asks(UserGroupDocument, { id: inner.id });
    expect(userGroup!.parents).toEqual([]);
    // What its grants were is in the trail, each as it went.
    const revoked = await app.sql<{ name: string; details: object }>(
      `SELECT subject_name AS name, details FROM audit_events WHERE details->>'groupId' = $1 AND type LIKE '%.revoked'`,
      [group.id],
    );
    const details = { group: group.name, groupId: group.id, because: `group ${group.name} was deleted` };
    expect(revoked).toEqual([{ name: service.read, details }]);
  });

  it('needs none when nobody loses anything; and one that is made again under its name is another one', async () => {
    const group = await newGroup('Group');
    await add(group.id, { userId: ada.id });
    await admin.does(DeleteGroupDocument, { groupId: group.id });
    const { group: again } = await admin.does(CreateGroupDocument, { name: group.name });
    expect(again.id).not.toBe(group.id);
    await admin.does(GrantPermissionDocument, { groupId: again.id, permission: service.refund });
    expect(await access(ada)).toEqual([]);
  });

  it('finds no group that is not there', async () => {
    const group = await newGroup('Group');
    await admin.does(DeleteGroupDocument, { groupId: group.id });
    for (const groupId of [group.id, 'none', '', '\0', ada.id])
      expect(await admin.refused(DeleteGroupDocument, { groupId, confirm: true })).toBe('NOT_FOUND');
  });

  it('is for who manages the group and all that it gives', async () => {
    const other = await app.given.service({}, admin);
    const manager = await app.given.acting(await app.given.manager(service.slug, admin));
    const own = await newGroup('Own', service.slug);
    await admin.does(GrantPermissionDocument, { groupId: own.id, permission: other.read });
    expect(await manager.refused(DeleteGroupDocument, { groupId: own.id, confirm: true })).toBe('FORBIDDEN');
    const nobodys = await newGroup('Nobody’s');
    expect(await manager.refused(DeleteGroupDocument, { groupId: nobodys.id })).toBe('FORBIDDEN');
    const mine = await newGroup('Mine', service.slug);
    await manager.does(DeleteGroupDocument, { groupId: mine.id });
  });
});
