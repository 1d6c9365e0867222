import { SignJWT, createRemoteJWKSet, importJWK, jwtVerify, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { keyPair } from '../support/clients.js';
import type { Person } from '../support/given.js';
import { basic, givenClient, postForm, type ServiceClient } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

const AT_ONCE = 64;
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const keys = { ec: keyPair('ec'), rsa: keyPair('rsa'), other: keyPair('ec') };

let app: TestApp;
let admin: Person;
let ada: Person;
let byBasic: ServiceClient;
let byPost: ServiceClient;
let byKey: ServiceClient;
let spa: ServiceClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  ada = await app.given.user();
  byBasic = await givenClient(app, admin, { type: 'MACHINE' });
  byPost = await givenClient(app, admin, { type: 'MACHINE', authMethod: 'client_secret_post' });
  const jwks = { keys: [keys.ec.publicJwk, keys.rsa.publicJwk] };
  byKey = await givenClient(app, admin, { type: 'MACHINE', authMethod: 'private_key_jwt', jwks });
  spa = await givenClient(app, admin, { type: 'SPA' });
});
afterAll(() => app?.close());

const GRANT = { grant_type: 'client_credentials' };
const ask = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  postForm(app, '/oidc/token', { ...GRANT, ...fields }, headers);

describe('the secret of a client', () => {
  it('is taken by the method that the client is registered for, and by no other (TK-7)', async () => {
    for (const client of [byBasic, byPost]) {
      const { clientId, secret } = client;
      const inBody = { client_id: clientId, client_secret: secret! };
      const [header, body] = [await ask({}, basic(clientId, secret!)), await ask(inBody)];
      const [right, wrong] = client === byBasic ? [header, body] : [body, header];
      expect(right.status).toBe(200);
      expect([wrong.status, wrong.body]).toEqual([
        401,
        { error: 'invalid_client', error_description: 'client authentication failed' },
      ]);
    }
  });

  it('is taken in one way at a time (TK-7)', async () => {
    const { clientId, secret } = byBasic;
    const twice = await ask({ client_secret: secret! }, basic(clientId, secret!));
    expect([twice.status, twice.body['error']]).toEqual([400, 'invalid_request']);
    const proof = { client_assertion_type: ASSERTION, client_assertion: await assertion() };
    const mixed = await ask(proof, basic(byBasic.clientId, secret!));
    expect([mixed.status, mixed.body['error']]).toEqual([400, 'invalid_request']);
    const asOther = await ask({ client_id: byPost.clientId }, basic(clientId, secret!));
    expect([asOther.status, asOther.body['error']]).toEqual([400, 'invalid_request']);
  });

  it('is of no use to a public client, nor to one with keys (TK-7, NA-1)', async () => {
    for (const client of [spa, byKey])
      for (const secret of [byPost.secret!, 'x']) {
        const inBody = await ask({ client_id: client.clientId, client_secret: secret });
        const inHeader = await ask({}, basic(client.clientId, secret));
        expect([inBody.status, inHeader.status]).toEqual([401, 401]);
      }
  });

  it('is asked for: neither a client with a secret nor one with keys gets in without (TK-7)', async () => {
    for (const { clientId } of [byBasic, byPost, byKey]) {
      const { status, body } = await ask({ client_id: clientId });
      expect([status, body['error']]).toEqual([401, 'invalid_client']);
    }
  });

  it('refused by Basic comes with a challenge, and says nothing of why (TK-11)', async () => {
    const answers = await Promise.all([
      ask({}, basic(byBasic.clientId, 'wrong')),
      ask({}, basic('nobody', 'wrong')),
      ask({}, basic(byPost.clientId, byPost.secret!)),
      ask({}, basic(spa.clientId, 'wrong')),
    ]);
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toEqual(answers[0]!.body);
    }
  });

  it('never is in an address: parameters of the query are not read (TK-1)', async () => {
    const { clientId, secret } = byPost;
    const query = String(new URLSearchParams({ ...GRANT, client_id: clientId, client_secret: secret! }));
    const inQuery = await postForm(app, `/oidc/token?${query}`, {});
    expect([inQuery.status, inQuery.body['error']]).toEqual([400, 'invalid_request']);
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect([404, 405]).toContain((await fetch(`${app.origin}/oidc/token?${query}`, { method })).status);
    const json = await fetch(`${app.origin}/oidc/token`, {
      method: 'POST',
      body: JSON.stringify({ ...GRANT, client_id: clientId, client_secret: secret }),
      headers: { 'content-type': 'application/json' },
    });
    expect(json.status).toBe(400);
  });

  it('may be sent with many at once, and twice the same parameter is refused', async () => {
    const fields = new URLSearchParams({
      ...GRANT,
      client_id: byPost.clientId,
      client_secret: byPost.secret!,
    });
    fields.append('client_secret', byPost.secret!);
    const { status, body } = await postForm(app, '/oidc/token', fields);
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });
});

