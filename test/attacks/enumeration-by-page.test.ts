import { jest } from '@jest/globals';
import argon2 from 'argon2';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let shop: RelyingParty;
beforeAll(async () => {
  app = await startTestApp();
  shop = await startRelyingParty(app, await app.given.administrator(), 'shop');
});
afterAll(async () => {
  await shop?.close();
  await app.close();
});
afterEach(() => jest.restoreAllMocks());

const WRONG = 'a wrong guess at the password';

/** Everything of the page that somebody sees who guesses, but for what every page has of its own. */
async function guess(email: string, password: string) {
  const visitor = new Visitor(app);
  const form = await visitor.open(shop.signInUrl());
  const verify = jest.spyOn(argon2, 'verify');
  const page = await visitor.post(form, { email, password });
  const verifications = verify.mock.calls.length;
  jest.restoreAllMocks();
  return {
    status: page.status,
    html: page.html.replace(/ value="[^"]*"/g, '').replace(/\/sign-up\/[\w-]+/, '/sign-up/…'),
    headers: [...page.headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name)),
    verifications,
  };
}

describe('EN-1: a refused form tells nothing about the account', () => {
  it('is the same page with the same status after one argon2 verification, whatever was wrong', async () => {
    const [ada, suspended, deleted, withoutPassword] = [
      await app.given.user(),
      await app.given.user(),
      await app.given.user(),
      await app.given.user(),
    ];
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [suspended.id]);
    await app.sql(`UPDATE users SET status = 'DELETED' WHERE id = $1`, [deleted.id]);
    await app.sql('DELETE FROM password_credentials WHERE user_id = $1', [withoutPassword.id]);
    const reference = await guess(ada.email, WRONG);
    expect(reference).toMatchObject({ status: 422, verifications: 1 });
    expect(reference.html).toContain('The e-mail address or the password is not right.');

    const branches: Record<string, [email: string, password: string]> = {
      'unknown address': [app.given.email(), WRONG],
      'one character too few': [ada.email, ada.password.slice(0, -1)],
      'a space behind the right password': [ada.email, `${ada.password} `],
      'a password that is too long': [ada.email, 'x'.repeat(5000)],
      'NUL in the password': [ada.email, `${ada.password}\0`],
      'NUL in the address': [`${ada.email}\0`, ada.password],
      'no address at all': ['ada', WRONG],
      'look-alike of the address': [ada.email.replace('e', 'е'), ada.password],
      suspended: [suspended.email, WRONG],
      deleted: [deleted.email, WRONG],
      'no password was ever set': [withoutPassword.email, WRONG],
    };
    for (const [branch, [email, password]] of Object.entries(branches))
      expect([branch, await guess(email, password)]).toEqual([branch, reference]);
  });

  it('asks for an empty field without looking for the account', async () => {
    const { email } = await app.given.user();
    const [known, unknown] = [await guess(email, ''), await guess(app.given.email(), '')];
    expect(known).toEqual(unknown);
    expect(known.verifications).toBe(0);
  });

  it('shows the form alike for a hint of a known and of an unknown address', async () => {
    const { email } = await app.given.user();
    const pages = await Promise.all(
      [email, app.given.email()].map(async (login_hint) => {
        const page = await new Visitor(app).open(shop.signInUrl({ login_hint }));
        return page.html
          .replaceAll(login_hint, '…')
          .replace(/ value="[^"]*"/g, '')
          .replace(/\/sign-up\/[\w-]+/, '');
      }),
    );
    expect(pages[0]).toBe(pages[1]);
  });
});
