import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let shop: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  shop = await startRelyingParty(app, await app.given.administrator(), 'shop');
  ada = await app.given.user();
});
afterAll(async () => {
  await shop?.close();
  await app.close();
});

const credentials = () => ({ email: ada.email, password: ada.password });
const EXPIRED = 'This page has expired';
/** Where the library goes on with a sign-in that has been answered. */
const resumeOf = (pathname: string) => `/oidc/authorize/${pathname.split('/').at(-1)}`;

describe('SE-2: a sign-in that somebody else began', () => {
  it('does not open by its address alone', async () => {
    const page = await new Visitor(app).open(shop.signInUrl());
    const victim = await new Visitor(app).open(page.url.href);
    expect(victim.status).toBe(410);
    expect(victim.text).toContain(EXPIRED);
  });

  it('does not open though its cookies were planted by a sibling site, and gives its author nothing', async () => {
    const [mallory, victim] = [new Visitor(app), new Visitor(app)];
    const planted = await mallory.open(shop.signInUrl());
    victim.plantedBy(mallory);
    expect((await victim.open(planted.url.href)).text).toContain(EXPIRED);
    // Even with a form that has the right token: what would sign the author in as the victim.
    const answer = await victim.post(planted, credentials());
    expect(answer.status).toBe(410);
    const resumed = await mallory.open(resumeOf(planted.url.pathname));
    expect(resumed.url.searchParams.get('code')).toBeNull();
    expect((await mallory.open(shop.signInUrl())).url.pathname).toMatch(/^\/sign-in\//);
  });

  it('does not take the page of one sign-in with the cookies of another', async () => {
    const visitor = new Visitor(app);
    const [first, second] = [await visitor.open(shop.signInUrl()), await visitor.open(shop.signInUrl())];
    const mixed = { ...first, url: second.url };
    expect((await visitor.post(mixed, credentials())).status).toBe(403);
    expect((await visitor.send(first, credentials())).url.origin).toBe(shop.origin);
  });

  it('is the one that the cookies are of, whatever the address says', async () => {
    const visitor = new Visitor(app);
    const [first, second] = [await visitor.open(shop.signInUrl()), await visitor.open(shop.signInUrl())];
    const cookie = visitor.cookieLines
      .filter((line) => line.includes(`path=${first.url.pathname}`) || line.startsWith('signet-began-'))
      .map((line) => line.split(';')[0])
      .join('; ');
    const statusOf = async (page: URL) =>
      (await fetch(app.origin + page.pathname, { headers: { cookie } })).status;
    expect([await statusOf(first.url), await statusOf(second.url)]).toEqual([200, 410]);
  });

  it('is over once it was answered: no second answer, no way back', async () => {
    const visitor = new Visitor(app);
    const form = await visitor.open(shop.signInUrl());
    await visitor.send(form, credentials());
    expect((await visitor.post(form, credentials())).status).toBe(410);
    expect((await visitor.open(form.url.href)).status).toBe(410);
  });

  it('is over when it was for somebody who has signed out since', async () => {
    const visitor = new Visitor(app);
    await visitor.send(await visitor.open(shop.signInUrl()), credentials());
    const again = await visitor.open(shop.signInUrl({ prompt: 'login' }));
    await visitor.send(await visitor.open(shop.signOutUrl()), { logout: 'yes' });
    expect((await visitor.post(again, credentials())).status).toBe(410);
  });

  it('does not pile up: of very many that were begun the last ones work', async () => {
    const visitor = new Visitor(app);
    let form = await visitor.open(shop.signInUrl());
    for (let count = 0; count < 30; count++) form = await visitor.open(shop.signInUrl());
    expect(visitor.secrets.filter((value) => value === '1').length).toBeLessThanOrEqual(20);
    expect((await visitor.send(form, credentials())).url.origin).toBe(shop.origin);
  });
});

describe('SE-1: the cookie of a session', () => {
  it('is another one after signing in, and after signing in again', async () => {
    const visitor = new Visitor(app);
    const seen = [visitor.cookie('signet-session')];
    await visitor.send(await visitor.open(shop.signInUrl()), credentials());
    seen.push(visitor.cookie('signet-session'));
    await visitor.send(await visitor.open(shop.signInUrl({ prompt: 'login' })), credentials());
    seen.push(visitor.cookie('signet-session'));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen[2]).toBeDefined();
  });

  it('of before signing in stands for nobody afterwards', async () => {
    const visitor = new Visitor(app);
    await visitor.send(await visitor.open(shop.signInUrl()), credentials());
    const old = new Visitor(app);
    old.copyOf(visitor);
    await visitor.send(await visitor.open(shop.signInUrl({ prompt: 'login' })), credentials());
    expect((await old.open(shop.signInUrl())).url.pathname).toMatch(/^\/sign-in\//);
    expect((await visitor.open(shop.signInUrl())).url.origin).toBe(shop.origin);
  });
});

describe('SE-3: cookies behind https', () => {
  it('cannot be read by scripts, sent in clear, or written by a sibling, nor sent by other sites’ forms', async () => {
    const secure = await startTestApp({ SIGNET_ISSUER: 'https://id.example.com/house' });
    const club = await startRelyingParty(secure, await secure.given.administrator(), 'club');
    try {
      const visitor = new Visitor(secure);
      const { email, password } = await secure.given.user();
      const form = await visitor.open(club.signInUrl());
      expect(form.url.pathname).toMatch(/^\/house\/sign-in\//);
      const back = await visitor.send(form, { email, password });
      expect(back.url.origin).toBe(club.origin);
      const names = new Set<string>();
      for (const line of visitor.cookieLines) {
        const name = line.split('=')[0]!;
        names.add(name.replace(/-began-.*/, '-began'));
        expect(line).toMatch(/; samesite=lax/i);
        expect(line).toMatch(/; httponly/i);
        expect(line).toMatch(/; secure/i);
        expect(line).not.toMatch(/; domain/i);
        if (/path=\/(;|$)/.test(line)) expect(name).toMatch(/^__Host-/);
        else expect(name).toMatch(/^__Secure-/);
      }
      expect([...names].filter((name) => !name.endsWith('.sig'))).toEqual(
        expect.arrayContaining([
          '__Host-signet-began',
          '__Host-signet-session',
          '__Secure-signet-interaction',
          '__Secure-signet-resume',
        ]),
      );
    } finally {
      await club.close();
      await secure.close();
    }
  });
});
