import { buildSubgraph } from '../../../src/graphql/schema.js';
import {
  ChangePasswordDocument,
  DeleteUserDocument,
  LoginDocument,
  LogoutDocument,
  LogoutEverywhereDocument,
  ReactivateUserDocument,
  RefreshDocument,
  RegisterDocument,
  RevokeSessionDocument,
  SuspendUserDocument,
  UpdateProfileDocument,
} from '../../support/operations.js';
import { everyValue } from '../../support/dump.js';
import { GOOD_PASSWORD, type Person } from '../../support/given.js';
import { mutate, succeed } from '../../support/mutate.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.close());

interface Scene {
  ada: Person;
  admin: Person;
  /** A group with another one in it. */
  groupId: string;
  memberGroupId: string;
  /** A client of the service orders, to which ada is signed in, and a secret of it. */
  clientId: string;
  secretId: string;
}
type Act = (scene: Scene) => Promise<{ codes: (string | undefined)[]; body: unknown }>;

const ORDERS = {
  slug: 'orders',
  name: 'Orders',
  permissions: [{ name: 'read' }, { name: 'refund', deprecated: 'Use orders:credit.' }],
};

/** People, and what they may do: ada the role reader and the permission orders:read. */
async function setTheScene(): Promise<Scene> {
  const [ada, admin] = [await app.given.user(), await app.given.administrator()];
  const act = (mutation: string, input: object, fields = '') =>
    succeed(app, admin, mutation, input, { fields });
  const group = async (name: string) =>
    (await act('createGroup', { name }, 'group { id }')).group.id as string;
  await act('registerService', ORDERS);
  await act('createRole', { name: 'reader', permissions: ['orders:read'] });
  const [groupId, memberGroupId] = [await group('Support'), await group('Night shift')];
  await act('addGroupMember', { groupId, memberGroupId });
  await act('grantRole', { userId: ada.id, role: 'reader' });
  await act('grantPermission', { userId: ada.id, permission: 'orders:read' });
  const web = { service: 'orders', type: 'WEB', name: 'Web', redirectUris: ['https://orders.example.com/'] };
  const { client } = await act('addClient', web, 'client { clientId secrets { id } }');
  const { clientId, secrets } = client as { clientId: string; secrets: { id: string }[] };
  await act('addClient', { service: 'orders', type: 'MACHINE', name: 'Export' });
  await app.sql(
    'INSERT INTO session_clients (session_id, client_id, created_at, last_used_at) VALUES ($1, $2, now(), now())',
    [ada.sessionId, clientId],
  );
  return { ada, admin, groupId, memberGroupId, clientId, secretId: secrets[0]!.id };
}

/** What an administrator changes of who may do what, and of clients. */
const permissionActs: [mutation: string, input: (scene: Scene) => object][] = [
  ['registerService', () => ({ ...ORDERS, slug: 'shop', roles: [{ name: 'clerk', permissions: ['read'] }] })],
  [
    'updateService',
    () => ({ ...ORDERS, name: 'All orders', permissions: [{ name: 'read' }, { name: 'credit' }] }),
  ],
  ['deleteService', () => ({ slug: 'orders', confirm: true })],
  ['createRole', () => ({ name: 'writer', permissions: ['orders:read'] })],
  ['updateRole', () => ({ name: 'reader', newName: 'looker', permissions: [] })],
  ['deleteRole', () => ({ name: 'reader', confirm: true })],
  ['grantRole', ({ groupId }) => ({ groupId, role: 'reader' })],
  ['revokeRole', ({ ada }) => ({ userId: ada.id, role: 'reader' })],
  ['grantPermission', ({ groupId }) => ({ groupId, permission: 'orders:read' })],
  ['revokePermission', ({ ada }) => ({ userId: ada.id, permission: 'orders:read' })],
  ['createGroup', () => ({ name: 'Sales' })],
  ['updateGroup', ({ groupId }) => ({ groupId, name: 'Help' })],
  ['deleteGroup', ({ groupId }) => ({ groupId, confirm: true })],
  ['addGroupMember', ({ ada, groupId }) => ({ groupId, userId: ada.id })],
  ['removeGroupMember', ({ groupId, memberGroupId }) => ({ groupId, memberGroupId })],
  ['addClient', () => ({ service: 'orders', type: 'MACHINE', name: 'Import' })],
  ['updateClient', ({ clientId }) => ({ clientId, name: 'Website' })],
  ['rotateClientSecret', ({ clientId }) => ({ clientId })],
  ['revokeClientSecret', ({ clientId, secretId }) => ({ clientId, secretId })],
  ['deleteClient', ({ clientId }) => ({ clientId })],
];

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
    'revokeSessionService',
    ({ ada, clientId }) => mutate(app, ada, 'revokeSessionService', { sessionId: ada.sessionId, clientId }),
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
    'the end of a session whose refresh token was reused',
    async ({ ada }) => {
      await app.sql('UPDATE sessions SET refresh_generation = 5 WHERE id = $1', [ada.sessionId]);
      return app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    },
  ],
];

acts.push(
  ...permissionActs.map(([mutation, input]): [string, Act] => [
    mutation,
    (scene) => mutate(app, scene.admin, mutation, input(scene)),
  ]),
);

describe('AU-2: a change and its trace exist together or not at all', () => {
  it('is tried with every mutation', async () => {
    const { schema } = await buildSubgraph({ authDirectives: false });
    const tried = acts.map(([name]) => name.replace(/^the end of .*/, 'refresh'));
    expect(tried.toSorted()).toEqual(Object.keys(schema.getMutationType()!.getFields()).toSorted());
  });

  it.each(acts)('%s changes nothing when its trace cannot be written', async (name, act) => {
    const scene = await setTheScene();
    if (name === 'reactivateUser')
      await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [scene.ada.id]);
    const stored = async () =>
      (await everyValue(app))
        .filter(({ place }) => !/^(throttle_buckets|signet_migrations)\.|\.refresh_generation$/.test(place))
        .map(({ place, value }) => `${place} ${value}`)
        .toSorted();
    const before = await stored();
    await app.sql('ALTER TABLE audit_events ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
    const answer = await act(scene);
    expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(JSON.stringify(answer.body)).not.toMatch(/full_disk|audit_events/);
    expect(await stored()).toEqual(before);

    // With the trail back, the same act goes through.
    await app.sql('ALTER TABLE audit_events DROP CONSTRAINT full_disk');
    expect((await act(scene)).codes).toEqual([]);
    expect(await stored()).not.toEqual(before);
  });
});
