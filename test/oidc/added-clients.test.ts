import { createHash } from 'node:crypto';
import { givenService, goodClients, keyPair } from '../support/clients.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** What addClient takes and the library does not would be a client that nobody can sign in by. */
let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
});
afterAll(() => app.close());

/** The status of an authorization request: it goes on from there, or ends on a page of ours. */
async function authorize(clientId: string, redirectUri: string): Promise<number> {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update('x'.repeat(43)).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const { status } = await fetch(`${app.origin}/oidc/authorize?${query.toString()}`, { redirect: 'manual' });
  return status;
}

type Type = 'WEB' | 'SPA' | 'NATIVE';
const keys = [keyPair('rsa'), keyPair('ec'), keyPair('ec', 'P-521'), keyPair('ed25519')];
const jwks = { keys: keys.map(({ publicJwk }) => publicJwk) };
const cases: [Type, uri: string, more?: object, registered?: string][] = [
  ['WEB', 'https://shop.example.com'],
  ['WEB', 'https://shop.example.com:8443/@me/callback?a=1,2&b=(x)'],
  ['WEB', 'http://localhost:3000/callback'],
  ['WEB', 'http://[::1]:3000/callback'],
  ['WEB', 'https://post.example.com/', { authMethod: 'client_secret_post' }],
  ['WEB', 'https://keys.example.com/', { authMethod: 'private_key_jwt', jwks }],
  ['WEB', 'https://es256.example.com/', { idTokenAlg: 'ES256' }],
  ['WEB', 'https://bye.example.com/', { postLogoutRedirectUris: ['http://127.0.0.1:3000/'] }],
  ['WEB', 'https://logout.example.com/', { backchannelLogoutUri: 'http://localhost:3000/logout' }],
  ['SPA', 'https://spa.example.com/callback'],
  ['NATIVE', 'https://app.example.com/callback'],
  ['NATIVE', 'com.example.app:/callback'],
  ['NATIVE', 'com.example.app:callback'],
  ['NATIVE', 'com.example-app.v2://callback'],
  ['NATIVE', 'http://127.0.0.1:49152/callback', {}, 'http://127.0.0.1/callback'],
  ['NATIVE', 'http://[::1]:49152/callback', {}, 'http://[::1]:1/callback'],
];

it.each(cases)('%s %s works as it was added', async (type, uri, more = {}, registered = uri) => {
  const input = { ...goodClients(given.slug)[type], redirectUris: [registered], ...more };
  const { client } = await given.admin.does('addClient', input);
  expect(await authorize(client.clientId, uri)).toBe(303);
  expect(await authorize(client.clientId, `${uri}x`)).toBe(400);
  await given.admin.does('deleteClient', { clientId: client.clientId });
  expect(await authorize(client.clientId, uri)).toBe(400);
});
