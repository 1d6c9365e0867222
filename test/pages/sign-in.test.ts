import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let shop: RelyingParty;
let desk: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_LOGIN_FAILURES_PER_ACCOUNT: '3' });
  const admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop', { name: 'Tea Shop' });
  desk = await startRelyingParty(app, admin, 'desk', { name: 'Help Desk' });
  ada = await app.given.user();
});
afterAll(async () => {
  await shop?.close();
  await desk?.close();
  await app.close();
});

const typed = ({ email, password }: Person) => ({ email, password });
const fieldValue = (html: string, id: string) =>
  new RegExp(`<input id="${id}"[^>]*? value="([^"]*)"`).exec(html)?.[1];
const sessionsOf = async (person: Person) =>
  (
    await app.sql<{ id: string }>(
      `SELECT id FROM sessions WHERE user_id = $1 AND client_id = 'signet-sso' AND ended_at IS NULL`,
      [person.id],
    )
  ).map(({ id }) => id);

describe('signing in on the page, without a script', () => {
  it('leads from the service over the form back to the service, without a script or a window of its own (NA-3)', async () => {
    const visitor = new Visitor(app);
    const form = await visitor.open(shop.signInUrl());
    expect(form.status).toBe(200);
    expect(form.text).toContain('to continue to Tea Shop');
    expect(form.html).not.toMatch(/<iframe|target=|window\.open|onclick/);
    const back = await visitor.send(form, { email: ada.email, password: ada.password });
    expect(back.url.origin).toBe(shop.origin);
    expect(back.url.searchParams.get('state')).toBe('the state of the service');
    expect(await shop.redeem(app, back.url)).toHaveProperty('id_token');
  });

  it('opens the next service without a page, and is one session', async () => {
    const bea = await app.given.user();
    const visitor = new Visitor(app);
    await visitor.send(await visitor.open(shop.signInUrl()), typed(bea));
    const back = await visitor.open(desk.signInUrl());
    expect(back.url.origin).toBe(desk.origin);
    expect(await desk.redeem(app, back.url)).toHaveProperty('id_token');
    expect(await sessionsOf(bea)).toHaveLength(1);
  });

  it('takes the address from login_hint, and asks for the rest', async () => {
    const form = await new Visitor(app).open(shop.signInUrl({ login_hint: 'grace@example.com' }));
    expect(fieldValue(form.html, 'email')).toBe('grace@example.com');
  });

  it('keeps the address and never the password when it was wrong', async () => {
    const visitor = new Visitor(app);
    const form = await visitor.open(shop.signInUrl());
    const refused = await visitor.send(form, { email: ` ${ada.email} `, password: 'canary of a password' });
    expect(refused.status).toBe(422);
    expect(fieldValue(refused.html, 'email')).toBe(ada.email);
    expect(refused.html).not.toContain('canary');
    const back = await visitor.send(refused, typed(ada));
    expect(back.url.origin).toBe(shop.origin);
  });

  it('names the fields that are empty, each beside itself', async () => {
    const visitor = new Visitor(app);
    const refused = await visitor.send(await visitor.open(shop.signInUrl()), { email: '', password: '' });
    expect(refused.status).toBe(422);
    expect(refused.html).toMatch(/<p class="fault" id="email-fault">Enter your e-mail address\.<\/p>/);
    expect(refused.html).toMatch(/<p class="fault" id="password-fault">Enter your password\.<\/p>/);
    expect(refused.html).toContain('<title>Error: Sign in – Signet</title>');
  });

  it('says how long to wait after too many attempts', async () => {
    const eve = await app.given.user();
    const visitor = new Visitor(app, { 'accept-language': 'de' });
    let page = await visitor.open(shop.signInUrl());
    for (let attempt = 0; attempt < 4; attempt++)
      page = await visitor.send(page, { email: eve.email, password: 'a wrong guess at the password' });
    expect(page.status).toBe(429);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(page.text).toMatch(/Warten Sie \d+ Minuten und versuchen Sie es dann noch einmal/);
  });

  it('tells of a suspension to who knows the password, and to nobody else', async () => {
    const eve = await app.given.user();
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [eve.id]);
    const visitor = new Visitor(app);
    const form = await visitor.open(shop.signInUrl());
    const wrong = await visitor.send(form, { email: eve.email, password: 'a wrong guess at the password' });
    expect(wrong.text).not.toContain('suspended');
    const right = await visitor.send(form, typed(eve));
    expect(right.status).toBe(403);
    expect(right.text).toContain('This account is suspended');
    expect(await sessionsOf(eve)).toEqual([]);
  });

  it('goes back to the service with access_denied when somebody cancels', async () => {
    const visitor = new Visitor(app);
    const back = await visitor.send(await visitor.open(shop.signInUrl()), { answer: 'cancel' });
    expect(back.url.origin).toBe(shop.origin);
    expect(back.url.searchParams.get('error')).toBe('access_denied');
  });

  it('renews the proof of a session when the service wants one, and keeps the session', async () => {
    const bea = await app.given.user();
    const visitor = new Visitor(app);
    await visitor.send(await visitor.open(shop.signInUrl()), typed(bea));
    const before = await sessionsOf(bea);
    const form = await visitor.open(shop.signInUrl({ prompt: 'login' }));
    expect(form.text).toContain('Enter your password once more');
    expect(fieldValue(form.html, 'email')).toBe(bea.email);
    const back = await visitor.send(form, typed(bea));
    expect(back.url.origin).toBe(shop.origin);
    expect(await sessionsOf(bea)).toEqual(before);
  });

  it('is one session though two tabs sign in, each to its service', async () => {
    const bea = await app.given.user();
    const visitor = new Visitor(app);
    const [first, second] = [await visitor.open(shop.signInUrl()), await visitor.open(desk.signInUrl())];
    expect((await visitor.send(first, typed(bea))).url.origin).toBe(shop.origin);
    const back = await visitor.send(second, typed(bea));
    expect(back.url.origin).toBe(desk.origin);
    expect(await desk.redeem(app, back.url)).toHaveProperty('id_token');
    expect(await sessionsOf(bea)).toHaveLength(1);
  });

  it('ends the session of the one before when somebody else signs in', async () => {
    const [bea, cora] = [await app.given.user(), await app.given.user()];
    const visitor = new Visitor(app);
    await visitor.send(await visitor.open(shop.signInUrl()), typed(bea));
    const form = await visitor.open(shop.signInUrl({ prompt: 'login' }));
    // A form that scripts would send by themselves, and people without them by its button.
    const between = await visitor.send(form, typed(cora));
    const back = await visitor.send(between, {});
    expect(back.url.origin).toBe(shop.origin);
    expect(await sessionsOf(bea)).toEqual([]);
    expect(await sessionsOf(cora)).toHaveLength(1);
  });

  it('leads to the account who comes without a service', async () => {
    const page = await new Visitor(app).open(`${TEST_ISSUER}/sign-in`);
    expect(page.text).toContain('to continue to Signet');
    expect((await new Visitor(app).open(`${TEST_ISSUER}/sign-up`)).url.pathname).toMatch(/^\/sign-in\//);
  });
});

describe('the language of the pages', () => {
  it.each([
    ['the service’s wish first', { ui_locales: 'fr de-CH en' }, 'en-GB', 'de'],
    ['the browser’s otherwise', {}, 'fr, de;q=0.5, en;q=0.4', 'de'],
    ['no refused one', {}, 'de;q=0, fr', 'en'],
    ['English when there is no other', { ui_locales: 'tlh' }, 'xx', 'en'],
    ['English for a name that is no language', { ui_locales: '__proto__ constructor' }, '*', 'en'],
  ])('is %s', async (_what, parameters, acceptLanguage, expected) => {
    const page = await new Visitor(app, { 'accept-language': acceptLanguage }).open(
      shop.signInUrl(parameters as Record<string, string>),
    );
    expect(page.html).toContain(`<html lang="${expected}">`);
    expect(page.headers.get('content-language')).toBe(expected);
    expect(page.text).toContain(
      expected === 'de' ? 'Anmelden weiter zu Tea Shop' : 'Sign in to continue to Tea Shop',
    );
  });
});
