import { buildSubgraph } from '../../src/graphql/schema.js';
import type { Person } from '../support/given.js';
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

const requests = {
  changePassword: {
    document:
      'mutation ($input: ChangePasswordInput!) { result: changePassword(input: $input) { __typename } }',
    input: ({ password }: Person) => ({ currentPassword: password, newPassword: 'nine green teapots hum' }),
  },
  updateProfile: {
    document:
      'mutation ($input: UpdateProfileInput!) { result: updateProfile(input: $input) { __typename } }',
    input: () => ({ name: 'Somebody else' }),
  },
  logoutEverywhere: {
    document:
      'mutation ($input: LogoutEverywhereInput!) { result: logoutEverywhere(input: $input) { __typename } }',
    input: () => ({ keepCurrent: true }),
  },
  revokeSession: {
    document:
      'mutation ($input: RevokeSessionInput!) { result: revokeSession(input: $input) { __typename } }',
    input: (_person: Person, elsewhere: Person) => ({ sessionId: elsewhere.sessionId }),
  },
  suspendUser: {
    document: 'mutation ($input: SuspendUserInput!) { result: suspendUser(input: $input) { __typename } }',
    input: (_person: Person, _elsewhere: Person, otherId: string) => ({ userId: otherId }),
  },
  reactivateUser: {
    document:
      'mutation ($input: ReactivateUserInput!) { result: reactivateUser(input: $input) { __typename } }',
    input: (_person: Person, _elsewhere: Person, otherId: string) => ({ userId: otherId }),
  },
  deleteUser: {
    document: 'mutation ($input: DeleteUserInput!) { result: deleteUser(input: $input) { __typename } }',
    input: (_person: Person, _elsewhere: Person, otherId: string) => ({ userId: otherId }),
  },
};

/** These need no session, or end the very one that asks. */
const WITHOUT_SESSION = new Set(['register', 'login', 'refresh', 'logout']);

describe('a session that ends while its request is under way', () => {
  it('is tried with every mutation that needs one', async () => {
    const { schema } = await buildSubgraph({ authDirectives: false });
    const mutations = Object.keys(schema.getMutationType()!.getFields());
    const needing = mutations.filter((name) => !WITHOUT_SESSION.has(name));
    expect(Object.keys(requests).toSorted()).toEqual(needing.toSorted());
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

  it.each(Object.keys(requests) as (keyof typeof requests)[])('changes nothing by %s', async (name) => {
    const person = await app.given.administrator();
    const elsewhere = await app.given.login(person);
    const other = await app.given.user();
    const state = () =>
      app.sql(
        `SELECT u.id, u.name, u.status, c.password_hash, s.id AS session, s.ended_at FROM users u
         JOIN password_credentials c ON c.user_id = u.id JOIN sessions s ON s.user_id = u.id
         WHERE u.id = ANY($1) AND s.id <> $2 ORDER BY s.id`,
        [[person.id, other.id], person.sessionId],
      );
    const before = await state();
    const { document, input } = requests[name];
    const { data } = await endWhileUnderWay(app, person, () =>
      app.client.send<{ result: { __typename: string } }, object>(
        document,
        { input: input(person, elsewhere, other.id) },
        { token: person.accessToken },
      ),
    );
    expect(data.result.__typename).toBe('SessionEnded');
    expect(await state()).toEqual(before);
  });
});
