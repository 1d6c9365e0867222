import { ClientActor } from '../support/clients.js';
import { LOGOUT_ENV, deliverLogouts, startHeardLogouts } from '../support/logout-receiver.js';
import { startTestApp } from '../support/test-app.js';

const MINUTE = 60;
const sorted = (ids: string[]) => ids.toSorted((a, b) => (a < b ? -1 : 1));

let its: Awaited<ReturnType<typeof startHeardLogouts>>;
beforeAll(async () => {
  its = await startHeardLogouts();
});
afterEach(() => its.reset());
afterAll(() => its.close());

const metric = async (name: string) => {
  const text = await (await fetch(`${its.app.origin}/metrics`)).text();
  return Number(new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1] ?? NaN);
};

describe('the outbox of logouts', () => {
  it('tells a service that was down for ten minutes as soon as it is back (BL-3)', async () => {
    const { app, shop, shopHears, deskHears } = its;
    const { sid, signOut } = await its.signedIn();
    const { port } = new URL(shopHears.uri);
    await shopHears.close();
    const signedOut = await signOut();
    expect(signedOut.url.href).toBe(`${shop.origin}/bye`);
    await deskHears.hears(1);
    for (let minute = 0; minute < 10; minute += 1) {
      await deliverLogouts(app);
      app.clock.advance(MINUTE);
    }
    const [row] = await its.waiting();
    expect(row).toMatchObject({ client_id: shop.clientId });
    expect(row!.attempts).toBeGreaterThan(3);
    expect(await metric('signet_logouts_waiting')).toBe(1);
    expect(await metric('signet_logouts_oldest_seconds')).toBeGreaterThanOrEqual(10 * MINUTE);

    await shopHears.listen(Number(port));
    app.clock.advance(15 * MINUTE);
    await deliverLogouts(app);
    expect(shopHears.sids).toEqual([sid]);
    expect(await its.waiting()).toEqual([]);
    expect(deskHears.heard).toHaveLength(1);
    expect(await metric('signet_logouts_waiting')).toBe(0);
  });

  it.each([307, 400, 503])('takes %i for a failure, and follows nobody (BL-4)', async (status) => {
    const { app, shop, shopHears } = its;
    const { sid, signOut } = await its.signedIn();
    shopHears.mood = status;
    await signOut();
    await deliverLogouts(app);
    expect(shopHears.requests).toBe(1);
    expect(await its.waiting()).toEqual([{ client_id: shop.clientId, attempts: 1 }]);
    shopHears.mood = 'takes';
    app.clock.advance(MINUTE);
    await deliverLogouts(app);
    expect(shopHears.sids).toEqual([sid]);
  });

  it('lets a service that never answers hold up neither the person nor other services (BL-3)', async () => {
    const { shopHears, deskHears } = its;
    shopHears.mood = 'holds';
    const [first, second] = [await its.signedIn(), await its.signedIn()];
    const began = performance.now();
    await first.signOut();
    await shopHears.isAsked(1);
    await second.signOut();
    await deskHears.hears(2);
    // Its own time limit is five seconds: nobody has waited for it.
    expect(performance.now() - began).toBeLessThan(4_500);
    expect(deskHears.sids).toEqual(sorted([first.sid, second.sid]));
    expect(shopHears.heard).toEqual([]);
  });

  it('goes on after a stop in the middle, on another node (BL-3)', async () => {
    const stopped = await startHeardLogouts();
    const { shopHears, deskHears } = stopped;
    const { sid, signOut } = await stopped.signedIn();
    shopHears.mood = 'holds';
    await signOut();
    await shopHears.isAsked(1);
    shopHears.mood = 'takes';
    await stopped.app.close();
    const next = await startTestApp(LOGOUT_ENV, stopped.databaseUrl);
    next.clock.advance(MINUTE);
    [shopHears.app, deskHears.app] = [next, next];
    await deliverLogouts(next);
    expect(shopHears.sids).toEqual([sid]);
    expect(await stopped.waiting(next)).toEqual([]);
    await next.close();
    await stopped.close();
  });

  it('goes on after a node was killed between commit and answer, when its lease is over (BL-3)', async () => {
    const { app, shopHears } = its;
    const { sid, signOut } = await its.signedIn();
    shopHears.mood = 'holds';
    await signOut();
    await shopHears.isAsked(1);
    // From here on this node is as good as dead: it holds the row, and comes back to it too late.
    const other = await startTestApp(LOGOUT_ENV, its.databaseUrl);
    const behind = (app.clock.now().getTime() - other.clock.now().getTime()) / 1000;
    other.clock.advance(behind);
    Object.assign(shopHears, { mood: 'takes', app: other });
    await deliverLogouts(other);
    expect(shopHears.heard).toEqual([]);
    other.clock.advance(31);
    await deliverLogouts(other);
    expect(shopHears.sids).toEqual([sid]);
    await other.close();
    shopHears.app = app;
  });

  it('is worked on by two nodes without telling anybody twice', async () => {
    const { app, shopHears, deskHears } = its;
    const other = await startTestApp(LOGOUT_ENV, its.databaseUrl);
    other.clock.advance((app.clock.now().getTime() - other.clock.now().getTime()) / 1000 + 5);
    const sids: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      const { sid, signOut } = await its.signedIn();
      sids.push(sid);
      await signOut();
    }
    await Promise.all([deliverLogouts(app), deliverLogouts(other), shopHears.hears(4), deskHears.hears(4)]);
    await deliverLogouts(app);
    for (const receiver of [shopHears, deskHears]) {
      expect(receiver.sids).toEqual(sorted(sids));
      expect(receiver.requests).toBe(4);
    }
    await other.close();
  });

  it('gives up after a day, and says so in the audit trail', async () => {
    const { app, shop, shopHears } = its;
    const { ada, sid, signOut } = await its.signedIn();
    shopHears.mood = 503;
    await signOut();
    await deliverLogouts(app);
    app.clock.advance(24 * 60 * MINUTE);
    await deliverLogouts(app);
    expect(await its.waiting()).toEqual([]);
    const events = await app.sql(
      `SELECT user_id, session_id, actor_id, subject_name, details FROM audit_events WHERE type = 'logout.not-delivered'`,
    );
    const details = { attempts: 2, reason: 'status 503' };
    expect(events).toEqual([
      { user_id: ada.id, session_id: sid, actor_id: null, subject_name: shop.clientId, details },
    ]);
    expect(app.log.some((line) => line.includes('logout.not-delivered'))).toBe(true);
    expect(await metric('signet_outcomes_total{use_case="deliverLogout",outcome="givenUp"}')).toBe(1);
  });

  it('forgets what a service wants to hear no more', async () => {
    const { app, admin, shop, shopHears } = its;
    const { signOut } = await its.signedIn();
    shopHears.mood = 503;
    await signOut();
    await deliverLogouts(app);
    const { clientId } = shop;
    const actor = new ClientActor(app, await app.given.login(admin));
    const tell = (backchannelLogoutUri: string | null) =>
      actor.does('updateClient', { clientId, backchannelLogoutUri });
    await tell(null);
    app.clock.advance(MINUTE);
    await deliverLogouts(app);
    expect(await its.waiting()).toEqual([]);
    expect(shopHears.requests).toBe(1);
    await tell(shopHears.uri);
  });

  it('calls no address that leads inwards, whatever is registered (BL-4)', async () => {
    const { app, admin, shop, shopHears } = its;
    const strict = await startTestApp({}, its.databaseUrl);
    strict.clock.advance((app.clock.now().getTime() - strict.clock.now().getTime()) / 1000 + MINUTE);
    const { port } = new URL(shopHears.uri);
    const { clientId } = shop;
    const actor = new ClientActor(app, await app.given.login(admin));
    const uris = [
      `http://127.0.0.1:${port}/`,
      `https://localhost:${port}/`,
      'https://169.254.169.254/',
      'https://10.0.0.1/',
    ];
    for (const backchannelLogoutUri of uris) {
      await actor.does('updateClient', { clientId, backchannelLogoutUri });
      await strict.sql(
        `INSERT INTO logout_deliveries (id, client_id, user_id, session_id, created_at, next_attempt_at, attempts)
         VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), $3, $3, 0)`,
        [clientId, admin.id, strict.clock.now()],
      );
      strict.log.length = 0;
      await deliverLogouts(strict);
      const line = strict.log.find((text) => text.includes('logout.delayed'));
      const reason = expect.stringContaining('SIGNET_OUTGOING_ALLOW');
      expect([backchannelLogoutUri, JSON.parse(line ?? '{}')]).toMatchObject([
        backchannelLogoutUri,
        { reason },
      ]);
      await strict.sql('DELETE FROM logout_deliveries');
      strict.clock.advance(MINUTE);
    }
    expect(shopHears.requests).toBe(0);
    await actor.does('updateClient', { clientId, backchannelLogoutUri: shopHears.uri });
    await strict.close();
  });
});
