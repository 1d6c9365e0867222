import * as oauth from 'oauth4webapi';
import type { Person } from '../support/given.js';
import { givenClients, startReachableApp, type ReachableApp } from '../support/reachable-app.js';
import { Visitor } from '../support/visitor.js';

const REDIRECT_URI = 'http://127.0.0.1:3000/callback';
/** The one check that is relaxed: tests have no https. */
const HTTP = { [oauth.allowInsecureRequests]: true };
const NONCE = 'n-0S6_WzA2Mj';

let app: ReachableApp;
let ada: Person;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  app = await startReachableApp();
  ada = await app.given.user();
  const issuer = new URL(app.issuer);
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, HTTP));
});
afterAll(() => app.close());

type Registered = { client: oauth.Client; authentication: oauth.ClientAuth };

async function signIn({ client, authentication }: Registered): Promise<oauth.TokenEndpointResponse> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const address = new URL(server.authorization_endpoint!);
  address.search = String(
    new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid email',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce: NONCE,
      max_age: '3600',
    }),
  );
  const browser = new Visitor(app);
  const form = await browser.open(address.href);
  const { url } = await browser.send(form, { email: ada.email, password: ada.password });
  const arrival = oauth.validateAuthResponse(server, client, url, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    arrival,
    REDIRECT_URI,
    verifier,
    HTTP,
  );
  const expected = { expectedNonce: NONCE, maxAge: 3600, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, expected);
  // The signature too, although the token came from the endpoint itself.
  await oauth.validateApplicationLevelSignature(server, response, HTTP);
  return tokens;
}

const clients: [string, () => Promise<Registered>][] = [
  ['client_secret_post', () => register('WEB', 'client_secret_post', oauth.ClientSecretPost)],
  ['client_secret_basic', () => register('WEB', 'client_secret_basic', oauth.ClientSecretBasic)],
  ['none', () => register('SPA', 'none', oauth.None)],
];

async function register(
  type: 'WEB' | 'SPA',
  authMethod: string,
  authenticate: (secret: string) => oauth.ClientAuth,
): Promise<Registered> {
  const shop = await givenClients(app);
  const settings = { type, authMethod, redirectUris: [REDIRECT_URI] };
  const { clientId, clientSecret } = await shop.add(settings);
  const client = {
    client_id: clientId,
    require_auth_time: true,
    [oauth.clockTolerance]: 1,
  };
  return { client, authentication: authenticate(clientSecret) };
}

describe('oauth4webapi, as strict as it is', () => {
  it.each(clients)('signs in, refreshes, asks who it is and revokes, by %s', async (_method, registerOne) => {
    const { client, authentication } = await registerOne();
    const tokens = await signIn({ client, authentication });
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)!;
    expect(sub).toBe(ada.id);
    const userInfo = await oauth.userInfoRequest(server, client, tokens.access_token, HTTP);
    expect(await oauth.processUserInfoResponse(server, client, sub, userInfo)).toMatchObject({
      sub,
      email: ada.email,
    });
    const refresh = async (token: string) =>
      oauth.processRefreshTokenResponse(
        server,
        client,
        await oauth.refreshTokenGrantRequest(server, client, authentication, token, HTTP),
      );
    const renewed = await refresh(tokens.refresh_token!);
    expect(oauth.getValidatedIdTokenClaims(renewed)!.sub).toBe(sub);
    const token = renewed.refresh_token!;
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, authentication, token, HTTP),
    );
    await expect(refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('verifies id tokens by %s', async (idTokenAlg) => {
    expect(server.id_token_signing_alg_values_supported).toContain(idTokenAlg);
    const shop = await givenClients(app);
    const { clientId } = await shop.add({ type: 'SPA', redirectUris: [REDIRECT_URI], idTokenAlg });
    const client = { client_id: clientId, id_token_signed_response_alg: idTokenAlg };
    const tokens = await signIn({ client, authentication: oauth.None() });
    expect(oauth.getValidatedIdTokenClaims(tokens)!.sub).toBe(ada.id);
  });

  it('finds a token for an API to be what RFC 9068 says', async () => {
    const shop = await givenClients(app);
    const job = await shop.add({ type: 'MACHINE' });
    await app.given.permission(job.account!.id, `${shop.slug}:read`);
    const client = { client_id: job.clientId };
    const authentication = oauth.ClientSecretBasic(job.clientSecret);
    const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, HTTP);
    const { access_token: token } = await oauth.processClientCredentialsResponse(server, client, response);
    const request = new Request('http://127.0.0.1/orders', { headers: { authorization: `Bearer ${token}` } });
    const { audience } = app.identity.config;
    const options = { ...HTTP, [oauth.clockTolerance]: 1 };
    const claims = await oauth.validateJwtAccessToken(server, request, audience, options);
    expect(claims).toMatchObject({ client_id: job.clientId, scope: `${shop.slug}:read` });
  });
});
