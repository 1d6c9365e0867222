import type { Person } from '../support/given.js';
import { givenClient, type ServiceClient } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor, type Shown } from '../support/visitor.js';

let app: TestApp;
let admin: Person;
let ada: Person;
let shop: ServiceClient;
let phone: ServiceClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  ada = await app.given.user();
  shop = await givenClient(app, admin);
  const redirectUris = ['com.example.app:/callback', 'http://127.0.0.1/callback', 'http://[::1]/callback'];
  phone = await givenClient(app, admin, { type: 'NATIVE', redirectUris });
});
afterAll(() => app?.close());

/** What somebody sees who was sent here so, without a session. */
const open = (address: string) => new Visitor(app).open(address);
const ask = (more: Record<string, string> = {}, client = shop) => open(client.signInUrl(more));

/** Where somebody was sent back to, or null for a page of ours. */
const sentBack = (shown: Shown) => (shown.url.origin === TEST_ISSUER ? null : shown.url);
const errorOf = (shown: Shown) => sentBack(shown)?.searchParams.get('error') ?? null;

/** A page of ours that leads nowhere, and shows nothing of what was asked. */
function expectErrorPage(shown: Shown, unseen?: string) {
  expect([shown.status, sentBack(shown)]).toEqual([400, null]);
  expect(shown.headers.get('content-type')).toMatch(/^text\/html/);
  expect(shown.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  if (unseen) expect(shown.html).not.toContain(unseen);
}

it.each([
  'token',
  'id_token',
  'code token',
  'code id_token',
  'id_token token',
  'code id_token token',
  'none',
])('the response type %s is refused: there is code alone (AZ-1)', async (response_type) => {
  const shown = await ask({ response_type, nonce: 'n' });
  const back = sentBack(shown)!;
  const parameters = new URLSearchParams(back.search || back.hash.slice(1));
  expect(parameters.get('error')).toBe('unsupported_response_type');
  expect(parameters.get('iss')).toBe(TEST_ISSUER);
});

describe('the address to come back to', () => {
  const registered = () => new URL(shop.redirectUri);
  const MUTATIONS: [string, (uri: string) => string][] = [
    ['another path', (uri) => `${uri}2`],
    ['a path below', (uri) => `${uri}/more`],
    ['a slash at the end', (uri) => `${uri}/`],
    ['no path', () => registered().origin],
    ['a path in capitals', (uri) => uri.replace('callback', 'CALLBACK')],
    ['a host in capitals', (uri) => uri.replace('client', 'CLIENT')],
    ['a scheme in capitals', (uri) => uri.replace('https', 'HTTPS')],
    ['http', (uri) => uri.replace('https', 'http')],
    ['the usual port', (uri) => uri.replace('.com', '.com:443')],
    ['another port', (uri) => uri.replace('.com', '.com:8443')],
    ['a query', (uri) => `${uri}?next=1`],
    ['an empty query', (uri) => `${uri}?`],
    ['a fragment', (uri) => `${uri}#x`],
    ['an empty fragment', (uri) => `${uri}#`],
    ['a matrix parameter', (uri) => `${uri};x`],
    ['an encoded letter', (uri) => uri.replace('callback', 'c%61llback')],
    ['an encoded slash', (uri) => uri.replace('/callback', '%2fcallback')],
    ['an encoded dot', (uri) => uri.replace('.com', '%2ecom')],
    ['a detour', (uri) => uri.replace('/callback', '/a/../callback')],
    ['an encoded detour', (uri) => uri.replace('/callback', '/a/%2e%2e/callback')],
    ['a detour encoded twice', (uri) => uri.replace('/callback', '/a/%252e%252e/callback')],
    ['a dot segment', (uri) => uri.replace('/callback', '/./callback')],
    ['two slashes', (uri) => uri.replace('/callback', '//callback')],
    ['a backslash', (uri) => uri.replace('/callback', '\\callback')],
    ['a user', (uri) => uri.replace('https://', 'https://me@')],
    ['a user and a password', (uri) => uri.replace('https://', 'https://me:pw@')],
    ['itself as a user elsewhere', (uri) => uri.replace('/callback', '@evil.example/callback')],
    ['several users', (uri) => uri.replace('/callback', '@a@evil.example/callback')],
    ['an encoded at sign', (uri) => uri.replace('/callback', '%40evil.example/callback')],
    ['a backslash and an at sign', (uri) => uri.replace('/callback', '\\@evil.example/callback')],
    ['a longer host', (uri) => uri.replace('.com', '.com.evil.example')],
    ['a subdomain', (uri) => uri.replace('https://', 'https://evil.')],
    ['a host that ends alike', (uri) => uri.replace('https://', 'https://evil-')],
    ['a dot at the end of the host', (uri) => uri.replace('.com', '.com.')],
    ['a full-width dot', (uri) => uri.replace('.com', '\uFF0Ecom')],
    ['a look-alike letter', (uri) => uri.replace('client', 'cl\u0456ent')],
    ['a space before', (uri) => ` ${uri}`],
    ['a space behind', (uri) => `${uri} `],
    ['a tab', (uri) => uri.replace('callback', 'call\tback')],
    ['a line break', (uri) => uri.replace('callback', 'call\nback')],
    ['a line break and a header', (uri) => `${uri}\r\nset-cookie: a=b`],
    ['a NUL', (uri) => `${uri}\0`],
    ['an encoded NUL', (uri) => `${uri}%00`],
    ['a byte order mark', (uri) => `\uFEFF${uri}`],
    ['a zero-width space', (uri) => `${uri}\u200B`],
    ['no slashes', (uri) => uri.replace('https://', 'https:')],
    ['three slashes', (uri) => uri.replace('https://', 'https:///')],
    ['no scheme', (uri) => uri.replace('https:', '')],
    ['a relative address', () => '/callback'],
    ['nothing', () => ''],
    ['another address beside it', (uri) => `${uri} https://evil.example/`],
    ['another address behind a comma', (uri) => `${uri},https://evil.example/`],
    ['a list', (uri) => JSON.stringify([uri])],
    ['localhost', () => 'https://localhost/callback'],
    ['nearly localhost', () => 'https://localhost.evil.example/callback'],
    ['loopback', () => 'http://127.0.0.1/callback'],
    ['a script', () => 'javascript:alert(1)//client-1.example.com/callback'],
    ['data', () => 'data:text/html,callback'],
    ['the page itself', () => `${TEST_ISSUER}/oidc/authorize`],
    ['the address of another client', () => phone.redirectUri],
    ['another site', () => 'https://evil.example/callback'],
  ];

  it('is among the addresses of the table only as it was registered', async () => {
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(60);
    const uris = MUTATIONS.map(([, mutate]) => mutate(shop.redirectUri));
    expect(new Set([...uris, shop.redirectUri]).size).toBe(MUTATIONS.length + 1);
    expect((await ask()).url.pathname).toMatch(/^\/sign-in\//);
  });

  it.each(MUTATIONS)('with %s is refused on a page of ours (AZ-2)', async (_what, mutate) => {
    expectErrorPage(await ask({ redirect_uri: mutate(shop.redirectUri) }), 'evil.example');
  });

  it('may be left out by nobody', async () => {
    const url = new URL(shop.signInUrl());
    url.searchParams.delete('redirect_uri');
    expectErrorPage(await open(url.href));
  });

  it('varies in its port on a loopback address, for native apps (AZ-3)', async () => {
    const ports = [
      1,
      80,
      443,
      1024,
      8080,
      49152,
      65535,
      ...Array.from({ length: 9 }, () => 1 + Math.floor(Math.random() * 65535)),
    ];
    for (const port of ports)
      for (const host of ['127.0.0.1', '[::1]']) {
        const shown = await ask({ redirect_uri: `http://${host}:${port}/callback` }, phone);
        expect(shown.url.pathname).toMatch(/^\/sign-in\//);
      }
  });

  it.each([
    'http://localhost:8080/callback',
    'http://127.0.0.2:8080/callback',
    'http://127.0.0.1:8080/',
    'http://127.0.0.1:8080/callback?a=b',
    'http://127.0.0.1:8080/callback#a',
    'http://127.0.0.1:0x50/callback',
    'http://127.0.0.1:65536/callback',
    'http://me@127.0.0.1:8080/callback',
    'https://127.0.0.1:8080/callback',
    'http://127.1:8080/callback',
    'http://2130706433:8080/callback',
    'http://0.0.0.0:8080/callback',
    'http://[::]:8080/callback',
    'http://[::ffff:127.0.0.1]:8080/callback',
    'http://127.0.0.1.evil.example:8080/callback',
    'com.example.app:/callback/more',
    'com.example.other:/callback',
    'com.example.app://callback',
    'app:/callback',
  ])('%s is none of a native app that has others (AZ-3, AZ-4)', async (redirect_uri) => {
    expectErrorPage(await ask({ redirect_uri }, phone));
  });
});

it.each([
  '',
  'nobody',
  'shop-aaaaaaaa',
  '<script>alert(1)</script>',
  "x' OR '1'='1",
  '\0',
  'x'.repeat(5000),
  '__proto__',
])('an unknown client %j gets a page of ours, which does not repeat it (AZ-5)', async (client_id) => {
  expectErrorPage(await ask({ client_id }), client_id && client_id.length > 3 ? client_id : undefined);
});

describe('PKCE', () => {
  it.each<[string, Record<string, string>]>([
    ['the method plain', { code_challenge_method: 'plain' }],
    ['the method s256 in small letters', { code_challenge_method: 's256' }],
    ['an unknown method', { code_challenge_method: 'S512' }],
    ['an empty challenge', { code_challenge: '' }],
    ['a challenge of 42 characters', { code_challenge: 'a'.repeat(42) }],
    ['a challenge of 129 characters', { code_challenge: 'a'.repeat(129) }],
    ['a challenge of other characters', { code_challenge: `${'a'.repeat(42)}!` }],
  ])('with %s is refused (AZ-6)', async (_what, more) => {
    for (const client of [shop, phone]) expect(errorOf(await ask(more, client))).toBe('invalid_request');
  });

  it.each([['code_challenge'], ['code_challenge_method'], ['code_challenge', 'code_challenge_method']])(
    'is wanted of every client: not without %s (AZ-6)',
    async (...names) => {
      for (const client of [shop, phone]) {
        const url = new URL(client.signInUrl());
        for (const name of names) url.searchParams.delete(name);
        expect(errorOf(await open(url.href))).toBe('invalid_request');
      }
    },
  );
});

it('answers and failures name the issuer, so that no client takes them for another’s (AZ-7)', async () => {
  const good = await shop.arrive(ada);
  const bad = (await ask({ scope: 'openid', prompt: 'none' })).url;
  for (const back of [good, bad]) {
    expect(back.searchParams.get('iss')).toBe(TEST_ISSUER);
    expect(back.searchParams.get('state')).toBe('the state of the service');
  }
  const metadata = (await (await fetch(`${app.origin}/.well-known/openid-configuration`)).json()) as object;
  expect(metadata).toMatchObject({
    issuer: TEST_ISSUER,
    authorization_response_iss_parameter_supported: true,
    response_types_supported: ['code'],
  });
});

it.each([
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'prompt',
  'max_age',
])('the parameter %s twice is refused, also with the same value (AZ-8)', async (name) => {
  for (const value of [shop.parameters({ nonce: 'n', prompt: 'login', max_age: '1' })[name]!, 'x']) {
    const shown = await open(
      `${shop.signInUrl({ nonce: 'n', prompt: 'login', max_age: '1' })}&${name}=${encodeURIComponent(value)}`,
    );
    if (sentBack(shown)) expect(errorOf(shown)).toBe('invalid_request');
    else expectErrorPage(shown);
  }
});

describe('state and nonce', () => {
  it('come back byte for byte, up to 2 KB (AZ-11)', async () => {
    for (const text of ['å ß 漢 %00 %2B + & = # "<>', 'x'.repeat(2048)]) {
      const arrival = await shop.arrive(ada, { state: text, nonce: text });
      expect(arrival.searchParams.get('state')).toBe(text);
      const { body } = await shop.redeem(arrival);
      const claims = JSON.parse(
        Buffer.from(body['id_token'].split('.')[1], 'base64url').toString(),
      ) as object;
      expect(claims).toMatchObject({ nonce: text });
    }
  });

  it.each(['state', 'nonce'])('longer than that, %s is refused and not sent back (AZ-11)', async (name) => {
    for (const length of [2049, 12_000]) {
      const shown = await ask({ [name]: 'x'.repeat(length) });
      expect(errorOf(shown)).toBe('invalid_request');
      expect(shown.url.href).not.toContain('xxxxx');
    }
  });
});

describe('request objects (AZ-14)', () => {
  it.each<[string, Record<string, string>, string]>([
    ['request', { request: 'e30.e30.' }, 'request_not_supported'],
    ['request_uri', { request_uri: 'http://127.0.0.1:9/request' }, 'request_uri_not_supported'],
    ['registration', { registration: '{}' }, 'registration_not_supported'],
  ])('%s is refused, and nothing is fetched', async (_name, more, error) => {
    const shown = await ask(more);
    expect(errorOf(shown)).toBe(error);
  });
});

describe('response modes (AZ-15)', () => {
  it.each(['web_message', 'jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt', 'nonsense'])(
    '%s is refused',
    async (response_mode) => {
      expect(errorOf(await ask({ response_mode }))).toBe('unsupported_response_mode');
    },
  );

  it('a form that is sent on comes under a policy for its script alone', async () => {
    const shown = await open(shop.signInUrl({ response_mode: 'form_post', prompt: 'none' }));
    expect(shown.headers.get('content-security-policy')).toMatch(
      /script-src 'sha256-.*frame-ancestors 'none'/,
    );
    expect(shown.html).toContain('login_required');
  });
});
