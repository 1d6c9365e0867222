import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac, createPublicKey } from 'node:crypto';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair, importJWK } from 'jose';
import { SigningKeyCipher } from '../../src/domain/tokens/index.js';
import { Forge, base64url, expectAccepted, expectRefused } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { TEST_SECRET, startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
let forge: Forge;
beforeAll(async () => {
  app = await startTestApp();
  ada = await app.given.user();
  forge = new Forge(app, ada);
});
afterAll(() => app.close());

describe('an access token that Signet did not sign (JW-2)', () => {
  it('is told from one that it did: the same text under its own key is accepted', async () => {
    await expectAccepted(app, await forge.signed(), ada);
  });

  it.each(['none', 'None', 'NONE', 'nOnE'])('is refused with alg "%s" and no signature', async (alg) => {
    const body = forge.body({ header: { alg } });
    await expectRefused(app, `${body}.`);
    await expectRefused(app, body);
    await expectRefused(app, `${body}.${base64url('none')}`);
  });

  it('is refused without alg, or with one that is no text', async () => {
    for (const alg of [undefined, null, 256, ['ES256'], ''])
      await expectRefused(app, await forge.signed({ header: { alg } }));
  });

  it('is refused when it is an HMAC under the public key in any spelling (CVE-2026-34950)', async () => {
    const { publicKey, publicJwk } = app.identity.keyRing.active();
    const pem = await exportSPKI(publicKey);
    const der = createPublicKey(pem).export({ format: 'der', type: 'spki' });
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
    const jwk = JSON.stringify(publicJwk);
    const texts = [pem, jwk, publicJwk.x!, publicJwk.kid!, ''].flatMap((text) => [
      text,
      text.trimEnd(),
      ` ${text}`,
      `\n${text}`,
      `${text}\n`,
      `${text} `,
    ]);
    const body = forge.body({ header: { alg: 'HS256' } });
    for (const secret of [...texts, der, raw, Buffer.from(publicJwk.x!, 'base64url')])
      await expectRefused(app, `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`);
  });

  it('is refused when another key of the same kind signed it under our kid', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    await expectRefused(app, await forge.sign(forge.body(), privateKey));
  });

  it.each(['RS256', 'PS256', 'ES384', 'ES512', 'EdDSA'])(
    'is refused under our kid with alg %s',
    async (alg) => {
      const { privateKey } = await generateKeyPair(alg);
      const token = await new SignJWT(forge.claims)
        .setProtectedHeader({ ...forge.header, alg })
        .sign(privateKey);
      await expectRefused(app, token);
      // The real signature does not help a token that names another algorithm.
      await expectRefused(app, await forge.signed({ header: { alg } }));
    },
  );

  it('is refused when our RSA key signed it with PSS padding: PS256 is not RS256', async () => {
    const rsa = await startTestApp({ SIGNET_SIGNING_ALG: 'RS256' });
    try {
      const grace = await rsa.given.user();
      const { header, claims } = new Forge(rsa, grace);
      const [row] = await rsa.sql<{ kid: string; bytes: Buffer }>(
        'SELECT kid, private_key_ciphertext AS bytes FROM signing_keys',
      );
      const jwk = new SigningKeyCipher(TEST_SECRET).decrypt(row!.kid, row!.bytes);
      const sign = async (alg: string) =>
        new SignJWT(claims).setProtectedHeader({ ...header, alg }).sign(await importJWK(jwk, alg));
      await expectAccepted(rsa, await sign('RS256'), grace);
      for (const alg of ['PS256', 'RS384', 'RS512', 'PS512']) await expectRefused(rsa, await sign(alg));
    } finally {
      await rsa.close();
    }
  });

  it('is refused with an all-zero signature, or an empty or short one (CVE-2022-21449)', async () => {
    const body = forge.body();
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
    const signatures = [
      Buffer.alloc(64),
      Buffer.concat([order, order]),
      Buffer.alloc(63),
      Buffer.alloc(65),
      Buffer.alloc(1),
      Buffer.from([0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00]),
    ];
    for (const signature of signatures)
      await expectRefused(app, `${body}.${signature.toString('base64url')}`);
  });

  it('is refused when its payload was changed under a real signature', async () => {
    const [, , signature] = (await forge.signed()).split('.');
    const { id } = await app.given.user();
    await expectRefused(app, `${forge.body({ claims: { sub: id } })}.${signature}`);
  });
});

describe('a header that brings its own key (JW-4)', () => {
  it('is refused, and nothing is fetched from where it points (CVE-2018-0114)', async () => {
    const fetched: string[] = [];
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' };
    const server = createServer((request, response) => {
      fetched.push(request.url!);
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const x5c = [Buffer.from(await exportSPKI(publicKey)).toString('base64')];
    try {
      for (const header of [{ jwk }, { jku: `${url}/jwks` }, { x5u: `${url}/x5u` }, { x5c }, { x5t: 'AAAA' }])
        for (const kid of [forge.header['kid'], 'attacker', undefined])
          await expectRefused(app, await forge.sign(forge.body({ header: { ...header, kid } }), privateKey));
      expect(fetched).toEqual([]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.each([
    ['an extension nobody knows', { crit: ['http://example.com/must'], 'http://example.com/must': true }],
    ['a registered name', { crit: ['exp'], exp: 9_999_999_999 }],
    ['a missing member', { crit: ['absent'] }],
    ['an empty list', { crit: [] }],
    ['no list', { crit: 'exp' }],
    ['an unencoded payload (RFC 7797)', { crit: ['b64'], b64: false }],
  ])('is refused when crit names %s (CVE-2026-35042)', async (_what, header) => {
    await expectRefused(app, await forge.signed({ header }));
  });
});
