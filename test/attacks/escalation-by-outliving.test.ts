import { startTestApp, type TestApp } from '../support/test-app.js';
import type { Person } from '../support/given.js';

/** Who manages something for a week must not be able to make it for good, by whatever way. */
let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  await change(admin, 'registerService', {
    slug: 'orders',
    name: 'Orders',
    permissions: [{ name: 'refund' }],
  });
});
afterAll(() => app.close());

/** The type of the answer, or the code with which it was refused. */
async function change(person: Person, field: string, input: object, selection = ''): Promise<string> {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}`;
  const answer = await app.client.send<Record<string, { __typename: string }>, object>(
    `mutation ($input: ${type}Input!) { ${field}(input: $input) { __typename ${selection} } }`,
    { input },
    { token: person.accessToken },
  );
  return answer.codes[0] ?? answer.body.data![field]!.__typename;
}

const inDays = (days: number) => new Date(app.clock.now().getTime() + days * 86_400_000).toISOString();

/** Somebody who has a permission for a week. */
async function forAWeek(permission: string): Promise<Person> {
  const person = await app.given.user();
  const granted = await change(admin, 'grantPermission', {
    userId: person.id,
    permission,
    expiresAt: inDays(7),
  });
  expect(granted).toBe('GrantPermissionSuccess');
  return person;
}

async function createGroup(name: string): Promise<string> {
  const { data } = await app.client.send<{ createGroup: { group: { id: string } } }, object>(
    `mutation ($input: CreateGroupInput!) { createGroup(input: $input) { ... on CreateGroupSuccess { group { id } } } }`,
    { input: { name, service: 'orders' } },
    { token: admin.accessToken },
  );
  return data.createGroup.group.id;
}

const MANAGE = 'orders:permissions.manage';

describe.each([MANAGE, 'signet:permissions.manage'])('who holds %s for a week', (held) => {
  let mallory: Person;
  beforeEach(async () => {
    mallory = await forAWeek(held);
  });

  it('cannot prolong it, for themselves or for a friend, and may give it for as long as they have it', async () => {
    const friend = await app.given.user();
    for (const userId of [mallory.id, friend.id]) {
      expect(await change(mallory, 'grantPermission', { userId, permission: held })).toBe('FORBIDDEN');
      const longer = { userId, permission: held, expiresAt: inDays(8) };
      expect(await change(mallory, 'grantPermission', longer)).toBe('FORBIDDEN');
    }
    const within = { userId: friend.id, permission: held, expiresAt: inDays(6) };
    expect(await change(mallory, 'grantPermission', within)).toBe('GrantPermissionSuccess');
    app.clock.advance(8 * 86_400);
    const { accessToken } = await app.given.login(mallory);
    expect(await change({ ...mallory, accessToken }, 'grantPermission', within)).toBe('FORBIDDEN');
    admin = await app.given.login(admin);
  });

  it('cannot put it into a role that they have for good', async () => {
    const name = `helpers ${mallory.id}`;
    await change(admin, 'createRole', { name, permissions: ['orders:refund'] });
    expect(await change(admin, 'grantRole', { userId: mallory.id, role: name })).toBe('GrantRoleSuccess');
    const permissions = ['orders:refund', held];
    expect(await change(mallory, 'updateRole', { name, permissions })).toBe('FORBIDDEN');
    expect(await change(mallory, 'updateRole', { name, permissions: ['orders:refund'] })).toBe(
      'UpdateRoleSuccess',
    );
  });

  it('cannot join a group that gives it for good, nor put another group into it', async () => {
    const managers = await createGroup(`managers ${mallory.id}`);
    const own = await createGroup(`own ${mallory.id}`);
    expect(await change(admin, 'grantPermission', { groupId: managers, permission: held })).toBe(
      'GrantPermissionSuccess',
    );
    expect(await change(mallory, 'addGroupMember', { groupId: managers, userId: mallory.id })).toBe(
      'FORBIDDEN',
    );
    expect(await change(mallory, 'addGroupMember', { groupId: managers, memberGroupId: own })).toBe(
      'FORBIDDEN',
    );
    expect(await change(mallory, 'addGroupMember', { groupId: own, userId: mallory.id })).toBe(
      'AddGroupMemberSuccess',
    );
  });

  it('may give everything else for good: a stand-in does the work of who is away', async () => {
    const friend = await app.given.user();
    const input = { userId: friend.id, permission: 'orders:refund' };
    expect(await change(mallory, 'grantPermission', input)).toBe('GrantPermissionSuccess');
  });
});

it.each(['signet:users.manage', 'signet:permissions.read', 'signet:audit.read'])(
  'who administers for a week cannot give anybody %s for longer',
  async (permission) => {
    const mallory = await forAWeek('signet:permissions.manage');
    const input = { userId: mallory.id, permission };
    expect(await change(mallory, 'grantPermission', input)).toBe('FORBIDDEN');
    expect(await change(mallory, 'grantPermission', { ...input, expiresAt: inDays(6) })).toBe(
      'GrantPermissionSuccess',
    );
  },
);

it('a manifest cannot put the management of its service into a role that people have, for who has it for a week', async () => {
  const mallory = await forAWeek(MANAGE);
  const roles = (permissions: string[]) => ({ slug: 'orders', roles: [{ name: 'clerk', permissions }] });
  expect(await change(admin, 'updateService', roles(['refund']))).toBe('UpdateServiceSuccess');
  expect(await change(admin, 'grantRole', { userId: mallory.id, role: 'clerk' })).toBe('GrantRoleSuccess');
  expect(await change(mallory, 'updateService', roles(['refund', 'permissions.manage']))).toBe('FORBIDDEN');
  expect(await change(admin, 'updateService', roles(['refund', 'permissions.manage']))).toBe(
    'UpdateServiceSuccess',
  );
});