interface Wishes {
  claims?: Record<string, unknown>;
  header?: { alg: string; typ?: string };
  key?: JWK;
  seconds?: number;
}

/** A proof that a client has its key (RFC 7523), altered as wished. */
async function assertion({
  claims,
  header,
  key = keys.ec.privateJwk,
  seconds = 60,
}: Wishes = {}): Promise<string> {
  const alg = header?.alg ?? 'ES256';
  const now = Math.floor(Date.now() / 1000);
  const { clientId } = byKey;
  const whole = {
    iss: clientId,
    sub: clientId,
    aud: TEST_ISSUER,
    jti: randomUUID(),
    iat: now,
    exp: now + seconds,
  };
  return new SignJWT({ ...whole, ...claims } as never)
    .setProtectedHeader({ ...header, alg })
    .sign(key.kty === 'oct' ? Buffer.from(key.k!, 'base64url') : await importJWK(key, alg));
}
const prove = (client_assertion: string) => ask({ client_assertion_type: ASSERTION, client_assertion });

describe('private_key_jwt (RFC 7523)', () => {
  it('proves a client by either of its keys, to the issuer (TK-8)', async () => {
    expect((await prove(await assertion())).status).toBe(200);
    const rsa = { key: keys.rsa.privateJwk, header: { alg: 'RS256' } };
    expect((await prove(await assertion(rsa))).status).toBe(200);
    const toEndpoint = await assertion({ claims: { aud: `${TEST_ISSUER}/oidc/token` } });
    expect((await prove(toEndpoint)).status).toBe(200);
  });

  it('is taken once, however many bring it at once (TK-8)', async () => {
    const proof = await assertion();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => prove(proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body['error']))).toEqual(new Set([undefined, 'invalid_client']));
    expect((await prove(proof)).status).toBe(401);
  });

  it.each<[string, () => Promise<string>]>([
    ['of a key that is not the client’s', () => assertion({ key: keys.other.privateJwk })],
    ['that another client is the subject of', () => assertion({ claims: { sub: byBasic.clientId } })],
    ['that another client issues', () => assertion({ claims: { iss: byBasic.clientId } })],
    ['for another audience', () => assertion({ claims: { aud: 'https://other.example.com' } })],
    [
      'for several audiences',
      () => assertion({ claims: { aud: [TEST_ISSUER, 'https://other.example.com'] } }),
    ],
    ['for another endpoint', () => assertion({ claims: { aud: `${TEST_ISSUER}/oidc/par` } })],
    ['that has expired', () => assertion({ seconds: -60 })],
    ['that is good for too long', () => assertion({ seconds: 400 })],
    ['without an end', () => assertion({ claims: { exp: undefined } })],
    ['without a number', () => assertion({ claims: { jti: undefined } })],
    [
      'signed by the public key as a secret',
      () =>
        assertion({
          header: { alg: 'HS256' },
          key: { kty: 'oct', k: Buffer.from(JSON.stringify(keys.ec.publicJwk)).toString('base64url') },
        }),
    ],
    [
      'without a signature',
      async () => {
        const [, claims] = (await assertion()).split('.');
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
      },
    ],
  ])('refuses one %s (TK-8)', async (_what, make) => {
    const { status, body } = await prove(await make());
    expect([status, body['error']]).toEqual([401, 'invalid_client']);
  });

  it('works at every endpoint that wants a client, each time with another number', async () => {
    for (const path of ['/oidc/introspect', '/oidc/revoke']) {
      const fields = { token: 'x', client_assertion_type: ASSERTION, client_assertion: await assertion() };
      expect((await postForm(app, path, fields)).status).toBe(200);
    }
  });
});

describe('the algorithm of id tokens', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])(
    'is the one that the client asks for: %s (ID-1)',
    async (idTokenAlg) => {
      const client = await givenClient(app, admin, { idTokenAlg });
      const { id_token: idToken, access_token: accessToken } = await client.tokensOf(ada);
      const jwks = createRemoteJWKSet(new URL(`${app.origin}/.well-known/jwks.json`));
      const options = { issuer: TEST_ISSUER, audience: client.clientId, algorithms: [idTokenAlg] };
      const { payload, protectedHeader } = await jwtVerify(idToken!, jwks, options);
      expect(payload.sub).toBe(ada.id);
      // By a key that signs nothing else, so that no id token passes for an access token.
      const { kid } = (await jwtVerify(accessToken!, jwks)).protectedHeader;
      expect(protectedHeader.kid).not.toBe(kid);
      const purposes = new Map(app.identity.keyRing.published().map((key) => [key.kid, key.purpose]));
      expect([purposes.get(protectedHeader.kid!), purposes.get(kid!)]).toEqual([
        { RS256: 'id-token', ES256: 'id-token-es256', EdDSA: 'id-token-eddsa' }[idTokenAlg],
        'access-token',
      ]);
    },
  );
});
