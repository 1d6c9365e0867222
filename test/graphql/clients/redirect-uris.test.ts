import fc from 'fast-check';
import { givenService, goodClients } from '../../support/clients.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
});
afterAll(() => app.close());

type Type = 'WEB' | 'SPA' | 'NATIVE';

/** Every fault of one address, in both lists that people are sent back by; they have the same rules. */
async function faults(type: Type, uri: string): Promise<string[]> {
  const input = { ...goodClients(given.slug)[type], redirectUris: [uri], postLogoutRedirectUris: [uri] };
  const answer = (await given.admin.send('addClient', input)).data['addClient']!;
  if (answer.client) {
    expect(answer.client).toMatchObject({ redirectUris: [uri], postLogoutRedirectUris: [uri] });
    await given.admin.does('deleteClient', { clientId: answer.client.clientId });
    return [];
  }
  const of = (path: string) => answer.fields!.filter((fault) => fault.path === path).map(({ code }) => code);
  expect(of('postLogoutRedirectUris[0]')).toEqual(of('redirectUris[0]'));
  return of('redirectUris[0]');
}

const WEB_TYPES: Type[] = ['WEB', 'SPA'];

describe('addresses of web applications (AZ-2)', () => {
  it.each([
    'https://shop.example.com',
    'https://shop.example.com/',
    'https://shop.example.com/callback',
    'https://shop.example.com:8443/callback?tenant=a&next=%2Fhome',
    'https://xn--bcher-kva.example/callback',
    'https://shop.example.com/@me/callback',
    'https://localhost/callback',
    'http://localhost:3000/callback',
    'http://127.0.0.1:3000/callback',
    'http://[::1]:3000/callback',
  ])('may be %s', async (uri) => {
    for (const type of WEB_TYPES) expect(await faults(type, uri)).toEqual([]);
  });

  it.each([
    ['nothing', '', ['INVALID']],
    ['relative', '/callback', ['INVALID']],
    ['relative to the scheme', '//shop.example.com/callback', ['INVALID']],
    ['without a host', 'https:///', ['INVALID']],
    ['a mere name', 'shop.example.com', ['INVALID']],
    ['with a space', 'https://shop.example.com/call back', ['INVALID']],
    ['with a space before', ' https://shop.example.com/', ['INVALID']],
    ['with a tab', 'https://shop.example.com/\tcallback', ['INVALID']],
    ['with a line break', 'https://shop.example.com/callback\n', ['INVALID']],
    ['with a carriage return', 'https://shop.example.com/\r\nSet-Cookie:a=b', ['INVALID']],
    ['with a NUL', 'https://shop.example.com/\0', ['INVALID']],
    ['with an encoded NUL', 'https://shop.example.com/%00', ['INVALID']],
    ['with an encoded line break', 'https://shop.example.com/%0d%0aSet-Cookie', ['INVALID']],
    ['with an encoded DEL', 'https://shop.example.com/%7F', ['INVALID']],
    ['with a backslash', 'https://shop.example.com\\@evil.example.com/', ['INVALID']],
    ['with letters beyond ASCII', 'https://bücher.example/callback', ['INVALID']],
    ['with a full-width dot', 'https://shop。example.com/', ['INVALID']],
    ['with quotes', 'https://shop.example.com/"><script>', ['INVALID']],
    ['with a host that is none', 'https://exa_mple%.com/', ['INVALID']],
    ['with a port that is none', 'https://shop.example.com:99999/', ['INVALID']],
    ['with a fragment', 'https://shop.example.com/#top', ['FRAGMENT']],
    ['with an empty fragment', 'https://shop.example.com/#', ['FRAGMENT']],
    ['with a user', 'https://me@shop.example.com/', ['USER_INFO']],
    ['with a user and a password', 'https://me:secret@shop.example.com/', ['USER_INFO']],
    ['with several users', 'https://shop.example.com@a@evil.example.com/', ['USER_INFO']],
    ['with an empty user', 'https://@shop.example.com/', ['USER_INFO']],
    ['with a wildcard host', 'https://*.example.com/', ['WILDCARD']],
    ['with an encoded wildcard host', 'https://%2a.example.com/', ['WILDCARD']],
    ['with a wildcard path', 'https://shop.example.com/*', ['WILDCARD']],
    ['with dots to go up', 'https://shop.example.com/a/../callback', ['NOT_NORMAL']],
    ['with a dot to stay', 'https://shop.example.com/./callback', ['NOT_NORMAL']],
    ['with encoded dots', 'https://shop.example.com/a/%2e%2e/callback', ['NOT_NORMAL']],
    ['with half-encoded dots', 'https://shop.example.com/a/.%2E/callback', ['NOT_NORMAL']],
    ['in capitals', 'https://SHOP.example.com/callback', ['NOT_NORMAL']],
    ['with a scheme in capitals', 'HTTPS://shop.example.com/callback', ['NOT_NORMAL']],
    ['with an encoded host', 'https://sh%6fp.example.com/callback', ['NOT_NORMAL']],
    ['with the usual port', 'https://shop.example.com:443/callback', ['NOT_NORMAL']],
    ['with an empty port', 'https://shop.example.com:/callback', ['NOT_NORMAL']],
    ['without slashes', 'https:shop.example.com/callback', ['NOT_NORMAL']],
    ['with too many slashes', 'https:////shop.example.com/callback', ['NOT_NORMAL']],
    ['an address in octal', 'http://0177.0.0.1/', ['NOT_NORMAL']],
    ['an address in decimal', 'http://2130706433/', ['NOT_NORMAL']],
    ['without encryption', 'http://shop.example.com/callback', ['SCHEME']],
    ['nearly localhost', 'http://localhost.evil.example/callback', ['SCHEME']],
    ['nearly loopback', 'http://127.0.0.1.evil.example/callback', ['SCHEME']],
    ['in the network of the company', 'http://10.0.0.7/callback', ['SCHEME']],
    ['of an app', 'com.example.shop:/callback', ['SCHEME']],
    ['a script', 'javascript:alert(1)', ['SCHEME']],
    ['a script with a comment', 'javascript://shop.example.com/%250aalert(1)', ['SCHEME']],
    ['data', 'data:text/html,hello', ['SCHEME']],
    ['a file', 'file:///etc/passwd', ['SCHEME']],
    ['of a blob', 'blob:https://shop.example.com/1', ['SCHEME']],
    ['for copying by hand', 'urn:ietf:wg:oauth:2.0:oob', ['SCHEME']],
    [
      'with several faults',
      'http://me@shop.example.com/*#top',
      ['FRAGMENT', 'USER_INFO', 'WILDCARD', 'SCHEME'],
    ],
    ['too long', `https://shop.example.com/${'x'.repeat(1976)}`, ['TOO_LONG']],
  ])('are never %s: %j', async (_what, uri, codes) => {
    for (const type of WEB_TYPES) expect(await faults(type, uri)).toEqual(codes);
  });

  it('are at most 50, each once, each of at most 2,000 characters', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `https://shop.example.com/${i}`);
    const add = (redirectUris: string[]) => ({ ...goodClients(given.slug).WEB, redirectUris });
    const longest = `https://shop.example.com/${'x'.repeat(1975)}`;
    expect(longest).toHaveLength(2000);
    const { client } = await given.admin.does('addClient', add([longest, ...many(49)]));
    expect(client.redirectUris).toHaveLength(50);
    expect(await given.admin.faults('addClient', add(many(51)))).toEqual([['redirectUris', 'TOO_MANY']]);
    const twice = ['https://a.example.com/', 'https://b.example.com/', 'https://a.example.com/'];
    expect(await given.admin.faults('addClient', add(twice))).toEqual([['redirectUris[2]', 'DUPLICATE']]);
  });

  it('says how to write one that is not normal', async () => {
    const input = { ...goodClients(given.slug).WEB, redirectUris: ['https://Shop.example.com:443/a/../b'] };
    const answer = (await given.admin.send('addClient', input)).data['addClient']!;
    expect(answer.fields).toEqual([
      {
        path: 'redirectUris[0]',
        code: 'NOT_NORMAL',
        message: 'Write it as a browser does: https://shop.example.com/b',
      },
    ]);
  });
});

