import type { Person } from '../support/given.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let shop: RelyingParty;
let ada: Person;
beforeAll(async () => {
  app = await startTestApp();
  shop = await startRelyingParty(app, await app.given.administrator(), 'shop', { name: 'Tea Shop' });
  ada = await app.given.user();
});
afterAll(async () => {
  await shop.close();
  await app.close();
});

describe('signing in on the page, without a script', () => {
  it('leads from the service over the form back to the service', async () => {
    const visitor = new Visitor(app);
    const form = await visitor.open(shop.signInUrl());
    expect(form.status).toBe(200);
    expect(form.text).toContain('to continue to Tea Shop');
    const back = await visitor.send(form, { email: ada.email, password: ada.password });
    expect(back.url.origin).toBe(shop.origin);
    const tokens = await shop.redeem(app, back.url);
    expect(tokens).toHaveProperty('id_token');
  });
});
