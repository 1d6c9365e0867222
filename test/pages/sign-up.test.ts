import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor, type Shown } from '../support/visitor.js';

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

const PASSWORD = 'nine purple harbours hum';
const faults = (page: Shown) =>
  Object.fromEntries(
    [...page.html.matchAll(/<p class="fault" id="(\w+)-fault">([^<]+)</g)].map(([, field, text]) => [
      field,
      text,
    ]),
  );

/** From the service over the sign-in page to the form for new accounts. */
async function openForm(visitor: Visitor): Promise<Shown> {
  const signIn = await visitor.open(shop.signInUrl());
  const [, href] = /<a href="(\/sign-up\/[^"]+)">Create an account/.exec(signIn.html)!;
  return visitor.open(href!);
}

describe('making an account on the page', () => {
  it('signs its owner in to the service that sent them, in one session of the browser', async () => {
    const visitor = new Visitor(app);
    const email = app.given.email();
    const back = await visitor.send(await openForm(visitor), { name: 'Grace', email, password: PASSWORD });
    expect(back.url.origin).toBe(shop.origin);
    expect(await shop.redeem(app, back.url)).toHaveProperty('id_token');
    const sessions = await app.sql(
      `SELECT s.client_id FROM sessions s JOIN user_emails e ON e.user_id = s.user_id WHERE e.address = $1`,
      [email],
    );
    expect(sessions).toEqual([{ client_id: 'signet-sso' }]);
    expect((await visitor.open(shop.signInUrl())).url.origin).toBe(shop.origin);
  });

  it('says what a password needs before somebody chooses one', async () => {
    expect((await openForm(new Visitor(app))).text).toContain('At least 15 characters.');
  });

  it('tells every fault beside its field, in the order of the page, and keeps the rest', async () => {
    const visitor = new Visitor(app);
    const page = await visitor.send(await openForm(visitor), {
      name: ' ',
      email: 'ada at example',
      password: 'canary',
    });
    expect(page.status).toBe(422);
    expect(Object.keys(faults(page))).toEqual(['name', 'email', 'password']);
    expect([...page.html.matchAll(/<li><a href="#(\w+)">/g)].map(([, field]) => field)).toEqual([
      'name',
      'email',
      'password',
    ]);
    expect(page.html).toContain('value="ada at example"');
    expect(page.html).not.toContain('canary');
  });

  it.each([
    ['qwertyuiopasdfghjkl', 'easy to guess'],
    ['aaaaaaaaaaaaaaaaaaaa', 'easy to guess'],
    ['x'.repeat(257), 'too long'],
  ])('refuses a weak or endless password and says why: %s', async (password, why) => {
    const visitor = new Visitor(app);
    const fields = { name: 'Grace', email: app.given.email(), password };
    expect(faults(await visitor.send(await openForm(visitor), fields))['password']).toContain(why);
  });

  it('knows every fault in German too', async () => {
    const visitor = new Visitor(app, { 'accept-language': 'de' });
    const signIn = await visitor.open(shop.signInUrl());
    const form = await visitor.open(/href="(\/sign-up\/[^"]+)"/.exec(signIn.html)![1]!);
    const page = await visitor.send(form, { name: '\u202e', email: 'x', password: 'kurz' });
    expect(faults(page)).toMatchObject({
      name: expect.stringContaining('nichts Unsichtbarem'),
      email: expect.stringContaining('Geben Sie eine E-Mail-Adresse'),
      password: expect.stringContaining('mindestens 15 Zeichen'),
    });
  });

  it('sends who has an account already to signing in', async () => {
    const visitor = new Visitor(app);
    const fields = { name: 'Ada', email: ada.email, password: PASSWORD };
    const page = await visitor.send(await openForm(visitor), fields);
    expect(page.status).toBe(409);
    expect(faults(page)['email']).toContain('Sign in instead');
    const signIn = await visitor.open(/<a href="(\/sign-in\/[^"]+)">/.exec(page.html)![1]!);
    expect((await visitor.send(signIn, typed(ada))).url.origin).toBe(shop.origin);
  });

  it('is not offered where registration is closed, and says so to who comes all the same', async () => {
    const closed = await startTestApp({ SIGNET_REGISTRATION: 'closed' });
    const club = await startRelyingParty(closed, await closed.given.administrator(), 'club');
    try {
      const visitor = new Visitor(closed);
      const signIn = await visitor.open(club.signInUrl());
      expect(signIn.html).not.toContain('/sign-up/');
      const page = await visitor.open(signIn.url.pathname.replace('sign-in', 'sign-up'));
      expect(page.status).toBe(403);
      expect(page.text).toContain('New accounts cannot be made here.');
    } finally {
      await club.close();
      await closed.close();
    }
  });
});
