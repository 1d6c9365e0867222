import { jest } from '@jest/globals';
import argon2 from 'argon2';
import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor, type Shown } from '../support/visitor.js';

let app: TestApp;
let shop: RelyingParty;
let ledger: RelyingParty;
let mallory: Person;
beforeAll(async () => {
  app = await startTestApp();
  const admin = await app.given.administrator();
  shop = await startRelyingParty(app, admin, 'shop');
  ledger = await startRelyingParty(app, admin, 'ledger', { firstParty: false });
  mallory = await app.given.user();
});
afterAll(async () => {
  await shop?.close();
  await ledger?.close();
  await app.close();
});
afterEach(() => jest.restoreAllMocks());

const tokenOf = (page: Shown) => /name="token" value="([^"]+)"/.exec(page.html)![1]!;
const credentials = () => ({ email: mallory.email, password: mallory.password });

interface Victim {
  visitor: Visitor;
  form: Shown;
  signUp: Shown;
}

async function victim(): Promise<Victim> {
  const visitor = new Visitor(app);
  const form = await visitor.open(shop.signInUrl());
  const signUp = await visitor.open(form.url.pathname.replace('sign-in', 'sign-up'));
  return { visitor, form, signUp };
}

const OWN = { origin: TEST_ISSUER };

/** What a page of the attacker can make the victim's browser send, or hopes to. */
const forgeries: Record<
  string,
  (victim: Victim) => Promise<{ fields: Record<string, string>; headers?: Record<string, string> }>
> = {
  'no token': async () => ({ fields: { token: '' } }),
  'a token of the right form': async () => ({ fields: { token: 'A'.repeat(43) } }),
  'a token with one character more': async ({ form }) => ({ fields: { token: `${tokenOf(form)}A` } }),
  'the token of another page of the same sign-in': async ({ signUp }) => ({
    fields: { token: tokenOf(signUp) },
  }),
  'the token of the attacker’s own sign-in': async () => ({
    fields: { token: tokenOf((await victim()).form) },
  }),
  'a foreign origin': async () => ({ fields: {}, headers: { origin: 'https://evil.example' } }),
  'a sibling’s origin': async () => ({ fields: {}, headers: { origin: 'http://evil.localhost:4000' } }),
  'another scheme': async () => ({ fields: {}, headers: { origin: 'https://localhost:4000' } }),
  'a sandboxed frame of another site': async () => ({
    fields: {},
    headers: { origin: 'null', 'sec-fetch-site': 'cross-site' },
  }),
  'a sibling site that hides its origin': async () => ({
    fields: {},
    headers: { origin: 'null', 'sec-fetch-site': 'same-site' },
  }),
};

describe('CS-2, CS-3: login CSRF, a stranger’s form that signs the victim in to the stranger’s account', () => {
  it.each(Object.keys(forgeries))('refuses %s before it looks at the password', async (name) => {
    const who = await victim();
    const { fields, headers = {} } = await forgeries[name]!(who);
    const verify = jest.spyOn(argon2, 'verify');
    const answer = await who.visitor.post(who.form, { ...credentials(), ...fields }, headers);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('We did not accept that');
    expect(verify).not.toHaveBeenCalled();
    // And the victim can go on as if nothing had been.
    expect((await who.visitor.send(who.form, credentials())).url.origin).toBe(shop.origin);
  });

  it.each([
    ['the origin itself', OWN],
    ['its origin hidden, from the same origin', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['an old browser that says nothing', {}],
  ])('accepts the form of the page from %s', async (_what, headers) => {
    const { visitor, form } = await victim();
    const body = new URLSearchParams({ ...credentials(), token: tokenOf(form) });
    const answer = await visitor.request(form.url.href, {
      method: 'POST',
      body,
      headers: headers as Record<string, string>,
    });
    expect(answer.status).toBe(303);
  });

  it.each([
    ['text/plain', 'token=x'],
    ['application/json', '{"token":"x"}'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('takes no %s, which a form of another site could send', async (type, body) => {
    const { visitor, form } = await victim();
    const answer = await visitor.request(form.url.href, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(415);
    expect(answer.text).toContain('We did not accept that');
  });

  it('takes no field twice, and nothing from the address', async () => {
    const { visitor, form } = await victim();
    const twice = `token=${tokenOf(form)}&token=${tokenOf(form)}&email=a&password=b`;
    const type = { 'content-type': 'application/x-www-form-urlencoded', ...OWN };
    const answer = await visitor.request(form.url.href, { method: 'POST', body: twice, headers: type });
    expect(answer.status).toBe(403);
    const query = new URLSearchParams({ ...credentials(), token: tokenOf(form) });
    const byAddress = await visitor.request(`${form.url.href}?${String(query)}`, {
      method: 'POST',
      body: '',
      headers: type,
    });
    expect(byAddress.status).toBe(403);
    expect((await visitor.request(`${form.url.href}?${String(query)}`)).html).not.toContain(mallory.password);
  });

  it('refuses a stranger’s consent just so', async () => {
    const { visitor } = await victim();
    const asked = await visitor.send(await visitor.open(ledger.signInUrl()), credentials());
    expect(asked.url.pathname).toMatch(/^\/consent\//);
    const yes = { answer: 'agree' };
    expect((await visitor.post(asked, { ...yes, token: 'guess' })).status).toBe(403);
    const foreign = await visitor.post(asked, yes, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('location')).toBeNull();
  });
});