describe('addresses of native apps (RFC 8252)', () => {
  it('may be none, for a device on which people sign in by a code', async () => {
    const { client } = await given.admin.does('addClient', {
      ...goodClients(given.slug).NATIVE,
      redirectUris: [],
    });
    expect(client.redirectUris).toEqual([]);
  });

  it.each([
    'https://app.example.com/callback',
    'com.example.app:/callback',
    'com.example.app://callback',
    'com.example.app:callback',
    'com.example-app.v2:/callback?a=b',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:49152/callback',
    'http://[::1]/callback',
  ])('may be %s', async (uri) => {
    expect(await faults('NATIVE', uri)).toEqual([]);
  });

  it.each([
    ['AZ-3: localhost by name', 'http://localhost/callback', ['LOCALHOST']],
    ['AZ-3: localhost with a port', 'http://localhost:8080/callback', ['LOCALHOST']],
    ['AZ-4: a scheme without a dot', 'myapp:/callback', ['SCHEME']],
    ['AZ-4: a scheme that ends with a dot', 'myapp.:/callback', ['SCHEME']],
    ['AZ-4: a scheme with two dots in a row', 'com..app:/callback', ['SCHEME']],
    ['a scheme with nothing after it', 'com.example.app:', ['INVALID']],
    ['a scheme with two slashes after it', 'com.example.app://', ['INVALID']],
    ['a scheme in capitals', 'com.example.App:/callback', ['NOT_NORMAL']],
    ['a scheme with a fragment', 'com.example.app:/callback#a', ['FRAGMENT']],
    ['a scheme with a user', 'com.example.app://me@callback', ['USER_INFO']],
    ['a scheme with a wildcard', 'com.example.app:/*', ['WILDCARD']],
    ['a scheme with dots to go up', 'com.example.app:/a/../callback', ['NOT_NORMAL']],
    ['http elsewhere', 'http://app.example.com/callback', ['SCHEME']],
    ['nearly loopback', 'http://127.0.0.1.evil.example/callback', ['SCHEME']],
    ['loopback in short', 'http://127.1/callback', ['NOT_NORMAL']],
    ['https on loopback, which nobody can claim', 'https://127.0.0.1/callback', ['SCHEME']],
    ['https on localhost', 'https://localhost/callback', ['SCHEME']],
    ['a script', 'javascript:alert(1)', ['SCHEME']],
    ['an intent of another app', 'intent://example.com#Intent;end', ['FRAGMENT', 'SCHEME']],
  ])('are never %s: %s', async (_what, uri, codes) => {
    expect(await faults('NATIVE', uri)).toEqual(codes);
  });

  it('AZ-3: take http for loopback literals alone, on every port', async () => {
    const host = fc.oneof(fc.constantFrom('127.0.0.1', '[::1]', 'localhost'), fc.ipV4(), fc.domain());
    await fc.assert(
      fc.asyncProperty(host, fc.integer({ min: 1, max: 65_535 }), async (name, port) => {
        fc.pre(port !== 80);
        const codes = await faults('NATIVE', `http://${name}:${port}/callback`);
        expect(codes.length === 0).toBe(name === '127.0.0.1' || name === '[::1]');
      }),
      { numRuns: 60 },
    );
  });
});

it('whatever is taken has one spelling: it is what a browser would make of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.webUrl({ validSchemes: ['https', 'http'], withQueryParameters: true, withFragments: true }),
      async (uri) => {
        const codes = await faults('WEB', uri);
        const { href, protocol, hash } = new URL(uri);
        if (codes.length > 0) return;
        expect([uri, `${uri}/`]).toContain(href);
        expect([protocol, hash]).toEqual(['https:', '']);
      },
    ),
    { numRuns: 60 },
  );
});
