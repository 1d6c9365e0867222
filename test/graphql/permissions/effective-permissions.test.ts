import { decode } from '../../support/forge.js';
import type { Actor } from '../../support/actor.js';
import type { Person, RegisteredService } from '../../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  PermissionCheckDocument,
  PermissionHoldersDocument,
  ReactivateUserDocument,
  RemoveGroupMemberDocument,
  RevokePermissionDocument,
  RevokeRoleDocument,
  SuspendUserDocument,
  UpdateRoleDocument,
  UserAccessDocument,
  UsersDocument,
  ViewerAccessDocument,
} from '../../support/operations.js';
import { refreshed } from '../../support/refresh.js';
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
  ada = await app.given.user();
});
afterAll(() => app.close());

/** What every place that tells says of one permission of ada; one word when they agree. */
async function everywhere(permission: string): Promise<boolean | Record<string, boolean>> {
  const token = ada.accessToken;
  const viewer = (await app.client.send(ViewerAccessDocument, { permission }, { token })).data.viewer!;
  const { user } = await admin.asks(UserAccessDocument, { id: ada.id });
  const { permission: found } = await admin.asks(PermissionHoldersDocument, { name: permission, first: 100 });
  const check = await admin.asks(PermissionCheckDocument, { userId: ada.id, permission });
  const scope = decode((await app.given.login(ada)).accessToken).claims['scope'] as string;
  const references = await app.client.send<{ _entities: [{ can: boolean }] }, object>(
    'query ($r: [_Any!]!, $p: String!) { _entities(representations: $r) { ... on User { can(permission: $p) } } }',
    { r: [{ __typename: 'User', id: ada.id }], p: permission },
    { token },
  );
  const has = (list: { name: string }[]) => list.some(({ name }) => name === permission);
  const places = {
    'viewer.can': viewer.can,
    'viewer.permissions': has(viewer.permissions),
    'user.permissions': has(user!.permissions),
    'a reference': references.data._entities[0].can,
    permissionCheck: check.permissionCheck.allowed,
    'permission.holders': found!.holders.edges.some(({ node }) => node.id === ada.id),
    'a new token': scope.split(' ').includes(permission),
    'the next token': await scopeOfNextToken(permission),
  };
  const said = new Set(Object.values(places));
  return said.size === 1 ? [...said][0]! : places;
}

/** A session that began before, continued now. */
let earlier: string | undefined;
async function scopeOfNextToken(permission: string): Promise<boolean> {
  earlier ??= (await app.given.login(ada)).refreshToken;
  const next = await refreshed(app.client, earlier);
  earlier = next.refreshToken;
  return (decode(next.accessToken).claims['scope'] as string).split(' ').includes(permission);
}
beforeEach(() => {
  earlier = undefined;
});

const newRole = async (...permissions: string[]) =>
  (await admin.does(CreateRoleDocument, { name: `Role ${app.given.slug()}`, permissions })).role.name;
const newGroup = async () =>
  (await admin.does(CreateGroupDocument, { name: `Group ${app.given.slug()}` })).group.id;

/** Each way to a permission: how it comes, and how it goes. */
const ways: Record<string, () => Promise<() => Promise<unknown>>> = {
  async 'a grant'() {
    const input = { userId: ada.id, permission: service.refund };
    await admin.does(GrantPermissionDocument, input);
    return () => admin.does(RevokePermissionDocument, input);
  },
  async 'a role'() {
    const input = { userId: ada.id, role: await newRole(service.refund) };
    await admin.does(GrantRoleDocument, input);
    return () => admin.does(RevokeRoleDocument, input);
  },
  async 'a role that changes'() {
    const name = await newRole(service.read);
    await admin.does(GrantRoleDocument, { userId: ada.id, role: name });
    await admin.does(UpdateRoleDocument, { name, permissions: [service.refund] });
    return () => admin.does(UpdateRoleDocument, { name, permissions: [service.read] });
  },
  async 'a group'() {
    const groupId = await newGroup();
    await admin.does(AddGroupMemberDocument, { groupId, userId: ada.id });
    const input = { groupId, permission: service.refund };
    await admin.does(GrantPermissionDocument, input);
    return () => admin.does(RevokePermissionDocument, input);
  },
  async 'membership in a group'() {
    const groupId = await newGroup();
    await admin.does(GrantRoleDocument, { groupId, role: await newRole(service.refund) });
    await admin.does(AddGroupMemberDocument, { groupId, userId: ada.id });
    return () => admin.does(RemoveGroupMemberDocument, { groupId, userId: ada.id });
  },
  async 'a group in a group in a group'() {
    const [outer, middle, inner] = [await newGroup(), await newGroup(), await newGroup()];
    await admin.does(AddGroupMemberDocument, { groupId: inner, userId: ada.id });
    await admin.does(AddGroupMemberDocument, { groupId: middle, memberGroupId: inner });
    await admin.does(GrantPermissionDocument, { groupId: outer, permission: service.refund });
    const input = { groupId: outer, memberGroupId: middle };
    await admin.does(AddGroupMemberDocument, input);
    return () => admin.does(RemoveGroupMemberDocument, input);
  },
  async time() {
    const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.refund, expiresAt });
    return async () => app.clock.advance(60);
  },
  async 'a status that lets them sign in'() {
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.refund });
    return async () => {
      await admin.does(SuspendUserDocument, { userId: ada.id });
      const { user } = await admin.asks(UserAccessDocument, { id: ada.id });
      expect(user!.permissions).toEqual([]);
      const { permission } = await admin.asks(PermissionHoldersDocument, { name: service.refund });
      expect(permission!.holders.edges).toEqual([]);
      await admin.does(ReactivateUserDocument, { userId: ada.id });
      ada = await app.given.login(ada);
      await admin.does(RevokePermissionDocument, { userId: ada.id, permission: service.refund });
    };
  },
};

