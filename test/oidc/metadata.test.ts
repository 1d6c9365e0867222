import { ROUTES } from '../../src/oidc/provider.js';
import type { Person } from '../support/given.js';
import { givenClient } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

let app: TestApp;
let admin: Person;
let metadata: Record<string, unknown>;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
  const response = await fetch(`${app.origin}/.well-known/openid-configuration`);
  metadata = (await response.json()) as Record<string, unknown>;
});
afterAll(() => app?.close());

/** Every field, what it says, and the test that holds it. A new one belongs here and to a test. */
const FEATURES: Record<string, [value: unknown, heldBy: string]> = {
  issuer: [TEST_ISSUER, 'discovery'],
  jwks_uri: [`${TEST_ISSUER}/.well-known/jwks.json`, 'discovery'],
  graphql_endpoint: [`${TEST_ISSUER}/graphql`, 'discovery'],
  authorization_endpoint: [`${TEST_ISSUER}/oidc/authorize`, 'authorization-requests'],
  token_endpoint: [`${TEST_ISSUER}/oidc/token`, 'token-endpoint'],
  userinfo_endpoint: [`${TEST_ISSUER}/oidc/userinfo`, 'token-endpoint'],
  introspection_endpoint: [`${TEST_ISSUER}/oidc/introspect`, 'introspection'],
  revocation_endpoint: [`${TEST_ISSUER}/oidc/revoke`, 'introspection'],
  end_session_endpoint: [`${TEST_ISSUER}/oidc/logout`, 'sign-out-requests'],
  device_authorization_endpoint: [`${TEST_ISSUER}/oidc/device/authorize`, 'device'],
  pushed_authorization_request_endpoint: [`${TEST_ISSUER}/oidc/par`, 'pushed-requests'],
  response_types_supported: [['code'], 'authorization-requests'],
  response_modes_supported: [['form_post', 'fragment', 'query'], 'metadata'],
  grant_types_supported: [
    [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    'token-endpoint',
  ],
  code_challenge_methods_supported: [['S256'], 'authorization-requests'],
  token_endpoint_auth_methods_supported: [
    ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    'client-authentication',
  ],
  token_endpoint_auth_signing_alg_values_supported: [
    ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'],
    'client-authentication',
  ],
  id_token_signing_alg_values_supported: [['RS256', 'ES256', 'EdDSA'], 'client-authentication'],
  dpop_signing_alg_values_supported: [['ES256', 'Ed25519', 'EdDSA'], 'proof-of-possession'],
  scopes_supported: [['openid', 'profile', 'email', 'offline_access'], 'asking-to-sign-in'],
  subject_types_supported: [['public'], 'asking-to-sign-in'],
  claims_supported: [
    ['sub', 'sid', 'auth_time', 'amr', 'name', 'picture', 'updated_at', 'email', 'email_verified', 'iss'],
    'asking-to-sign-in',
  ],
  claim_types_supported: [['normal'], 'asking-to-sign-in'],
  claims_parameter_supported: [false, 'asking-to-sign-in'],
  request_uri_parameter_supported: [false, 'authorization-requests'],
  authorization_response_iss_parameter_supported: [true, 'authorization-requests'],
  backchannel_logout_supported: [true, 'backchannel-logout'],
  backchannel_logout_session_supported: [true, 'backchannel-logout'],
};

describe('the metadata (MD-2)', () => {
  it('say what is tested, each by the file that holds it, and nothing else', () => {
    expect(metadata).toEqual(
      Object.fromEntries(Object.entries(FEATURES).map(([name, [value]]) => [name, value])),
    );
  });

  it('name every endpoint that there is, but for the page of the devices, whose address they are told', () => {
    const advertised = new Set(Object.values(metadata));
    for (const [name, path] of Object.entries(ROUTES))
      expect([name, advertised.has(`${TEST_ISSUER}${path}`)]).toEqual([name, name !== 'code_verification']);
  });

  it.each(Object.keys(FEATURES).filter((name) => name.endsWith('_endpoint')))(
    '%s is there, and nothing that the library could do beside it',
    async (name) => {
      const { pathname } = new URL(metadata[name] as string);
      const statuses = [];
      for (const method of ['GET', 'POST'])
        statuses.push((await fetch(app.origin + pathname, { method, redirect: 'manual' })).status);
      expect(statuses.some((status) => status !== 404)).toBe(true);
      for (const off of [
        '/oidc/reg',
        '/oidc/backchannel',
        '/oidc/challenge',
        '/oidc/credential',
        '/oidc/jwks',
        '/interaction/x',
      ])
        expect((await fetch(app.origin + off, { method: 'POST' })).status).toBe(404);
    },
  );

  it.each(['query', 'fragment', 'form_post'])('%s brings the code back', async (response_mode) => {
    const ada = await app.given.user();
    const shop = await givenClient(app, admin);
    const browser = new Visitor(app);
    await shop.arrive(ada, {}, browser);
    const { url, html } = await browser.open(shop.signInUrl({ response_mode }));
    const [, inForm = null] = /name="code" value="([^"]+)"/.exec(html) ?? [];
    const code = {
      query: url.searchParams.get('code'),
      fragment: new URLSearchParams(url.hash.slice(1)).get('code'),
      form_post: inForm,
    };
    expect((await shop.redeem(url, { code: code[response_mode as 'query']! })).status).toBe(200);
  });
});
