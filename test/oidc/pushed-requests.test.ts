import type { Person } from '../support/given.js';
import { givenClient, type ServiceClient } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { travel } from '../support/travel.js';
import { Visitor } from '../support/visitor.js';

const AT_ONCE = 16;

let app: TestApp;
let admin: Person;
let ada: Person;
let shop: ServiceClient;
let bank: ServiceClient;
let spa: ServiceClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  ada = await app.given.user();
  shop = await givenClient(app, admin);
  bank = await givenClient(app, admin);
  spa = await givenClient(app, admin, { type: 'SPA' });
});
afterAll(() => app?.close());

const push = (more: Record<string, string> = {}, client = shop) =>
  client.post('/oidc/par', client.parameters(more));
const addressOf = (request_uri: string, more: Record<string, string> = {}, client = shop) =>
  `${TEST_ISSUER}/oidc/authorize?${String(new URLSearchParams({ client_id: client.clientId, request_uri, ...more }))}`;
async function signedIn(): Promise<Visitor> {
  const browser = new Visitor(app);
  await shop.arrive(ada, {}, browser);
  return browser;
}

describe('a request that a service pushed (RFC 9126)', () => {
  it('leads to a code, and is named by 128 bits or more that are good for a minute (PA-1)', async () => {
    const { status, body } = await push({ state: 'pushed' });
    expect([status, body['expires_in']]).toEqual([201, 60]);
    const [, id] = body['request_uri'].split('urn:ietf:params:oauth:request_uri:');
    expect(Buffer.from(id, 'base64url').length).toBeGreaterThanOrEqual(16);
    const { url } = await (await signedIn()).open(addressOf(body['request_uri']));
    expect(url.searchParams.get('state')).toBe('pushed');
    expect((await shop.redeem(url)).status).toBe(200);
    const late = (await push()).body['request_uri'];
    const browser = await signedIn();
    const time = travel(app, 61);
    expect((await browser.open(addressOf(late))).status).toBe(400);
    time.back();
  });

  it('is pushed by who proves to be the client (PA-1)', async () => {
    const fields = shop.parameters();
    const { status, body } = await spa.post('/oidc/par', { ...fields, client_id: shop.clientId });
    expect([status, body['error']]).toEqual([401, 'invalid_client']);
    // A public client has nothing to prove, and pushes for itself alone.
    expect((await push({}, spa)).status).toBe(201);
  });

  it('gives one code, also to many tabs at once (PA-1)', async () => {
    const { request_uri } = (await push()).body;
    const browser = await signedIn();
    const shown = await Promise.all(
      Array.from({ length: AT_ONCE }, () => browser.open(addressOf(request_uri))),
    );
    expect(shown.filter(({ url }) => url.searchParams.get('code'))).toHaveLength(1);
    const again = await browser.open(addressOf(request_uri));
    expect([again.status, again.url.searchParams.get('code')]).toEqual([400, null]);
  });

  it('is of no use to another client (PA-1)', async () => {
    const { request_uri } = (await push()).body;
    const shown = await (await signedIn()).open(addressOf(request_uri, {}, bank));
    expect(shown.url.searchParams.get('code')).toBeNull();
    expect(shown.url.origin).toBe(TEST_ISSUER);
  });

  it('says everything: parameters in the address change nothing (PA-2)', async () => {
    const { request_uri } = (await push({ state: 'pushed', scope: 'openid' })).body;
    const more = {
      state: 'other',
      scope: 'openid email',
      redirect_uri: 'https://evil.example/',
      nonce: 'x',
      prompt: 'login',
    };
    const { url } = await (await signedIn()).open(addressOf(request_uri, more));
    expect(url.href.startsWith(`${shop.redirectUri}?`)).toBe(true);
    expect(url.searchParams.get('state')).toBe('pushed');
    const { body } = await shop.redeem(url);
    expect(body['scope']).toBe('openid');
    expect(
      JSON.parse(Buffer.from(body['id_token'].split('.')[1], 'base64url').toString()),
    ).not.toHaveProperty('nonce');
  });

  it.each<[string, Record<string, string>, string]>([
    ['another address', { redirect_uri: 'https://evil.example/' }, 'invalid_request'],
    ['no address', { redirect_uri: '' }, 'invalid_request'],
    ['the method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no challenge', { code_challenge: '' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['an unknown prompt', { prompt: 'nonsense' }, 'invalid_request'],
    ['another resource', { resource: 'https://other.example.com' }, 'invalid_target'],
    ['a state that is too long', { state: 'x'.repeat(2049) }, 'invalid_request'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['a pushed request', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'request_uri_not_supported'],
  ])('with %s is refused when it is pushed (PA-3)', async (_what, more, error) => {
    const { status, body } = await push(more);
    expect([status, body['error']]).toEqual([400, error]);
  });
});
