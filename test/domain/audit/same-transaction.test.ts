import { buildSubgraph } from '../../../src/graphql/schema.js';
import { Actor } from '../../support/actor.js';
import {
  AddGroupMemberDocument,
  ChangePasswordDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  DeleteGroupDocument,
  DeleteRoleDocument,
  DeleteServiceDocument,
  DeleteUserDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
  LoginDocument,
  LogoutDocument,
  LogoutEverywhereDocument,
  ReactivateUserDocument,
  RefreshDocument,
  RegisterDocument,
  RegisterServiceDocument,
  RemoveGroupMemberDocument,
  RevokePermissionDocument,
  RevokeRoleDocument,
  RevokeSessionDocument,
  SuspendUserDocument,
  UpdateGroupDocument,
  UpdateProfileDocument,
  UpdateRoleDocument,
  UpdateServiceDocument,
} from '../../support/operations.js';
import { everyValue } from '../../support/dump.js';
import { GOOD_PASSWORD, type Person, type RegisteredService } from '../../support/given.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.close());

type Act = (people: {
  ada: Person;
  admin: Person;
}) => Promise<{ codes: (string | undefined)[]; body: unknown }>;

const acts: [name: string, act: Act][] = [
  [
    'register',
    () =>
      app.client.send(RegisterDocument, {
        input: { email: app.given.email(), password: GOOD_PASSWORD, name: 'Nobody' },
      }),
  ],
  [
    'login',
    ({ ada }) => app.client.send(LoginDocument, { input: { email: ada.email, password: ada.password } }),
  ],
  [
    'changePassword',
    ({ ada }) =>
      app.client.send(
        ChangePasswordDocument,
        { input: { currentPassword: ada.password, newPassword: 'eight green kettles hum' } },
        { token: ada.accessToken },
      ),
  ],
  [
    'updateProfile',
    ({ ada }) =>
      app.client.send(UpdateProfileDocument, { input: { name: 'Other' } }, { token: ada.accessToken }),
  ],
  ['logout', ({ ada }) => app.client.send(LogoutDocument, {}, { token: ada.accessToken })],
  [
    'logoutEverywhere',
    ({ ada }) => app.client.send(LogoutEverywhereDocument, {}, { token: ada.accessToken }),
  ],
  [
    'revokeSession',
    ({ ada }) =>
      app.client.send(
        RevokeSessionDocument,
        { input: { sessionId: ada.sessionId } },
        { token: ada.accessToken },
      ),
  ],
  [
    'suspendUser',
    ({ ada, admin }) =>
      app.client.send(SuspendUserDocument, { input: { userId: ada.id } }, { token: admin.accessToken }),
  ],
  [
    'deleteUser',
    ({ ada, admin }) =>
      app.client.send(DeleteUserDocument, { input: { userId: ada.id } }, { token: admin.accessToken }),
  ],
  [
    'reactivateUser',
    ({ ada, admin }) =>
      app.client.send(ReactivateUserDocument, { input: { userId: ada.id } }, { token: admin.accessToken }),
  ],
  [
    // refresh
    'the end of a session whose refresh token was reused',
    async ({ ada }) => {
      await app.sql('UPDATE sessions SET refresh_generation = 5 WHERE id = $1', [ada.sessionId]);
      return app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    },
  ],
];

/** What changes of who may do what start from: ada holds a permission, a role, and is in a group that gives both. */
interface World {
  ada: Person;
  admin: Actor;
  service: RegisteredService;
  groupId: string;
}

async function world(ada: Person, person: Person): Promise<World> {
  const admin = new Actor(app.client, person);
  const service = await app.given.service({}, admin);
  await admin.does(CreateRoleDocument, { name: 'Clerk', permissions: [service.refund] });
  const { group } = await admin.does(CreateGroupDocument, { name: 'Night shift' });
  await admin.does(AddGroupMemberDocument, { groupId: group.id, userId: ada.id });
  for (const to of [{ userId: ada.id }, { groupId: group.id }]) {
    await admin.does(GrantRoleDocument, { ...to, role: 'Clerk' });
    await admin.does(GrantPermissionDocument, { ...to, permission: service.refund });
  }
  return { ada, admin, service, groupId: group.id };
}