describe('effective permissions', () => {
  it.each(Object.entries(ways))('by %s come and go at once, everywhere', async (name, come) => {
    expect(await everywhere(service.refund)).toBe(false);
    const go = await come();
    expect(await everywhere(service.refund)).toBe(true);
    await go();
    if (name === 'a status that lets them sign in') earlier = undefined;
    expect(await everywhere(service.refund)).toBe(false);
  });

  it('are each named once, in order, however many ways lead to them', async () => {
    const role = await newRole(service.refund, service.read);
    const groupId = await newGroup();
    await admin.does(AddGroupMemberDocument, { groupId, userId: ada.id });
    for (const to of [{ userId: ada.id }, { groupId }]) {
      await admin.does(GrantRoleDocument, { ...to, role });
      await admin.does(GrantPermissionDocument, { ...to, permission: service.read });
    }
    const { user } = await admin.asks(UserAccessDocument, { id: ada.id });
    expect(user!.permissions).toEqual([{ name: service.read }, { name: service.refund }]);
    expect(user!.roles).toEqual([{ name: role }]);
    expect(user!.grants).toHaveLength(4);
    const { accessToken } = await app.given.login(ada);
    expect(decode(accessToken).claims['scope']).toBe(`${service.read} ${service.refund}`);
  });

  it('have no wildcards: neither a name that looks like one nor a prefix gives anything', async () => {
    await admin.does(GrantPermissionDocument, { userId: ada.id, permission: service.read });
    const { slug } = service;
    for (const permission of [
      `${slug}:*`,
      '*',
      `${slug}:`,
      slug,
      `${slug}:rea`,
      `${slug}:read.all`,
      `${slug}:READ`,
    ]) {
      const { data } = await app.client.send(
        ViewerAccessDocument,
        { permission },
        { token: ada.accessToken },
      );
      expect([permission, data.viewer!.can]).toEqual([permission, false]);
    }
  });
});

describe('a permission of Signet itself', () => {
  it('is refused at once when it is revoked, while the token still says otherwise', async () => {
    await admin.does(GrantRoleDocument, { userId: ada.id, role: 'administrator' });
    const { accessToken: token } = await app.given.login(ada);
    expect((await app.client.send(UsersDocument, { first: 1 }, { token })).codes).toEqual([]);
    await admin.does(RevokeRoleDocument, { userId: ada.id, role: 'administrator' });
    expect(decode(token).claims['scope']).toContain('signet:users.read');
    expect((await app.client.send(UsersDocument, { first: 1 }, { token })).codes).toEqual(['FORBIDDEN']);
    const { data } = await app.client.send(
      ViewerAccessDocument,
      { permission: 'signet:users.read' },
      { token },
    );
    expect(data.viewer).toMatchObject({ can: false, permissions: [], roles: [], grants: [] });
  });

  it('counts in the rest of the operation that changes it', async () => {
    const { accessToken: token } = await app.given.login(ada);
    await admin.does(GrantRoleDocument, { userId: ada.id, role: 'administrator' });
    const { data } = await app.client.send<Record<string, any>, object>(
      `mutation ($id: ID!) {
         give: grantPermission(input: { userId: $id, permission: "${service.refund}" }) {
           ... on GrantPermissionSuccess { grant { user { can(permission: "${service.refund}") } } } }
         take: revokePermission(input: { userId: $id, permission: "${service.refund}" }) {
           ... on RevokePermissionSuccess { user { can(permission: "${service.refund}") } } }
         resign: revokeRole(input: { userId: $id, role: "administrator" }) {
           ... on RevokeRoleSuccess { user { permissions { name } roles { name } grants { id } } } }
       }`,
      { id: ada.id },
      { token },
    );
    expect(data).toEqual({
      give: { grant: { user: { can: true } } },
      take: { user: { can: false } },
      resign: { user: { permissions: [], roles: [], grants: [] } },
    });
    const again = await app.client.send(
      'mutation ($id: ID!) { grantRole(input: { userId: $id, role: "administrator" }) { __typename } }',
      { id: ada.id },
      { token },
    );
    expect(again.codes).toEqual(['FORBIDDEN']);
  });
});
