import type { Person } from '../../support/given.js';
import { startRelyingParty, type RelyingParty } from '../../support/relying-party.js';
import { SESSIONS, browse, sessionTree } from '../../support/session-services.js';
import { statementsDuring, stopJobs } from '../../support/statements.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const HOUR = 3600;
const DAY = 24 * HOUR;

let app: TestApp;
let shop: RelyingParty;
let desk: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  stopJobs(app);
  const admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop', { name: 'Tea Shop' });
  desk = await startRelyingParty(app, admin, 'desk');
});
beforeEach(async () => {
  ada = await app.given.user();
});
afterAll(async () => {
  await Promise.all([shop, desk].map((party) => party.close()));
  await app.close();
});

describe('the tree of sessions', () => {
  it('shows each device with the services that are signed in by it, and since when', async () => {
    const { sid } = await browse(app, ada, [shop, desk], { 'user-agent': FIREFOX });
    const tree = await sessionTree(app, ada);
    expect(tree).toHaveLength(2);
    const browser = tree.find(({ id }) => id === sid)!;
    expect(browser).toMatchObject({ device: 'Firefox on Linux', current: false, upstream: null });
    expect(browser.services).toMatchObject([
      { clientId: shop.clientId, clientName: 'Tea Shop', service: 'shop', serviceName: 'The shop' },
      { clientId: desk.clientId, clientName: 'desk', service: 'desk', serviceName: 'The desk' },
    ]);
    const since = browser.services.map((service) => Date.parse(service.since));
    expect(since).toEqual(since.toSorted((a, b) => a - b));
    expect(tree.find(({ id }) => id === ada.sessionId)).toMatchObject({ current: true, services: [] });
  });

  it('shows what a login was for', async () => {
    const there = await app.given.login(ada, 'shop');
    const session = (await sessionTree(app, there)).find(({ current }) => current);
    expect(session!.services).toMatchObject([
      { clientId: null, clientName: null, service: 'shop', serviceName: 'The shop' },
    ]);
  });

  it('says when each service was used, by signing in or by new tokens, and leaves the others', async () => {
    const { sid, browser, refreshTokens } = await browse(app, ada, [shop, desk]);
    const before = await sessionTree(app, ada);
    const used = async () => {
      const { services } = (await sessionTree(app, await app.given.login(ada))).find(({ id }) => id === sid)!;
      const then = before.find(({ id }) => id === sid)!.services;
      return services.map((one, index) => Date.parse(one.lastUsedAt) - Date.parse(then[index]!.lastUsedAt));
    };
    app.clock.advance(HOUR);
    await shop.refresh(app, refreshTokens.get(shop.clientId)!);
    // Desk was signed in to a second after shop.
    expect(await used()).toEqual([(HOUR + 1) * 1000, 0]);
    app.clock.advance(HOUR);
    await browser.open(desk.signInUrl());
    expect(await used()).toEqual([(HOUR + 1) * 1000, 2 * HOUR * 1000]);
  });

  it('is read by so many statements, however many sessions and services there are', async () => {
    const ask = () => sessionTree(app, ada);
    await browse(app, ada, [shop]);
    await ask();
    const few = await statementsDuring(app, ask);
    for (let count = 0; count < 5; count += 1) await browse(app, ada, [shop, desk]);
    await app.given.login(ada, 'shop');
    await app.given.login(ada, 'desk');
    const many = await statementsDuring(app, ask);
    expect(few.filter((text) => text === 'list-session-services')).toHaveLength(1);
    expect(many.filter((text) => text === 'list-session-services')).toHaveLength(1);
    // One more for the names of services that logins were for.
    expect(many.length).toBeLessThanOrEqual(few.length + 1);
  });

  it('is for oneself and holders of signet:users.read', async () => {
    const { sid } = await browse(app, ada, [shop]);
    const [reader, other] = [await app.given.user(), await app.given.user()];
    await app.given.permission(reader.id, 'signet:users.read');
    const ask = (token: string) =>
      app.client.send<{ user: { sessions: { id: string; services: object[] }[] } | null }, object>(
        `query ($id: ID!) { user(id: $id) { ${SESSIONS} } }`,
        { id: ada.id },
        { token },
      );
    const { data } = await ask(reader.accessToken);
    expect(data.user!.sessions.find(({ id }) => id === sid)!.services).toMatchObject([
      { clientId: shop.clientId },
    ]);
    const refused = await ask(other.accessToken);
    expect(refused.codes).toEqual(['FORBIDDEN']);
    expect(JSON.stringify(refused.body)).not.toContain(shop.clientId);
  });
});

describe('the clocks of the browser’s session', () => {
  it('use by a service puts off its idle end, and never its absolute one (SE)', async () => {
    const { refreshTokens, sid } = await browse(app, ada, [shop]);
    let token = refreshTokens.get(shop.clientId)!;
    const { idleSeconds, absoluteSeconds } = app.identity.config.sessions;
    let age = 0;
    // Less than the idle time apart, but more than it in all.
    for (; age + 5 * DAY < absoluteSeconds; age += 5 * DAY) {
      app.clock.advance(5 * DAY);
      token = (await shop.refresh(app, token))['refresh_token']!;
      expect(token).toBeDefined();
    }
    expect(age).toBeGreaterThan(idleSeconds);
    app.clock.advance(absoluteSeconds - age);
    expect((await shop.refresh(app, token))['error']).toBe('invalid_grant');
    const living = (await sessionTree(app, await app.given.login(ada))).map(({ id }) => id);
    expect(living).not.toContain(sid);
  });

  it('signing in to another service puts it off too; nothing at all lets it end', async () => {
    const { browser } = await browse(app, ada, [shop]);
    app.clock.advance(6 * DAY);
    expect((await browser.open(desk.signInUrl())).url.origin).toBe(desk.origin);
    app.clock.advance(6 * DAY);
    expect((await browser.open(shop.signInUrl())).url.origin).toBe(shop.origin);
    app.clock.advance(7 * DAY + 1);
    expect((await browser.open(shop.signInUrl())).url.pathname).toMatch(/^\/sign-in\//);
  });
});
