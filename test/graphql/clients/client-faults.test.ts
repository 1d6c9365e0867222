import { givenService, goodClients, keyPair } from '../../support/clients.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
let good: ReturnType<typeof goodClients>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
  good = goodClients(given.slug);
});
afterAll(() => app.close());
afterEach(async () => {
  const left = await app.sql(
    `SELECT id FROM oauth_clients UNION ALL SELECT client_id FROM client_secrets
     UNION ALL SELECT type FROM audit_events WHERE type LIKE 'client%'`,
  );
  if (left.length > 0) throw new Error(`what was refused has left something: ${JSON.stringify(left)}`);
});

const faults = (input: object) => given.admin.faults('addClient', input);
const { publicJwk: goodKey } = keyPair('ec');

describe('a client', () => {
  it.each([
    ['', 'REQUIRED'],
    ['   ', 'REQUIRED'],
    ['x'.repeat(101), 'TOO_LONG'],
    ['Shop\u202eecivres', 'INVALID'],
    ['Sh\0op', 'INVALID'],
  ])('has a name that people can read: %j is %s', async (name, code) => {
    expect(await faults({ ...good.WEB, name })).toEqual([['name', code]]);
  });

  it.each(['WEB', 'SPA'] as const)('of type %s has somewhere to come back to', async (type) => {
    expect(await faults({ ...good[type], redirectUris: [] })).toEqual([['redirectUris', 'REQUIRED']]);
  });

  it('of type MACHINE has no addresses, since nobody signs in to it', async () => {
    const redirectUris = ['https://shop.example.com/callback'];
    expect(await faults({ ...good.MACHINE, redirectUris })).toEqual([['redirectUris', 'NOT_ALLOWED']]);
    const input = {
      ...good.MACHINE,
      redirectUris,
      postLogoutRedirectUris: redirectUris,
      backchannelLogoutUri: redirectUris[0],
    };
    expect(await faults(input)).toEqual([
      ['redirectUris', 'NOT_ALLOWED'],
      ['postLogoutRedirectUris', 'NOT_ALLOWED'],
      ['backchannelLogoutUri', 'NOT_ALLOWED'],
    ]);
  });

  it('proves itself in a way that its type can: TK-7, public clients are never confidential', async () => {
    for (const type of ['SPA', 'NATIVE'] as const)
      for (const authMethod of ['client_secret_basic', 'client_secret_post'])
        expect(await faults({ ...good[type], authMethod })).toEqual([['authMethod', 'NOT_ALLOWED']]);
    for (const type of ['WEB', 'MACHINE'] as const)
      expect(await faults({ ...good[type], authMethod: 'none' })).toEqual([['authMethod', 'NOT_ALLOWED']]);
    const keys = { authMethod: 'private_key_jwt', jwks: { keys: [goodKey] } };
    expect(await faults({ ...good.SPA, ...keys })).toEqual([['authMethod', 'NOT_ALLOWED']]);
  });

  it('has keys when it proves itself by them, and only then', async () => {
    expect(await faults({ ...good.WEB, authMethod: 'private_key_jwt' })).toEqual([['jwks', 'REQUIRED']]);
    const jwks = { keys: [goodKey] };
    for (const type of ['WEB', 'SPA', 'NATIVE', 'MACHINE'] as const)
      expect(await faults({ ...good[type], jwks })).toEqual([['jwks', 'NOT_ALLOWED']]);
  });

  it('hears of logouts on its own server, over https', async () => {
    const fault = async (backchannelLogoutUri: string) => faults({ ...good.WEB, backchannelLogoutUri });
    for (const [uri, code] of [
      ['', 'INVALID'],
      ['/logout', 'INVALID'],
      ['http://shop.example.com/logout', 'SCHEME'],
      ['com.example.shop:/logout', 'SCHEME'],
      ['https://shop.example.com/logout#top', 'FRAGMENT'],
      ['https://me:secret@shop.example.com/logout', 'USER_INFO'],
      [`https://shop.example.com/${'x'.repeat(2000)}`, 'TOO_LONG'],
    ])
      expect({ uri, faults: await fault(uri!) }).toEqual({ uri, faults: [['backchannelLogoutUri', code]] });
  });

  it('is told every fault at once, with its path', async () => {
    const input = {
      ...good.WEB,
      name: '',
      redirectUris: ['https://shop.example.com/callback', 'http://shop.example.com/*#top', 'callback'],
      postLogoutRedirectUris: ['javascript:alert(1)'],
      backchannelLogoutUri: 'http://shop.example.com/',
      authMethod: 'private_key_jwt',
      jwks: { keys: [goodKey, { kty: 'RSA', n: 'AQAB', e: 'AQAB' }, { ...goodKey, d: 'AQAB' }] },
    };
    expect(await faults(input)).toEqual([
      ['name', 'REQUIRED'],
      ['redirectUris[1]', 'FRAGMENT'],
      ['redirectUris[1]', 'WILDCARD'],
      ['redirectUris[1]', 'SCHEME'],
      ['redirectUris[2]', 'INVALID'],
      ['postLogoutRedirectUris[0]', 'SCHEME'],
      ['backchannelLogoutUri', 'SCHEME'],
      ['jwks.keys[1]', 'INVALID'],
      ['jwks.keys[2].d', 'PRIVATE_KEY'],
    ]);
  });

  it('cannot be of another type, method or algorithm than there are', async () => {
    for (const wrong of [
      { type: 'ROBOT' },
      { authMethod: 'client_secret_jwt' },
      { idTokenAlg: 'none' },
      { idTokenAlg: 'HS256' },
    ])
      expect(await given.admin.codes('addClient', { ...good.WEB, ...wrong })).toEqual(['BAD_USER_INPUT']);
  });
});