const permissionActs: Record<string, (world: World) => ReturnType<Act>> = {
  registerService: ({ admin }) =>
    admin.send(RegisterServiceDocument, {
      ...{ slug: 'new', name: 'New', permissions: [{ name: 'a' }] },
      roles: [{ name: 'new role', permissions: ['a'] }],
    }),
  updateService: ({ admin, service: { slug } }) =>
    admin.send(UpdateServiceDocument, {
      ...{ slug, name: 'Renamed', permissions: [{ name: 'read' }, { name: 'refund', deprecated: 'Soon.' }] },
      roles: [{ name: 'another', permissions: ['read'] }],
    }),
  deleteService: ({ admin, service: { slug } }) => admin.send(DeleteServiceDocument, { slug, confirm: true }),
  createRole: ({ admin, service }) =>
    admin.send(CreateRoleDocument, { name: 'Agent', permissions: [service.refund] }),
  updateRole: ({ admin, service }) =>
    admin.send(UpdateRoleDocument, { name: 'Clerk', newName: 'Cashier', permissions: [service.read] }),
  deleteRole: ({ admin }) => admin.send(DeleteRoleDocument, { name: 'Clerk', confirm: true }),
  createGroup: ({ admin }) => admin.send(CreateGroupDocument, { name: 'Day shift' }),
  updateGroup: ({ admin, groupId }) => admin.send(UpdateGroupDocument, { groupId, name: 'Late shift' }),
  deleteGroup: ({ admin, groupId }) => admin.send(DeleteGroupDocument, { groupId, confirm: true }),
  addGroupMember: ({ admin, groupId }) => admin.send(AddGroupMemberDocument, { groupId, userId: admin.id }),
  removeGroupMember: ({ admin, groupId, ada }) =>
    admin.send(RemoveGroupMemberDocument, { groupId, userId: ada.id }),
  grantRole: ({ admin, ada }) =>
    admin.send(GrantRoleDocument, { userId: ada.id, role: 'Clerk', reason: 'another reason' }),
  grantPermission: ({ admin, ada, service }) =>
    admin.send(GrantPermissionDocument, { userId: ada.id, permission: service.read }),
  revokeRole: ({ admin, ada }) => admin.send(RevokeRoleDocument, { userId: ada.id, role: 'Clerk' }),
  revokePermission: ({ admin, ada, service }) =>
    admin.send(RevokePermissionDocument, { userId: ada.id, permission: service.refund }),
};

/** Lets `act` fail at its trace, and go through when the trail can be written again. */
async function expectNothingWithoutTrace(act: () => ReturnType<Act>): Promise<void> {
  const stored = async () =>
    (await everyValue(app))
      .filter(({ place }) => !/^(throttle_buckets|signet_migrations)\.|\.refresh_generation$/.test(place))
      .map(({ place, value }) => `${place} ${value}`)
      .toSorted();
  const before = await stored();
  await app.sql('ALTER TABLE audit_events ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
  const answer = await act();
  expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR']);
  expect(JSON.stringify(answer.body)).not.toMatch(/full_disk|audit_events/);
  expect(await stored()).toEqual(before);

  // With the trail back, the same act goes through.
  await app.sql('ALTER TABLE audit_events DROP CONSTRAINT full_disk');
  const after = await act();
  expect(after.codes).toEqual([]);
  expect(await stored()).not.toEqual(before);
}

describe('AU-2: a change and its trace exist together or not at all', () => {
  it('is tried with every mutation', async () => {
    const { schema } = await buildSubgraph({ authDirectives: false });
    const tried = [
      ...acts.map(([name]) => name.replace(/^the end of .*/, 'refresh')),
      ...Object.keys(permissionActs),
    ];
    expect(tried.toSorted()).toEqual(Object.keys(schema.getMutationType()!.getFields()).toSorted());
  });

  it.each(acts)('%s changes nothing when its trace cannot be written', async (name, act) => {
    const people = { ada: await app.given.user(), admin: await app.given.administrator() };
    if (name === 'reactivateUser')
      await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [people.ada.id]);
    await expectNothingWithoutTrace(() => act(people));
  });

  it.each(Object.entries(permissionActs))(
    '%s changes nothing when its trace cannot be written',
    async (_name, act) => {
      const made = await world(await app.given.user(), await app.given.administrator());
      await expectNothingWithoutTrace(() => act(made));
    },
  );
});
