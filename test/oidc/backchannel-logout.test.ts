import { ClientActor } from '../support/clients.js';
import { everyRow } from '../support/dump.js';
import { decode } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { LogoutReceiver, deliverLogouts, startLogoutReceiver } from '../support/logout-receiver.js';
import { createDatabase } from '../support/postgres.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

/** Services under test are on loopback, which nobody is called on without this. */
const env = { SIGNET_OUTGOING_ALLOW: '127.0.0.0/8' };
const MINUTE = 60;

let database: Awaited<ReturnType<typeof createDatabase>>;
let app: TestApp;
let admin: Person;
let shop: RelyingParty;
let desk: RelyingParty;
let shopHears: LogoutReceiver;
let deskHears: LogoutReceiver;
beforeEach(async () => {
  database = await createDatabase();
  app = await startTestApp(env, database.url);
  admin = await app.given.administrator();
  [shop, desk] = [await startRelyingParty(app, admin, 'shop'), await startRelyingParty(app, admin, 'desk')];
  shopHears = await startLogoutReceiver(app, admin, shop);
  deskHears = await startLogoutReceiver(app, admin, desk);
});
afterEach(async () => {
  await Promise.all([shop, desk, shopHears, deskHears].map((server) => server.close()));
  await app.close();
  await database.drop();
});

/** Somebody who is signed in to both services by one session. */
async function signedIn() {
  const ada = await app.given.user();
  const browser = new Visitor(app);
  await browser.send(await browser.open(shop.signInUrl()), { email: ada.email, password: ada.password });
  const arrival = await browser.open(shop.signInUrl());
  const tokens = await shop.redeem(app, arrival.url);
  await browser.open(desk.signInUrl());
  const sid = decode(tokens['id_token']!).claims['sid'] as string;
  const signOut = async () => browser.send(await browser.open(shop.signOutUrl()), { logout: 'yes' });
  return { ada, browser, sid, signOut };
}

const waiting = (at = app) =>
  at.sql<{ client_id: string; attempts: number }>(
    'SELECT client_id, attempts FROM logout_deliveries ORDER BY client_id',
  );
const metric = async (name: string) => {
  const text = await (await fetch(`${app.origin}/metrics`)).text();
  return Number(new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1] ?? NaN);
};

