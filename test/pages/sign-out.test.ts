import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

const typed = ({ email, password }: Person) => ({ email, password });

let app: TestApp;
let shop: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  shop = await startRelyingParty(app, await app.given.administrator(), 'shop', { name: 'Tea Shop' });
  ada = await app.given.user();
});
afterAll(async () => {
  await shop?.close();
  await app.close();
});

async function signedIn(): Promise<Visitor> {
  const visitor = new Visitor(app);
  await visitor.send(await visitor.open(shop.signInUrl()), typed(ada));
  return visitor;
}

describe('signing out on the page', () => {
  it('asks first, names the service, and goes back there (LO-1)', async () => {
    const visitor = await signedIn();
    const page = await visitor.open(shop.signOutUrl({ ui_locales: 'de' }));
    expect(page.status).toBe(200);
    expect(page.text).toContain('Tea Shop möchte Sie abmelden.');
    expect((await visitor.open(shop.signInUrl())).url.origin).toBe(shop.origin);
    const back = await visitor.send(await visitor.open(shop.signOutUrl()), { logout: 'yes' });
    expect(back.url.href).toBe(`${shop.origin}/bye`);
    expect((await visitor.open(shop.signInUrl())).url.pathname).toMatch(/^\/sign-in\//);
  });

  it('leaves that service alone when people want it so, and the others go on', async () => {
    const desk = await startRelyingParty(app, await app.given.administrator(), 'desk');
    const visitor = await signedIn();
    await visitor.open(desk.signInUrl());
    const page = await visitor.open(shop.signOutUrl());
    expect(page.text).toContain('Leave only Tea Shop');
    expect((await visitor.send(page, {})).url.href).toBe(`${shop.origin}/bye`);
    const services = () =>
      app.sql(
        `SELECT k.client_id FROM session_clients k JOIN sessions s ON s.id = k.session_id
         WHERE s.user_id = $1 AND s.ended_at IS NULL AND k.client_id IN ($2, $3)
           AND EXISTS (SELECT 1 FROM session_clients d WHERE d.session_id = s.id AND d.client_id = $3)`,
        [ada.id, shop.clientId, desk.clientId],
      );
    expect(await services()).toEqual([{ client_id: desk.clientId }]);
    const events = await app.sql(
      `SELECT subject_name FROM audit_events WHERE type = 'session.service-left' AND user_id = $1`,
      [ada.id],
    );
    expect(events).toEqual([{ subject_name: shop.clientId }]);
    // Without an address to go back to, a page says so.
    await visitor.open(shop.signInUrl());
    const withoutAddress = await visitor.open(`${TEST_ISSUER}/oidc/logout?client_id=${shop.clientId}`);
    expect((await visitor.send(withoutAddress, {})).text).toContain('You have left Tea Shop.');
    expect((await visitor.open(desk.signInUrl())).url.origin).toBe(desk.origin);
    await desk.close();
  });

  it('says that it is done where no service waits', async () => {
    const visitor = await signedIn();
    const page = await visitor.send(await visitor.open(`${TEST_ISSUER}/oidc/logout`), { logout: 'yes' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('You are signed out');
  });

  it('does nothing on a form with another secret (LO-3)', async () => {
    const visitor = await signedIn();
    const page = await visitor.open(shop.signOutUrl());
    const forged = {
      ...page,
      html: page.html.replace(/name="xsrf" value="[^"]+"/, 'name="xsrf" value="guess"'),
    };
    const answer = await visitor.send(forged, { logout: 'yes' });
    expect(answer.status).toBe(400);
    expect((await visitor.open(shop.signInUrl())).url.origin).toBe(shop.origin);
  });
});

describe('what goes wrong in the protocol', () => {
  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an address that is not registered', { redirect_uri: 'https://evil.example/callback' }],
  ])('%s is a page with a number, and the reason is in the log under it', async (_what, parameters) => {
    const page = await new Visitor(app).open(shop.signInUrl(parameters as Record<string, string>));
    expect(page.status).toBe(400);
    expect(page.text).toContain('The service that sent you here did not ask in the right way');
    expect(page.text).not.toMatch(/redirect_uri|client_id|invalid|evil|nobody/);
    const number = page.headers.get('x-request-id')!;
    expect(page.text).toContain(number);
    const line = app.log.map((text) => JSON.parse(text)).find((entry) => entry.requestId === number);
    expect(line).toMatchObject({ event: 'oidc.refused', level: 'warn' });
    expect(line.description).toMatch(/client is invalid|redirect_uri/);
  });

  it('is a page that has expired for who comes too late', async () => {
    const visitor = new Visitor(app);
    const page = await visitor.open(shop.signInUrl());
    app.clock.advance(3601);
    const late = await visitor.send(page, typed(ada));
    expect(late.status).toBe(410);
    expect(late.text).toContain('This page has expired');
    expect(late.text).toContain(late.headers.get('x-request-id'));
  });
});
