import { buildSubgraph } from '../../src/graphql/schema.js';
import { Actor } from '../support/actor.js';
import { everyValue } from '../support/dump.js';
import type { Person } from '../support/given.js';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  CreateRoleDocument,
  GrantPermissionDocument,
  GrantRoleDocument,
} from '../support/operations.js';
import { succeed } from '../support/mutate.js';
import { endWhileUnderWay } from '../support/end-while-under-way.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/**
 * Time of check, time of use: a request that was admitted while its session lived must not change anything
 * once the session has ended.
 */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Accounts, a service with a role and a group; the other person has all that there is to have. */
interface World {
  person: Person;
  elsewhere: Person;
  otherId: string;
  groupId: string;
  slug: string;
  role: string;
  /** Of the service; the session elsewhere is signed in to it. */
  clientId: string;
  secretId: string;
}

/** The input of every mutation that needs a session, such that it would change something. */
const inputs: Record<string, (world: World) => object> = {
  changePassword: ({ person }) => ({
    currentPassword: person.password,
    newPassword: 'nine green teapots hum',
  }),
  updateProfile: () => ({ name: 'Somebody else' }),
  logoutEverywhere: () => ({ keepCurrent: true }),
  revokeSession: ({ elsewhere }) => ({ sessionId: elsewhere.sessionId }),
  suspendUser: ({ otherId }) => ({ userId: otherId }),
  reactivateUser: ({ otherId }) => ({ userId: otherId }),
  deleteUser: ({ otherId }) => ({ userId: otherId }),
  registerService: () => ({ slug: 'new', name: 'New' }),
  updateService: ({ slug }) => ({ slug, name: 'Renamed' }),
  deleteService: ({ slug }) => ({ slug, confirm: true }),
  createRole: ({ slug }) => ({ name: 'Agent', permissions: [`${slug}:refund`] }),
  updateRole: ({ role }) => ({ name: role, permissions: [] }),
  deleteRole: ({ role }) => ({ name: role, confirm: true }),
  createGroup: () => ({ name: 'Day shift' }),
  updateGroup: ({ groupId }) => ({ groupId, name: 'Late shift' }),
  deleteGroup: ({ groupId }) => ({ groupId, confirm: true }),
  addGroupMember: ({ groupId, person }) => ({ groupId, userId: person.id }),
  removeGroupMember: ({ groupId, otherId }) => ({ groupId, userId: otherId }),
  grantRole: ({ person, role }) => ({ userId: person.id, role }),
  grantPermission: ({ person, slug }) => ({ userId: person.id, permission: `${slug}:refund` }),
  revokeRole: ({ otherId, role }) => ({ userId: otherId, role }),
  revokePermission: ({ otherId, slug }) => ({ userId: otherId, permission: `${slug}:refund` }),
  addClient: ({ slug }) => ({ service: slug, name: 'Export', type: 'MACHINE' }),
  updateClient: ({ clientId }) => ({ clientId, name: 'Another' }),
  rotateClientSecret: ({ clientId }) => ({ clientId }),
  revokeClientSecret: ({ clientId, secretId }) => ({ clientId, secretId }),
  deleteClient: ({ clientId }) => ({ clientId }),
  revokeSessionService: ({ elsewhere, clientId }) => ({ sessionId: elsewhere.sessionId, clientId }),
};

/** These need no session, or end the very one that asks. */
const WITHOUT_SESSION = new Set(['register', 'login', 'refresh', 'logout']);

describe('a session that ends while its request is under way', () => {
  it('is tried with every mutation that needs one', async () => {
    const { schema } = await buildSubgraph({ authDirectives: false });
    const mutations = Object.keys(schema.getMutationType()!.getFields());
    const needing = mutations.filter((name) => !WITHOUT_SESSION.has(name));
    expect(Object.keys(inputs).toSorted()).toEqual(needing.toSorted());
  });

  it('changes nothing that comes after logoutEverywhere in the same operation', async () => {
    const person = await app.given.user();
    const { data } = await app.client.send<Record<string, { __typename: string }>, object>(
      'mutation { a: logoutEverywhere { __typename } b: updateProfile(input: { name: "Late" }) { __typename } }',
      {},
      { token: person.accessToken },
    );
    expect(data['b']!.__typename).toBe('SessionEnded');
    expect(await app.sql('SELECT name FROM users WHERE id = $1', [person.id])).toEqual([
      { name: person.name },
    ]);
  });

  it.each(Object.entries(inputs))('changes nothing by %s', async (name, inputOf) => {
    const world = await makeWorld();
    const before = await state();
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const { data } = await endWhileUnderWay(app, world.person, () =>
      app.client.send<{ result: { __typename: string } }, object>(
        `mutation ($input: ${type}!) { result: ${name}(input: $input) { __typename } }`,
        { input: inputOf(world) },
        { token: world.person.accessToken },
      ),
    );
    expect(data.result.__typename).toBe('SessionEnded');
    const after = await state();
    expect(after.values).toEqual(before.values);
    expect(after.ended).toBe(before.ended + 1); // its own, as the test did
  });
});

async function makeWorld(): Promise<World> {
  const person = await app.given.administrator();
  const elsewhere = await app.given.login(person);
  const { id: otherId } = await app.given.user();
  const admin = new Actor(app.client, elsewhere);
  const { slug, refund: permission } = await app.given.service({}, admin);
  const role = `Clerk of ${slug}`;
  await admin.does(CreateRoleDocument, { name: role, permissions: [permission] });
  const { group } = await admin.does(CreateGroupDocument, { name: `Night shift of ${slug}` });
  const groupId = group.id;
  await admin.does(AddGroupMemberDocument, { groupId, userId: otherId });
  await admin.does(GrantRoleDocument, { userId: otherId, role });
  await admin.does(GrantPermissionDocument, { userId: otherId, permission });
  const { clientId, secretId } = await makeClient(elsewhere, slug);
  return { person, elsewhere, otherId, groupId, slug, role, clientId, secretId };
}

async function makeClient(person: Person, service: string): Promise<{ clientId: string; secretId: string }> {
  const web = { service, type: 'WEB', name: 'Web', redirectUris: ['https://example.com/callback'] };
  const selected = { fields: 'client { clientId secrets { id } }' };
  const { client } = await succeed(app, person, 'addClient', web, selected);
  const { clientId, secrets } = client as { clientId: string; secrets: { id: string }[] };
  await app.identity.authorizations.saveSessionClient(person.sessionId, { clientId, grantId: null });
  return { clientId, secretId: secrets[0]!.id };
}

/** Everything that is stored, but for how sessions ended and for counters of attempts. */
async function state(): Promise<{ values: string[]; ended: number }> {
  const stored = await everyValue(app);
  return {
    values: stored
      .filter(({ place }) => !/^(sessions\.(ended_at|end_reason)|throttle_buckets\.\w+)$/.test(place))
      .map(({ place, value }) => `${place} ${value}`)
      .toSorted(),
    ended: stored.filter(({ place }) => place === 'sessions.ended_at').length,
  };
}
