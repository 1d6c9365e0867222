import { KEY_PURPOSES } from '../../src/domain/tokens/index.js';
import { decodeProtectedHeader } from 'jose';
import { Actor } from '../support/actor.js';
import type { GraphqlClient } from '../support/client.js';
import { createDatabase } from '../support/postgres.js';
import {
  ChangePasswordDocument,
  GrantPermissionDocument,
  LogoutEverywhereDocument,
  ReferencesDocument,
  RevokePermissionDocument,
  RevokeSessionDocument,
  SuspendUserDocument,
  UsersDocument,
  ViewerDocument,
} from '../support/operations.js';
import { GOOD_PASSWORD, signIn, signUp, type SignedInPerson } from '../support/given.js';
import { logoutWith, refresh, refreshed, viewerWith } from '../support/refresh.js';
import { ADMIN, startTwoNodes } from '../support/two-nodes.js';

let two: Awaited<ReturnType<typeof startTwoNodes>>;
beforeAll(async () => {
  two = await startTwoNodes();
}, 120_000);
afterAll(() => two?.close(), 120_000);

/** Somebody whose access token both nodes have verified, and so remember. */
async function personKnownToBoth(): Promise<SignedInPerson> {
  const person = await signUp(two.nodes[0].client);
  for (const node of two.nodes) expect(await viewerWith(node.client, person.accessToken)).toBe('signed in');
  return person;
}

/** Node B refuses everything that the session ever gave, at once and without waiting. */
async function expectRefusedOnB(person: SignedInPerson): Promise<void> {
  const { client } = two.nodes[1];
  expect(await viewerWith(client, person.accessToken)).toBe('UNAUTHENTICATED');
  const references = await client.send(
    ReferencesDocument,
    { representations: [{ __typename: 'User', id: person.id }] },
    { token: person.accessToken },
  );
  expect(references.codes).toEqual(['UNAUTHENTICATED']);
  expect(await refresh(client, person.refreshToken)).toEqual({ kind: 'InvalidRefreshToken' });
}

describe('what ends sessions on node A holds at once on node B, which remembers the token', () => {
  it('logout', async () => {
    const ada = await personKnownToBoth();
    await logoutWith(two.nodes[0].client, ada.refreshToken);
    await expectRefusedOnB(ada);
  });

  it('logout everywhere', async () => {
    const ada = await personKnownToBoth();
    const elsewhere = await signIn(two.nodes[1].client, ada.email);
    await two.nodes[0].client.send(LogoutEverywhereDocument, { input: {} }, { token: ada.accessToken });
    await expectRefusedOnB(ada);
    await expectRefusedOnB(elsewhere);
  });

  it('revoking one session from another', async () => {
    const ada = await personKnownToBoth();
    const elsewhere = await signIn(two.nodes[0].client, ada.email);
    const input = { sessionId: ada.sessionId };
    await two.nodes[0].client.send(RevokeSessionDocument, { input }, { token: elsewhere.accessToken });
    await expectRefusedOnB(ada);
    expect(await viewerWith(two.nodes[1].client, elsewhere.accessToken)).toBe('signed in');
  });

  it('the suspension of the user', async () => {
    const ada = await personKnownToBoth();
    const admin = await signIn(two.nodes[0].client, ADMIN.email, ADMIN.password);
    await two.nodes[0].client.send(
      SuspendUserDocument,
      { input: { userId: ada.id } },
      { token: admin.accessToken },
    );
    await expectRefusedOnB(ada);
  });

  it('a change of the password, which spares the session that asked', async () => {
    const ada = await personKnownToBoth();
    const changing = await signIn(two.nodes[0].client, ada.email);
    const input = { currentPassword: GOOD_PASSWORD, newPassword: 'nine red kettles hum along' };
    await two.nodes[0].client.send(ChangePasswordDocument, { input }, { token: changing.accessToken });
    await expectRefusedOnB(ada);
    await refreshed(two.nodes[1].client, changing.refreshToken);
  });

  it('a stolen refresh token that was presented', async () => {
    const ada = await personKnownToBoth();
    const second = await refreshed(two.nodes[1].client, ada.refreshToken);
    const third = await refreshed(two.nodes[1].client, second.refreshToken);
    expect(await refresh(two.nodes[0].client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
    for (const tokens of [ada, second, third]) await expectRefusedOnB({ ...ada, ...tokens });
  });
});

describe('permissions that change on one node', () => {
  it('count on both nodes for the very next request, given or withdrawn', async () => {
    const ada = await personKnownToBoth();
    const mayListUsers = () =>
      Promise.all(
        two.nodes.map(async ({ client }) => {
          const answer = await client.send(UsersDocument, { first: 1 }, { token: ada.accessToken });
          return answer.codes[0] ?? 'allowed';
        }),
      );
    const permissions = async () => {
      const { viewer } = (await two.nodes[1].client.send(ViewerDocument, {}, { token: ada.accessToken }))
        .data;
      return viewer!.permissions.map(({ name }) => name);
    };
    expect(await mayListUsers()).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const [here, there] = two.nodes.map(({ client }) => client) as [GraphqlClient, GraphqlClient];
    const admin = new Actor(here, await signIn(here, ADMIN.email, ADMIN.password));
    const input = { userId: ada.id, permission: 'signet:users.read' };
    await admin.does(GrantPermissionDocument, input);
    expect(await mayListUsers()).toEqual(['allowed', 'allowed']);
    expect(await permissions()).toEqual(['signet:users.read']);
    // Taken on the other node than the one that gave it.
    await new Actor(there, admin.person).does(RevokePermissionDocument, input);
    expect(await mayListUsers()).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(await permissions()).toEqual([]);
  });
});

describe('one session over two nodes', () => {
  it('is refreshed by both at once into one successor, which either continues (RT-3)', async () => {
    const ada = await personKnownToBoth();
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => refreshed(two.nodes[index % 2]!.client, ada.refreshToken)),
    );
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    await refreshed(two.nodes[1].client, answers[0]!.refreshToken);
  });

  it('has access tokens of both nodes under the same key', async () => {
    const ada = await signUp(two.nodes[0].client);
    const next = await refreshed(two.nodes[1].client, ada.refreshToken);
    expect(decodeProtectedHeader(next.accessToken).kid).toBe(decodeProtectedHeader(ada.accessToken).kid);
    expect(await viewerWith(two.nodes[0].client, next.accessToken)).toBe('signed in');
  });
});

describe('two nodes that start on an empty database at the same time', () => {
  it('both come up, with one signing key for each purpose and one administrator', async () => {
    const database = await createDatabase({ empty: true });
    const both = await startTwoNodes({}, { database, atOnce: true });
    try {
      const keys = await both.sql<{ count: number }>(
        'SELECT count(*)::int AS count FROM signing_keys GROUP BY purpose',
      );
      const admins = await both.sql<{ count: number }>(
        `SELECT count(DISTINCT g.user_id)::int AS count FROM role_grants g
         JOIN role_permissions p ON p.role_id = g.role_id WHERE p.permission = 'signet:permissions.manage'`,
      );
      expect([keys, admins]).toEqual([KEY_PURPOSES.map(() => ({ count: 1 })), [{ count: 1 }]]);
      const ada = await signUp(both.nodes[0].client);
      expect(await viewerWith(both.nodes[1].client, ada.accessToken)).toBe('signed in');
    } finally {
      await both.close();
    }
  });
});
