import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor, type Shown } from '../support/visitor.js';

let app: TestApp;
let ledger: RelyingParty;
beforeAll(async () => {
  app = await startTestApp();
  const admin = await app.given.administrator();
  ledger = await startRelyingParty(app, admin, 'ledger', { name: 'Ledger by Example', firstParty: false });
});
afterAll(async () => {
  await ledger?.close();
  await app.close();
});

const SCOPE = 'openid email offline_access ledger:read';

/** From the service over the sign-in form to the question. */
async function askedBy(visitor: Visitor, { email, password }: Person, scope = SCOPE): Promise<Shown> {
  return visitor.send(await visitor.open(ledger.signInUrl({ scope, prompt: 'consent login' })), {
    email,
    password,
  });
}
const wishes = (page: Shown) => [...page.html.matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) => text);

describe('AZ-18: consent to what a third party asks for', () => {
  it('says who asks for what, in words, and for whom', async () => {
    const ada = await app.given.user();
    const page = await askedBy(new Visitor(app), ada);
    expect(page.url.pathname).toMatch(/^\/consent\//);
    expect(page.text).toContain('Let Ledger by Example use your account?');
    expect(page.text).toContain(`Signed in as ${ada.email}`);
    expect(wishes(page)).toEqual([
      'Know that you are the same person when you come back',
      'See your e-mail address',
      'Keep access while you are away, until you sign out or take it back',
      'Read your orders<small>The ledger</small>',
    ]);
  });

  it('does not ask for permissions that the service may not have anyway', async () => {
    const page = await askedBy(
      new Visitor(app),
      await app.given.user(),
      'openid ledger:read signet:users.read',
    );
    expect(page.text).not.toContain('signet');
  });

  it('gives the tokens to who agrees, and does not ask again', async () => {
    const visitor = new Visitor(app);
    const ada = await app.given.user();
    await app.given.permission(ada.id, 'ledger:read');
    const back = await visitor.send(await askedBy(visitor, ada), { answer: 'agree' });
    expect(back.url.origin).toBe(ledger.origin);
    expect(await ledger.redeem(app, back.url)).toHaveProperty('refresh_token');
    expect((await visitor.open(ledger.signInUrl({ scope: SCOPE }))).url.origin).toBe(ledger.origin);
  });

  it('asks again for what is new, and for that alone', async () => {
    const visitor = new Visitor(app);
    await visitor.send(await askedBy(visitor, await app.given.user()), { answer: 'agree' });
    const page = await visitor.open(ledger.signInUrl({ scope: `${SCOPE} ledger:refund` }));
    expect(wishes(page)).toEqual(['Pay money back<small>The ledger</small>']);
  });

  it.each([
    ['a clear no', { answer: 'disagree' }],
    ['no answer', {}],
    ['another word', { answer: 'AGREE' }],
  ])('gives nothing for %s', async (_what, fields) => {
    const visitor = new Visitor(app);
    const back = await visitor.send(
      await askedBy(visitor, await app.given.user()),
      fields as Record<string, string>,
    );
    expect(back.url.origin).toBe(ledger.origin);
    expect(back.url.searchParams.get('error')).toBe('access_denied');
    expect(back.url.searchParams.get('code')).toBeNull();
  });
});
