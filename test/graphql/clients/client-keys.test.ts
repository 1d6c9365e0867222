import { givenService, goodClients, keyPair } from '../../support/clients.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
});
afterAll(() => app.close());

const input = (jwks: unknown) => ({
  ...goodClients(given.slug).MACHINE,
  authMethod: 'private_key_jwt',
  jwks,
});
const faults = (...keys: unknown[]) => given.admin.faults('addClient', input({ keys }));
const rsa = keyPair('rsa');
const ec = keyPair('ec');
const ed = keyPair('ed25519');

describe('keys of a client (TK-8)', () => {
  it.each([
    ['RSA with 2048 bits', rsa.publicJwk],
    ['RSA with 4096 bits', keyPair('rsa', 4096).publicJwk],
    ['P-256', ec.publicJwk],
    ['P-384', keyPair('ec', 'P-384').publicJwk],
    ['P-521', keyPair('ec', 'P-521').publicJwk],
    ['Ed25519', ed.publicJwk],
  ])('may be %s', async (_kind, key) => {
    const { client } = await given.admin.does('addClient', input({ keys: [{ ...key, kid: 'one' }] }));
    expect(client.jwks).toEqual({ keys: [{ ...key, kid: 'one', use: 'sig' }] });
    expect((await app.identity.loadClient(client.clientId))!.jwks).toEqual(client.jwks);
  });

  it('keep their algorithm and nothing that is no part of a public key', async () => {
    const keys = [
      {
        ...rsa.publicJwk,
        alg: 'PS256',
        kid: 'a',
        use: 'sig',
        x5c: ['MIIB'],
        key_ops: ['verify'],
        remark: 'mine',
      },
      { ...ec.publicJwk, alg: 'ES256', kid: 'b' },
    ];
    const { client } = await given.admin.does('addClient', input({ keys }));
    expect(client.jwks).toEqual({
      keys: [
        { ...rsa.publicJwk, alg: 'PS256', kid: 'a', use: 'sig' },
        { ...ec.publicJwk, alg: 'ES256', kid: 'b', use: 'sig' },
      ],
    });
  });

  it('are public ones: every private member is refused by name, and is kept nowhere', async () => {
    for (const { privateJwk, publicJwk } of [rsa, ec, ed]) {
      const exposed = Object.keys(privateJwk).filter((name) => !(name in publicJwk));
      const found = await faults(privateJwk);
      expect(found.map(([path]) => path).sort()).toEqual(
        exposed.map((name) => `jwks.keys[0].${name}`).sort(),
      );
      expect(new Set(found.map(([, code]) => code))).toEqual(new Set(['PRIVATE_KEY']));
      expect(app.log.join('')).not.toContain(privateJwk['d']);
    }
    const shared = { kty: 'oct', k: 'c2VjcmV0IHRoYXQgaXMgbG9uZyBlbm91Z2ggZm9yIEhTMjU2' };
    expect(await faults(shared)).toEqual([['jwks.keys[0].k', 'PRIVATE_KEY']]);
    const answer = await given.admin.send('addClient', input({ keys: [ec.privateJwk] }));
    expect(JSON.stringify(answer.body)).not.toContain(ec.privateJwk['d']);
  });

  it.each<[string, unknown]>([
    ['RSA with 1024 bits', keyPair('rsa', 1024).publicJwk],
    ['RSA with an exponent of 1, by which anybody signs', { ...rsa.publicJwk, e: 'AQ' }],
    ['RSA with an exponent of 3', { ...rsa.publicJwk, e: 'Aw' }],
    [
      'RSA with a modulus beyond all use',
      { kty: 'RSA', n: Buffer.alloc(3000, 0xff).toString('base64url'), e: 'AQAB' },
    ],
    ['RSA without its modulus', { kty: 'RSA', e: 'AQAB' }],
    ['RSA in base64 with padding', { ...rsa.publicJwk, e: 'AQAB==' }],
    ['secp256k1', keyPair('ec', 'secp256k1').publicJwk],
    ['a point that is not on its curve', { ...ec.publicJwk, y: ec.publicJwk['x'] }],
    ['a curve of another kind', { ...ec.publicJwk, kty: 'OKP' }],
    ['Ed25519 that is too short', { ...ed.publicJwk, x: 'AQAB' }],
    ['a symmetric key', { kty: 'oct' }],
    ['a kind that nobody knows', { kty: 'XYZ', crv: 'constructor', x: 'AQAB' }],
    ['no object', 'key'],
    ['nothing', null],
    ['a list', []],
    ['a number where text belongs', { ...ec.publicJwk, x: 7 }],
  ])('are never %s', async (_what, key) => {
    expect(await faults(key)).toEqual([['jwks.keys[0]', 'INVALID']]);
  });

  it('say of themselves what is true of them', async () => {
    expect(await faults({ ...ec.publicJwk, alg: 'RS256' })).toEqual([['jwks.keys[0].alg', 'INVALID']]);
    expect(await faults({ ...rsa.publicJwk, alg: 'none' })).toEqual([['jwks.keys[0].alg', 'INVALID']]);
    expect(await faults({ ...rsa.publicJwk, alg: 'HS256' })).toEqual([['jwks.keys[0].alg', 'INVALID']]);
    expect(await faults({ ...rsa.publicJwk, use: 'enc' })).toEqual([['jwks.keys[0].use', 'INVALID']]);
    for (const kid of ['', 7, 'x'.repeat(201), 'lin\ne'])
      expect(await faults({ ...ec.publicJwk, kid })).toEqual([['jwks.keys[0].kid', 'INVALID']]);
    const twice = [
      { ...ec.publicJwk, kid: 'a' },
      { ...ed.publicJwk, kid: 'a' },
    ];
    expect(await faults(...twice)).toEqual([['jwks.keys[1].kid', 'DUPLICATE']]);
  });

  it('come as a set, with a few keys in it', async () => {
    const fault = (jwks: unknown) => given.admin.faults('addClient', input(jwks));
    for (const jwks of [{}, ec.publicJwk, { keys: 'all' }, { keys: {} }])
      expect(await fault(jwks)).toEqual([['jwks', 'INVALID']]);
    expect(await fault({ keys: [] })).toEqual([['jwks.keys', 'REQUIRED']]);
    expect(await fault({ keys: Array(21).fill(ec.publicJwk) })).toEqual([['jwks.keys', 'TOO_MANY']]);
  });
});
