import pg from 'pg';
import { decode } from '../support/forge.js';
import { untilWaiting } from '../support/gate.js';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

/** Whoever may manage a service may give it clients, and wait for an administrator to sign in to one. */
let app: TestApp;
let admin: Person;
let shop: RelyingParty;
let stranger: RelyingParty;
let portal: RelyingParty;
let manager: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
  stranger = await startRelyingParty(app, admin, 'stranger', { firstParty: false });
  portal = await startRelyingParty(app, admin, 'portal', { permissionsOf: ['shop'] });
  manager = await app.given.user();
  for (const permission of ['shop:permissions.manage', 'portal:permissions.manage'])
    await app.given.permission(manager.id, permission);
  for (const permission of ['shop:read', 'shop:refund', 'stranger:read', 'stranger:refund', 'portal:read'])
    await app.given.permission(admin.id, permission);
});
afterAll(async () => {
  for (const party of [shop, stranger, portal]) await party.close();
  await app.close();
});

const scopeOf = (token: string) => String(decode(token).claims['scope']).split(' ').filter(Boolean);
const ask = (token: string, query: string, variables: object = {}) =>
  app.client.send<any, object>(query, variables, { token });
const code = async (token: string, query: string, variables?: object) =>
  (await ask(token, query, variables)).codes[0];

const GRANT = `mutation ($userId: ID!, $permission: String!) {
  grantPermission(input: { userId: $userId, permission: $permission }) { __typename } }`;
const UPDATE = `mutation ($input: UpdateClientInput!) { updateClient(input: $input) {
  __typename ... on InvalidIdentityInput { fields { path code } } } }`;

describe('what a token of a client carries', () => {
  it('is of its own service, whatever an administrator who signs in may do elsewhere', async () => {
    for (const scope of ['openid', 'openid signet:permissions.manage shop:read']) {
      const token = await shop.signIn(app, new Visitor(app), admin, scope);
      expect(scopeOf(token).filter((name) => !name.startsWith('shop:'))).toEqual([]);
    }
  });

  it('is nothing at all where all that was asked for is of others: the answer says so', async () => {
    const back = await new Visitor(app).open(shop.signInUrl({ scope: 'openid' }));
    expect(back.status).toBe(200);
    const asked = shop.signIn(app, new Visitor(app), admin, 'openid stranger:read');
    await expect(asked).rejects.toThrow(/error=invalid_scope/);
  });

  it('is everything of it that its user may do, for a product of the company that asks for nothing by name', async () => {
    const token = await shop.signIn(app, new Visitor(app), admin, 'openid');
    expect(scopeOf(token)).toEqual(['shop:read', 'shop:refund']);
  });

  it('is nothing but what was agreed to, for a third party', async () => {
    const token = await stranger.signIn(app, new Visitor(app), admin, 'openid');
    expect(scopeOf(token)).toEqual([]);
    const asked = await stranger.signIn(app, new Visitor(app), admin, 'openid stranger:read');
    expect(scopeOf(asked)).toEqual(['stranger:read']);
  });

  it('is of further services that their managers let it have', async () => {
    const token = await portal.signIn(app, new Visitor(app), admin, 'openid');
    expect(scopeOf(token)).toEqual(['portal:read', 'shop:read', 'shop:refund']);
  });
});

