import pg from 'pg';
import { untilWaiting } from '../../support/gate.js';
import type { Person } from '../../support/given.js';
import { deliverLogouts, startLogoutReceiver, type LogoutReceiver } from '../../support/logout-receiver.js';
import { startRelyingParty, type RelyingParty } from '../../support/relying-party.js';
import { browse, sessionTree, type Browsing } from '../../support/session-services.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let shop: RelyingParty;
let desk: RelyingParty;
let receivers: [LogoutReceiver, LogoutReceiver];
let ada: Person;
let its: Browsing;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_OUTGOING_ALLOW: '127.0.0.1' });
  const admin = await app.given.administrator();
  [shop, desk] = [await startRelyingParty(app, admin, 'shop'), await startRelyingParty(app, admin, 'desk')];
  receivers = [await startLogoutReceiver(app, admin, shop), await startLogoutReceiver(app, admin, desk)];
});
beforeEach(async () => {
  ada = await app.given.user();
  its = await browse(app, ada, [shop, desk]);
});
afterAll(async () => {
  await Promise.all([shop, desk, ...receivers].map((server) => server.close()));
  await app.close();
});

const revoke = (person: Person, sessionId = its.sid, clientId = shop.clientId) =>
  app.client.send<{ revokeSessionService: { __typename: string } }, object>(
    `mutation ($input: RevokeSessionServiceInput!) { revokeSessionService(input: $input) { __typename
       ... on RevokeSessionServiceSuccess { sessionId clientId } ... on IdentityProblem { code } } }`,
    { input: { sessionId, clientId } },
    { token: person.accessToken },
  );
const services = async () =>
  (await sessionTree(app, ada)).find(({ id }) => id === its.sid)!.services.map(({ clientId }) => clientId);
const refresh = async (party: RelyingParty) =>
  (await party.refresh(app, its.refreshTokens.get(party.clientId)!))['error'] ?? 'refreshed';
/** Which of shop and desk heard that they are signed out of the session. */
const heard = async () => {
  await deliverLogouts(app);
  return receivers.map((receiver) => receiver.heard.filter(({ claims }) => claims.sid === its.sid).length);
};

describe('revokeSessionService', () => {
  it('signs one service out, tells it, and leaves the others and the session as they are', async () => {
    const { data } = await revoke(ada);
    expect(data.revokeSessionService).toEqual({
      __typename: 'RevokeSessionServiceSuccess',
      sessionId: its.sid,
      clientId: shop.clientId,
    });
    expect(await services()).toEqual([desk.clientId]);
    expect(await refresh(shop)).toBe('invalid_grant');
    expect(await refresh(desk)).toBe('refreshed');
    expect(await heard()).toEqual([1, 0]);
    // The person is still signed in to Signet: the next "Sign in" of the service needs no password.
    expect((await its.browser.open(shop.signInUrl())).url.origin).toBe(shop.origin);
    expect(await services()).toEqual([desk.clientId, shop.clientId]);
  });

  it('refuses the access tokens of the service at once, and those of the others not', async () => {
    const tokenOf = async (party: RelyingParty, scope: string) =>
      (await party.redeem(app, (await its.browser.open(party.signInUrl({ scope }))).url))['access_token']!;
    const tokens = [await tokenOf(shop, 'openid shop:read'), await tokenOf(desk, 'openid desk:read')];
    const codes = async () =>
      (await Promise.all(tokens.map((token) => app.client.send('{ viewer { id } }', {}, { token })))).map(
        (answer) => answer.codes,
      );
    expect(await codes()).toEqual([[], []]);
    await revoke(ada);
    expect(await codes()).toEqual([['UNAUTHENTICATED'], []]);
  });

  it('ends a code that was not redeemed yet', async () => {
    const arrival = await its.browser.open(shop.signInUrl());
    await revoke(ada);
    expect((await shop.redeem(app, arrival.url))['error']).toBe('invalid_grant');
  });

  it('is not undone by what another service does in the same browser meanwhile', async () => {
    // Use is written down once a minute.
    app.clock.advance(61);
    const other = new pg.Client({ connectionString: app.databaseUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM sessions WHERE id = $1 FOR NO KEY UPDATE', [its.sid]);
    // It has read which clients are signed in, and waits to write that desk was used.
    const inAnotherTab = its.browser.open(desk.signInUrl());
    await untilWaiting(other, 1);
    await revoke(ada);
    await other.query('COMMIT');
    await other.end();
    await inAnotherTab;
    expect(await services()).toEqual([desk.clientId]);
  });

  it('leaves a trace, with who did it', async () => {
    await revoke(ada);
    const events = await app.sql(
      `SELECT actor_id, user_id, session_id, subject_kind, subject_name FROM audit_events
       WHERE type = 'session.service-left' AND user_id = $1`,
      [ada.id],
    );
    expect(events).toEqual([
      {
        actor_id: ada.id,
        user_id: ada.id,
        session_id: its.sid,
        subject_kind: 'client',
        subject_name: shop.clientId,
      },
    ]);
  });

  it('is for one’s own sessions, and with signet:users.manage for anybody’s', async () => {
    const [reader, manager] = [await app.given.user(), await app.given.user()];
    await app.given.permission(reader.id, 'signet:users.read');
    await app.given.permission(manager.id, 'signet:users.manage');
    expect((await revoke(reader)).codes).toEqual(['NOT_FOUND']);
    expect(await services()).toEqual([shop.clientId, desk.clientId]);
    expect(await heard()).toEqual([0, 0]);
    expect((await revoke(manager)).data.revokeSessionService.__typename).toBe('RevokeSessionServiceSuccess');
    expect(await services()).toEqual([desk.clientId]);
  });

  it.each([
    ['no session', () => [ada.id, shop.clientId]],
    ['no id', () => ['x', shop.clientId]],
    ['a session that is not signed in to it', () => [ada.sessionId, shop.clientId]],
    ['no client', () => [its.sid, "shop' OR true --"]],
  ] as [string, () => [string, string]][])('does not find %s', async (_what, ids) => {
    expect((await revoke(ada, ...ids())).codes).toEqual(['NOT_FOUND']);
    expect(await services()).toEqual([shop.clientId, desk.clientId]);
  });

  it('ends the session of a device, which has nothing else', async () => {
    await app.sql('UPDATE sessions SET client_id = $2 WHERE id = $1', [its.sid, shop.clientId]);
    await revoke(ada);
    const ended = await app.sql('SELECT end_reason FROM sessions WHERE id = $1', [its.sid]);
    expect(ended).toEqual([{ end_reason: 'REVOKED' }]);
    expect((await heard())[0]).toBe(1);
  });

  it('tells once, also when two ask at once', async () => {
    const answers = await Promise.all([revoke(ada), revoke(ada)]);
    expect(answers.flatMap(({ codes }) => codes)).toEqual(['NOT_FOUND']);
    expect(await heard()).toEqual([1, 0]);
    await revoke(ada, its.sid, desk.clientId);
    expect(await heard()).toEqual([1, 1]);
  });
});
