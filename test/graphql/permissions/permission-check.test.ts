import type { Actor } from '../../support/actor.js';
import type { Person, RegisteredService } from '../../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  DeleteUserDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  PermissionCheckDocument,
  SuspendUserDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Actor;
let service: RegisteredService;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  admin = await app.given.acting();
  service = await app.given.service({}, admin);
  ada = await app.given.user({ name: 'Ada Lovelace' });
});
afterAll(() => app.close());

const check = async (userId = ada.id, permission = service.refund) =>
  (await admin.asks(PermissionCheckDocument, { userId, permission })).permissionCheck;
const today = () => app.clock.now().toISOString().slice(0, 10);
const inSeconds = (seconds: number) => new Date(app.clock.now().getTime() + seconds * 1000).toISOString();
const named = (what: string) => `${what} of ${service.slug}`;

describe('permissionCheck explains', () => {
  it('a grant to the user', async () => {
    const expiresAt = inSeconds(60);
    await admin.does(GrantPermissionDocument, {
      ...{ userId: ada.id, permission: service.refund, reason: 'Covers for Grace', expiresAt },
    });
    expect(await check()).toEqual({
      allowed: true,
      explanation: `Ada Lovelace has ${service.refund} by a grant of its own, given by Grace Admin on ${today()} until ${expiresAt} (“Covers for Grace”).`,
      user: { id: ada.id },
      permission: { name: service.refund },
      paths: [
        {
          ...{ reason: 'Covers for Grace', expiresAt, role: null, group: null },
          ...{ grantedBy: { id: admin.id }, grant: { id: expect.any(String), user: { id: ada.id } } },
        },
      ],
    });
  });

  it('a role, given by an operator at the machine', async () => {
    const { role } = await admin.does(CreateRoleDocument, {
      name: named('Clerk'),
      permissions: [service.refund],
    });
    await app.identity.useCases.grant({ userId: ada.id, role: role.name }, null, null);
    expect(await check()).toMatchObject({
      allowed: true,
      explanation: `Ada Lovelace has ${service.refund} through the role ${role.name}, given by Signet or an operator on ${today()}.`,
      paths: [{ role: { name: role.name }, group: null, grantedBy: null }],
    });
  });

  it('groups, however deep, and names the one to which it was given', async () => {
    const groups = [];
    for (const name of ['Outer', 'Middle', 'Inner'])
      groups.push((await admin.does(CreateGroupDocument, { name: named(name) })).group.id);
    const [outer, middle, inner] = groups as [string, string, string];
    await admin.does(AddGroupMemberDocument, { groupId: outer, memberGroupId: middle });
    await admin.does(AddGroupMemberDocument, { groupId: middle, memberGroupId: inner });
    await admin.does(AddGroupMemberDocument, { groupId: inner, userId: ada.id });
    const { role } = await admin.does(CreateRoleDocument, {
      name: named('Clerk'),
      permissions: [service.refund],
    });
    await admin.does(GrantRoleDocument, { groupId: outer, role: role.name });
    expect(await check()).toMatchObject({
      allowed: true,
      explanation: `Ada Lovelace has ${service.refund} through the role ${role.name}, given to the group ${named('Outer')} by Grace Admin on ${today()}.`,
      paths: [{ role: { name: role.name }, group: { name: named('Outer') } }],
    });
  });

  it('every way, the longest lasting first', async () => {
    const { role } = await admin.does(CreateRoleDocument, {
      name: named('Clerk'),
      permissions: [service.refund],
    });
    const { group } = await admin.does(CreateGroupDocument, { name: named('Group') });
    await admin.does(AddGroupMemberDocument, { groupId: group.id, userId: ada.id });
    await admin.does(GrantPermissionDocument, {
      userId: ada.id,
      permission: service.refund,
      expiresAt: inSeconds(10),
    });
    await admin.does(GrantPermissionDocument, {
      groupId: group.id,
      permission: service.refund,
      expiresAt: inSeconds(30),
    });
    await admin.does(GrantRoleDocument, { userId: ada.id, role: role.name, expiresAt: inSeconds(20) });
    await admin.does(GrantRoleDocument, { groupId: group.id, role: role.name });
    const ways = async () =>
      (await check()).paths.map((path) => [path.role?.name ?? null, path.group?.name ?? null]);
    const all = [
      [role.name, group.name],
      [null, group.name],
      [role.name, null],
      [null, null],
    ];
    expect(await ways()).toEqual(all);
    app.clock.advance(10);
    expect(await ways()).toEqual(all.slice(0, 3));
    app.clock.advance(20);
    expect(await ways()).toEqual(all.slice(0, 1));
  });

  it('what has expired, when nothing is in force', async () => {
    const expiresAt = inSeconds(60);
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.refund, expiresAt });
    app.clock.advance(60);
    expect(await check()).toMatchObject({
      allowed: false,
      explanation: `Ada Lovelace had ${service.refund} by a grant of its own, given by Grace Admin on ${today()} until ${expiresAt}; that has expired.`,
      paths: [{ expiresAt }],
    });
  });

  it('that nothing gives it', async () => {
    expect(await check()).toEqual({
      allowed: false,
      explanation: `Nothing gives Ada Lovelace ${service.refund}, neither directly nor through a role or a group.`,
      ...{ user: { id: ada.id }, permission: { name: service.refund }, paths: [] },
    });
  });

  it('that no service declares it', async () => {
    const nowhere = `${service.slug}:refunds`;
    expect(await check(ada.id, nowhere)).toMatchObject({
      allowed: false,
      explanation: `No service declares ${nowhere}; is it a permission of ${service.slug}?`,
      ...{ permission: null, paths: [] },
    });
  });

  it('that there is no such user', async () => {
    expect(await check('00000000-0000-7000-8000-000000000000')).toMatchObject({
      ...{ allowed: false, explanation: 'There is no such user.', user: null, paths: [] },
    });
  });

  it('that the account is suspended or deleted', async () => {
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.refund });
    await admin.does(SuspendUserDocument, { userId: ada.id });
    expect(await check()).toMatchObject({
      allowed: false,
      explanation: 'Ada Lovelace is suspended, and can do nothing until that changes.',
      paths: [{ role: null }],
    });
    await admin.does(DeleteUserDocument, { userId: ada.id });
    expect(await check()).toMatchObject({
      allowed: false,
      explanation: 'This account was deleted: nobody can do anything with it.',
      paths: [],
    });
  });
});