describe('who lets a client have the permissions of a service', () => {
  const update = (permissionsOf: string[], person: Person) =>
    ask(person.accessToken, UPDATE, { input: { clientId: portal.clientId, permissionsOf } });

  it('manages that service', async () => {
    for (const service of ['signet', 'stranger', 'no-such-service'])
      expect((await update(['shop', service], manager)).codes).toEqual(['FORBIDDEN']);
    expect((await update(['shop', 'no-such-service'], admin)).data.updateClient.fields).toEqual([
      { path: 'permissionsOf[1]', code: 'NOT_FOUND' },
    ]);
  });

  it('need not when it stays, and need not to take it away, which tokens that are out feel at once', async () => {
    const token = await portal.signIn(app, new Visitor(app), admin, 'openid');
    const { data } = await ask(token, '{ viewer { can(permission: "shop:read") } }');
    expect(data.viewer.can).toBe(true);
    expect((await update(['shop'], manager)).data.updateClient.__typename).toBe('UpdateClientSuccess');
    await update([], manager);
    const later = await ask(token, '{ viewer { can(permission: "shop:read") } }');
    expect(later.data.viewer.can).toBe(false);
    await update(['shop'], admin);
  });

  it('manages it as well to say where people come back to, and who proves to be the client', async () => {
    const hers = await app.given.user();
    await app.given.permission(hers.id, 'portal:permissions.manage');
    const { clientId } = portal;
    const input = { clientId, redirectUris: ['https://evil.example.com/'] };
    expect((await ask(hers.accessToken, UPDATE, { input })).codes).toEqual(['FORBIDDEN']);
    const rotate = `mutation ($input: RotateClientSecretInput!) { rotateClientSecret(input: $input) { __typename } }`;
    expect((await ask(hers.accessToken, rotate, { input: { clientId } })).codes).toEqual(['FORBIDDEN']);
    // Without them it is hers alone.
    const dropped = await ask(hers.accessToken, UPDATE, { input: { clientId, permissionsOf: [] } });
    expect(dropped.data.updateClient.__typename).toBe('UpdateClientSuccess');
    await update(['shop'], admin);
  });

  it('is nobody after the service was deleted, whoever registers its name again', async () => {
    const register = `mutation { registerService(input: { slug: "gone", name: "Gone" }) { __typename } }`;
    await ask(admin.accessToken, register);
    await update(['shop', 'gone'], admin);
    await ask(admin.accessToken, 'mutation { deleteService(input: { slug: "gone" }) { __typename } }');
    await ask(admin.accessToken, register);
    const { data } = await ask(
      admin.accessToken,
      'query ($id: ID!) { client(clientId: $id) { permissionsOf } }',
      {
        id: portal.clientId,
      },
    );
    expect(data.client.permissionsOf).toEqual(['shop']);
  });
});