describe('a logout token', () => {
  it('is what the specification wants, for each service that was signed in to (BL-1)', async () => {
    const { ada, sid, signOut } = await signedIn();
    await signOut();
    await Promise.all([shopHears.hears(1), deskHears.hears(1)]);
    const heard = [shopHears.heard[0]!, deskHears.heard[0]!];
    for (const { header, claims } of heard) {
      expect(header).toMatchObject({ typ: 'logout+jwt', alg: 'RS256' });
      expect(claims).toMatchObject({ sub: ada.id, sid, iss: app.identity.config.issuer });
      expect(claims.events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
      expect(claims.exp! - claims.iat!).toBeLessThanOrEqual(120);
      expect(Object.keys(claims).toSorted()).toEqual(
        ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'events', 'sid'].toSorted(),
      );
    }
    expect(heard.map(({ claims }) => claims.aud)).toEqual([shop.clientId, desk.clientId]);
    expect(new Set(heard.map(({ claims }) => claims.jti)).size).toBe(2);
    expect([...shopHears.faults, ...deskHears.faults]).toEqual([]);
  });

  it('is signed as the id tokens of the client are', async () => {
    const { clientId } = shop;
    await new ClientActor(app, admin).does('updateClient', { clientId, idTokenAlg: 'ES256' });
    await (await signedIn()).signOut();
    await shopHears.hears(1);
    expect(shopHears.heard[0]!.header.alg).toBe('ES256');
  });

  it('is neither an access token nor a hint of an id token (JW-3)', async () => {
    const { signOut } = await signedIn();
    await signOut();
    await shopHears.hears(1);
    const { token } = shopHears.heard[0]!;
    const { codes } = await app.client.send('{ viewer { id } }', {}, { token });
    expect(codes).toEqual(['UNAUTHENTICATED']);
    const userinfo = await fetch(`${app.origin}/oidc/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(userinfo.status).toBe(401);
  });

  it('is in no row of the database and in no line of the log', async () => {
    const { signOut } = await signedIn();
    await signOut();
    await shopHears.hears(1);
    const signature = shopHears.heard[0]!.token.split('.')[2]!;
    expect(signature.length).toBeGreaterThan(80);
    const rows = await everyRow(app);
    expect(rows.filter(({ row }) => row.includes(signature))).toEqual([]);
    expect(app.log.filter((line) => line.includes(signature))).toEqual([]);
  });
});

describe('discovery', () => {
  it('says that services are told, and of which session (MD-2)', async () => {
    const answer = await fetch(`${app.origin}/.well-known/openid-configuration`);
    expect(await answer.json()).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });
});

describe('the outbox', () => {
  it('tells a service that was down for ten minutes as soon as it is back (BL-3)', async () => {
    const { sid, signOut } = await signedIn();
    const { port } = new URL(shopHears.uri);
    await shopHears.close();
    const signedOut = await signOut();
    expect(signedOut.url.href).toBe(`${shop.origin}/bye`);
    await deskHears.hears(1);
    for (let minute = 0; minute < 10; minute += 1) {
      await deliverLogouts(app);
      app.clock.advance(MINUTE);
    }
    const [row] = await waiting();
    expect(row).toMatchObject({ client_id: shop.clientId });
    expect(row!.attempts).toBeGreaterThan(3);
    expect(await metric('signet_logouts_waiting')).toBe(1);
    expect(await metric('signet_logouts_oldest_seconds')).toBeGreaterThanOrEqual(10 * MINUTE);

    const back = new LogoutReceiver(app, shop.clientId);
    await back.listen(Number(port));
    app.clock.advance(15 * MINUTE);
    await deliverLogouts(app);
    expect(back.sids).toEqual([sid]);
    expect(await waiting()).toEqual([]);
    expect(deskHears.heard).toHaveLength(1);
    expect(await metric('signet_logouts_waiting')).toBe(0);
    shopHears = back;
  });

  it.each([302, 307, 400, 404, 500, 503])(
    'takes %i for a failure, and follows nobody (BL-4)',
    async (status) => {
      const { sid, signOut } = await signedIn();
      shopHears.mood = status;
      await signOut();
      await shopHears.isAsked(1);
      await deliverLogouts(app);
      expect(shopHears.requests).toBe(1);
      expect(await waiting()).toEqual([{ client_id: shop.clientId, attempts: 1 }]);
      shopHears.mood = 'takes';
      app.clock.advance(MINUTE);
      await deliverLogouts(app);
      expect(shopHears.sids).toEqual([sid]);
    },
  );

  it('lets a service that never answers hold up neither the person nor other services (BL-3)', async () => {
    shopHears.mood = 'holds';
    const [first, second] = [await signedIn(), await signedIn()];
    const began = performance.now();
    await first.signOut();
    await shopHears.isAsked(1);
    await second.signOut();
    await deskHears.hears(2);
    // Its own time limit is five seconds: nobody has waited for it.
    expect(performance.now() - began).toBeLessThan(4_500);
    expect(deskHears.sids).toEqual([first.sid, second.sid].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(shopHears.heard).toEqual([]);
  });

  it('goes on after a stop in the middle, on another node (BL-3)', async () => {
    const { sid, signOut } = await signedIn();
    shopHears.mood = 'holds';
    await signOut();
    await shopHears.isAsked(1);
    shopHears.mood = 'takes';
    await app.close();
    app = await startTestApp(env, database.url);
    [shopHears.app, deskHears.app] = [app, app];
    await deliverLogouts(app);
    expect(shopHears.sids).toEqual([sid]);
    expect(await waiting()).toEqual([]);
  });

  it('goes on after a node was killed between commit and answer, when its lease is over (BL-3)', async () => {
    const { sid, signOut } = await signedIn();
    shopHears.mood = 'holds';
    await signOut();
    await shopHears.isAsked(1);
    // From here on this node is as good as dead: it holds the row, and never comes back to it in time.
    const other = await startTestApp(env, database.url);
    Object.assign(shopHears, { mood: 'takes', app: other });
    await deliverLogouts(other);
    expect(shopHears.heard).toEqual([]);
    other.clock.advance(31);
    await deliverLogouts(other);
    expect(shopHears.sids).toEqual([sid]);
    await other.close();
  });

  it('is worked on by two nodes without telling anybody twice', async () => {
    const other = await startTestApp(env, database.url);
    const sids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { sid, signOut } = await signedIn();
      sids.push(sid);
      await signOut();
    }
    await Promise.all([deliverLogouts(app), deliverLogouts(other), shopHears.hears(5), deskHears.hears(5)]);
    await deliverLogouts(app);
    for (const receiver of [shopHears, deskHears]) {
      expect(receiver.sids).toEqual(sids.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(receiver.requests).toBe(5);
    }
    await other.close();
  });

  it('gives up after a day, and says so in the audit trail', async () => {
    const { ada, sid, signOut } = await signedIn();
    shopHears.mood = 503;
    await signOut();
    await shopHears.isAsked(1);
    await deliverLogouts(app);
    app.clock.advance(24 * 60 * MINUTE);
    await deliverLogouts(app);
    expect(await waiting()).toEqual([]);
    const events = await app.sql(
      `SELECT user_id, session_id, actor_id, subject_name, details FROM audit_events WHERE type = 'logout.not-delivered'`,
    );
    expect(events).toEqual([
      {
        user_id: ada.id,
        session_id: sid,
        actor_id: null,
        subject_name: shop.clientId,
        details: { attempts: 2, reason: 'status 503' },
      },
    ]);
    expect(app.log.some((line) => line.includes('logout.not-delivered'))).toBe(true);
    expect(await metric('signet_outcomes_total{use_case="deliverLogout",outcome="givenUp"}')).toBe(1);
  });

  it('forgets what a service wants to hear no more', async () => {
    const { signOut } = await signedIn();
    shopHears.mood = 503;
    await signOut();
    await shopHears.isAsked(1);
    await deliverLogouts(app);
    const { clientId } = shop;
    await new ClientActor(app, admin).does('updateClient', { clientId, backchannelLogoutUri: null });
    app.clock.advance(MINUTE);
    await deliverLogouts(app);
    expect(await waiting()).toEqual([]);
    expect(shopHears.requests).toBe(1);
  });
});

describe('an address that may not be called', () => {
  it.each([
    ['loopback by name', (port: string) => `https://localhost:${port}/`],
    ['loopback', (port: string) => `http://127.0.0.1:${port}/`],
    ['metadata of a cloud', () => 'https://169.254.169.254/latest/meta-data'],
    ['a private network', () => 'https://10.0.0.1/'],
  ])('is not: %s (BL-4)', async (_what, uriOf) => {
    const strict = await startTestApp({});
    const boss = await strict.given.administrator();
    const party = await startRelyingParty(strict, boss, 'shop');
    const receiver = await startLogoutReceiver(strict, boss, party);
    try {
      const uri = uriOf(new URL(receiver.uri).port);
      const { clientId } = party;
      await new ClientActor(strict, boss).does('updateClient', { clientId, backchannelLogoutUri: uri });
      const ada = await strict.given.user();
      const browser = new Visitor(strict);
      await browser.send(await browser.open(party.signInUrl()), { email: ada.email, password: ada.password });
      await browser.send(await browser.open(party.signOutUrl()), { logout: 'yes' });
      await deliverLogouts(strict);
      expect(await waiting(strict)).toEqual([{ client_id: clientId, attempts: 1 }]);
      expect(receiver.requests).toBe(0);
      const line = strict.log.find((text) => text.includes('logout.delayed'))!;
      expect(JSON.parse(line)).toMatchObject({
        clientId,
        reason: expect.stringContaining('SIGNET_OUTGOING_ALLOW'),
      });
    } finally {
      await receiver.close();
      await party.close();
      await strict.close();
    }
  });
});