describe('who may ask', () => {
  const codes = async (token: string | undefined, userId: string, permission: string) =>
    (await app.client.send(PermissionCheckDocument, { userId, permission }, { token })).codes;

  it('is the user, who reads permissions, and who manages the service of the permission', async () => {
    const reader = await app.given.user();
    await admin.does(GrantPermissionDocument, { userId: reader.id, permission: 'signet:permissions.read' });
    const manager = await app.given.manager(service.slug, admin);
    for (const person of [ada, reader, manager])
      expect(await codes(person.accessToken, ada.id, service.refund)).toEqual([]);
    expect(await codes(ada.accessToken, ada.id.toUpperCase(), service.refund)).toEqual([]);
    const other = await app.given.service({}, admin);
    expect(await codes(manager.accessToken, ada.id, other.refund)).toEqual(['FORBIDDEN']);
    const eve = await app.given.user();
    expect(await codes(eve.accessToken, ada.id, service.refund)).toEqual(['FORBIDDEN']);
    expect(await codes(undefined, ada.id, service.refund)).toEqual(['UNAUTHENTICATED']);
  });

  it('says what is malformed in what they ask', async () => {
    for (const userId of ['', 'none', '\0', `${ada.id} `])
      expect(await codes(admin.person.accessToken, userId, service.refund)).toEqual(['BAD_USER_INPUT']);
    for (const permission of ['', 'refund', '*', `${service.slug}:*`, 'a:\0', ':', 'x'.repeat(10_000)])
      expect(await codes(ada.accessToken, ada.id, permission)).toEqual(['BAD_USER_INPUT']);
  });
});