describe('at /graphql, a client with a token of an administrator', () => {
  const OWN = {
    changePassword: `mutation { changePassword(input: { currentPassword: "a long old password", newPassword: "a long new password" }) { __typename } }`,
    updateProfile: 'mutation { updateProfile(input: { name: "Mallory" }) { __typename } }',
    logoutEverywhere: 'mutation { logoutEverywhere { __typename } }',
    logout: 'mutation { logout { __typename } }',
  };

  it.each(Object.entries(OWN))('cannot %s, first party or third', async (_name, mutation) => {
    for (const party of [shop, stranger]) {
      const token = await party.signIn(app, new Visitor(app), admin, 'openid');
      expect(await code(token, mutation)).toBe('FORBIDDEN');
      expect((await ask(token, '{ viewer { id } }')).data.viewer.id).toBe(admin.id);
    }
  });

  it('cannot end sessions of its user', async () => {
    const token = await shop.signIn(app, new Visitor(app), admin, 'openid');
    const sessionId = decode(token).claims['sid'];
    const revoke = `mutation ($id: ID!) { revokeSession(input: { sessionId: $id }) { __typename } }`;
    expect(await code(token, revoke, { id: sessionId })).toBe('NOT_FOUND');
    expect(await code(token, '{ viewer { id } }')).toBeUndefined();
  });

  it('cannot give what its scope does not have', async () => {
    const token = await shop.signIn(app, new Visitor(app), admin, 'openid');
    for (const permission of ['signet:users.manage', 'shop:read', 'stranger:read'])
      expect(await code(token, GRANT, { userId: manager.id, permission })).toBe('FORBIDDEN');
  });

  it('manages one service by its scope, whose user manages all', async () => {
    const user = await app.given.administrator();
    await app.given.permission(user.id, 'shop:permissions.manage');
    const token = await shop.signIn(app, new Visitor(app), user, 'openid shop:permissions.manage');
    for (const permission of ['signet:users.manage', 'stranger:read'])
      expect(await code(token, GRANT, { userId: manager.id, permission })).toBe('FORBIDDEN');
  });

  it('can give what its scope has, and its user at that moment', async () => {
    const token = await shop.signIn(app, new Visitor(app), manager, 'openid shop:permissions.manage');
    const friend = await app.given.user();
    const given = await ask(token, GRANT, { userId: friend.id, permission: 'shop:read' });
    expect(given.data.grantPermission.__typename).toBe('GrantPermissionSuccess');
    expect(await code(token, GRANT, { userId: friend.id, permission: 'portal:read' })).toBe('FORBIDDEN');
  });

  it('sees of its user what a product of the company needs, and the id alone when it is none', async () => {
    const own = await shop.signIn(app, new Visitor(app), admin, 'openid');
    const read = '{ viewer { name email permissions { name } } }';
    expect((await ask(own, read)).data.viewer).toEqual({
      name: admin.name,
      email: admin.email,
      permissions: [{ name: 'shop:read' }, { name: 'shop:refund' }],
    });
    const foreign = await stranger.signIn(app, new Visitor(app), admin, 'openid email');
    expect((await ask(foreign, '{ viewer { id } }')).data.viewer).toEqual({ id: admin.id });
    for (const field of ['name', 'createdAt', 'email', 'permissions { name }', 'sessions { id }'])
      expect(await code(foreign, `{ viewer { ${field} } }`)).toBe('FORBIDDEN');
    expect(await code(foreign, `{ user(id: "${manager.id}") { name } }`)).toBe('FORBIDDEN');
    for (const field of ['sessions { id }', 'grants { id }', 'roles { id }', 'groups { id }'])
      for (const token of [own, foreign])
        expect(await code(token, `{ viewer { ${field} } }`)).toBe('FORBIDDEN');
    const check = `{ permissionCheck(userId: "${admin.id}", permission: "shop:read") { allowed } }`;
    expect(await code(foreign, check)).toBe('FORBIDDEN');
  });

  /** What comes of a grant by a token of the portal to which something is done while the request waits. */
  async function grantMeanwhile(sql: string) {
    const user = await app.given.user();
    await app.given.permission(user.id, 'shop:permissions.manage');
    const token = await portal.signIn(app, new Visitor(app), user, 'openid shop:permissions.manage');
    const friend = await app.given.user();
    const holder = new pg.Client({ connectionString: app.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN; SELECT id FROM permission_locks FOR UPDATE');
    const asked = ask(token, GRANT, { userId: friend.id, permission: 'shop:read' });
    await untilWaiting(holder, 1);
    await holder.query(`${sql}; COMMIT`);
    await holder.end();
    return asked;
  }

  it('gives nothing any more when it was signed out of the session while the request waited', async () => {
    const { data } = await grantMeanwhile(
      `DELETE FROM session_clients WHERE client_id = '${portal.clientId}'`,
    );
    expect(data.grantPermission.__typename).toBe('SessionEnded');
  });

  it('gives no more what it may not have any more, though it could when the request came', async () => {
    const { codes } = await grantMeanwhile(
      `UPDATE oauth_clients SET permissions_of = '{}' WHERE id = '${portal.clientId}'`,
    );
    expect(codes).toEqual(['FORBIDDEN']);
    await ask(admin.accessToken, UPDATE, { input: { clientId: portal.clientId, permissionsOf: ['shop'] } });
  });

  it('reads other people only by permissions of its scope', async () => {
    const token = await shop.signIn(app, new Visitor(app), admin, 'openid');
    expect(await code(token, '{ users { edges { node { id } } } }')).toBe('FORBIDDEN');
    expect(await code(token, `{ user(id: "${manager.id}") { email } }`)).toBe('FORBIDDEN');
  });

  it('is nobody from the moment at which it is deleted', async () => {
    const party = await startRelyingParty(app, admin, 'short-lived');
    const token = await party.signIn(app, new Visitor(app), admin, 'openid');
    expect(await code(token, '{ viewer { id } }')).toBeUndefined();
    const remove = `mutation ($id: ID!) { deleteClient(input: { clientId: $id }) { __typename } }`;
    await ask(admin.accessToken, remove, { id: party.clientId });
    expect(await code(token, '{ viewer { id } }')).toBe('UNAUTHENTICATED');
    await party.close();
  });
});
