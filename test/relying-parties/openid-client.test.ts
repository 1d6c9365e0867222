import { exportJWK, generateKeyPair } from 'jose';
import * as client from 'openid-client';
import type { Person } from '../support/given.js';
import { givenClients, startReachableApp, type ReachableApp } from '../support/reachable-app.js';
import { Visitor } from '../support/visitor.js';

const REDIRECT_URI = 'http://127.0.0.1:3000/callback';
const BYE = 'http://127.0.0.1:3000/bye';

let app: ReachableApp;
let shop: Awaited<ReturnType<typeof givenClients>>;
let ada: Person;
beforeAll(async () => {
  app = await startReachableApp();
  shop = await givenClients(app);
  ada = await app.given.user();
  await app.given.permission(ada.id, `${shop.slug}:refund`);
});
afterAll(() => app.close());

/** What a service does once, when it starts. */
async function discover(
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  authentication: client.ClientAuth = clientSecret ? client.ClientSecretBasic(clientSecret) : client.None(),
) {
  const config = await client.discovery(new URL(app.issuer), clientId, undefined, authentication, {
    execute: [client.allowInsecureRequests],
  });
  // Signatures too are checked, though these tokens come from the token endpoint itself.
  client.enableNonRepudiationChecks(config);
  return config;
}

const webClient = (more: object = {}) =>
  shop.add({ type: 'WEB', redirectUris: [REDIRECT_URI], postLogoutRedirectUris: [BYE], ...more });

/** Somebody signs in: from the address that the library has made to the one that it takes. */
async function comeBack(browser: Visitor, address: URL): Promise<URL> {
  let shown = await browser.open(address.href);
  if (shown.url.pathname.startsWith('/sign-in/'))
    shown = await browser.send(shown, { email: ada.email, password: ada.password });
  // Native apps are never let in without a question (RFC 8252 §8.6).
  if (shown.url.pathname.startsWith('/consent/')) shown = await browser.send(shown, { answer: 'agree' });
  return shown.url;
}

async function signIn(
  config: client.Configuration,
  options: {
    dpop?: client.DPoPHandle;
    pushed?: boolean;
    browser?: Visitor;
    scope?: string;
    prompt?: string;
    redirectUri?: string;
  } = {},
) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const parameters = {
    redirect_uri: options.redirectUri ?? REDIRECT_URI,
    scope: options.scope ?? 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...(options.prompt ? { prompt: options.prompt } : {}),
  };
  const address = options.pushed
    ? await client.buildAuthorizationUrlWithPAR(config, parameters)
    : client.buildAuthorizationUrl(config, parameters);
  const arrival = await comeBack(options.browser ?? new Visitor(app), address);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  const proof = options.dpop ? { DPoP: options.dpop } : {};
  return client.authorizationCodeGrant(config, arrival, checks, undefined, proof);
}

describe('openid-client', () => {
  it('finds everything that it can use in the discovery document', async () => {
    const metadata = (await discover(await webClient())).serverMetadata();
    expect(metadata.supportsPKCE()).toBe(true);
    expect(metadata).toMatchObject({
      issuer: app.issuer,
      authorization_response_iss_parameter_supported: true,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    });
    for (const endpoint of [
      'authorization',
      'token',
      'userinfo',
      'end_session',
      'revocation',
      'introspection',
    ])
      expect(metadata[`${endpoint}_endpoint`]).toMatch(new RegExp(`^${app.issuer}/oidc/`));
  });

  it('signs somebody in, refreshes, asks who it is, and signs out to where the service wants', async () => {
    const config = await discover(await webClient());
    const browser = new Visitor(app);
    const tokens = await signIn(config, { browser });
    const { sub } = tokens.claims()!;
    expect(sub).toBe(ada.id);
    const person = { sub, name: ada.name, email: ada.email, email_verified: false };
    expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject(person);

    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    expect(renewed.claims()).toMatchObject({ sub, sid: tokens.claims()!['sid'] });

    const goodbye = client.buildEndSessionUrl(config, {
      id_token_hint: renewed.id_token!,
      post_logout_redirect_uri: BYE,
      state: 'to the start page',
    });
    const question = await browser.open(goodbye.href);
    const end = await browser.send(question, { logout: 'yes' });
    expect(end.url.href).toBe(`${BYE}?state=to+the+start+page`);
    await expect(client.refreshTokenGrant(config, renewed.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    // Nobody is signed in any more, so nobody is asked; where there is no script, a button leads on.
    const again = await browser.send(await browser.open(goodbye.href), {});
    expect(again.url.href).toBe(end.url.href);
  });

  it('signs in an app for phones by a scheme of its own (RFC 8252 §7.1)', async () => {
    const redirectUri = 'com.example.shop:/callback';
    const config = await discover(await shop.add({ type: 'NATIVE', redirectUris: [redirectUri] }));
    const tokens = await signIn(config, { redirectUri });
    expect(tokens.claims()!.sub).toBe(ada.id);
    expect(await client.refreshTokenGrant(config, tokens.refresh_token!)).toHaveProperty('access_token');
  });

  it('gets a token with permissions, which an API verifies by itself and introspection explains', async () => {
    const config = await discover(await webClient());
    const tokens = await signIn(config, { scope: `openid ${shop.slug}:refund ${shop.slug}:read` });
    const answer = await app.client.send('{ viewer { id } }', {}, { token: tokens.access_token });
    expect(answer.data).toEqual({ viewer: { id: ada.id } });
    await client.tokenRevocation(config, tokens.refresh_token!);
    await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('pushes what it asks for ahead of the browser (RFC 9126)', async () => {
    const tokens = await signIn(await discover(await webClient()), { pushed: true });
    expect(tokens.claims()!.sub).toBe(ada.id);
  });

  it('proves by its own key that it holds the tokens (RFC 9449)', async () => {
    const config = await discover(await shop.add({ type: 'NATIVE', redirectUris: [REDIRECT_URI] }));
    const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
    const tokens = await signIn(config, { dpop });
    expect(tokens.token_type).toBe('dpop');
    const bound = { DPoP: dpop };
    expect(await client.fetchUserInfo(config, tokens.access_token, ada.id, bound)).toMatchObject({
      sub: ada.id,
    });
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token!, undefined, bound);
    expect(renewed.token_type).toBe('dpop');
    await expect(client.refreshTokenGrant(config, renewed.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('proves who it is by a key in place of a secret (RFC 7523)', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] };
    const registered = await webClient({ authMethod: 'private_key_jwt', jwks });
    const config = await discover(registered, client.PrivateKeyJwt({ key: privateKey, kid: 'k1' }));
    expect((await signIn(config)).claims()!.sub).toBe(ada.id);
  });

  it('signs in a television by a code that somebody enters on a phone (RFC 8628)', async () => {
    const config = await discover(await shop.add({ type: 'NATIVE' }));
    const asked = await client.initiateDeviceAuthorization(config, { scope: 'openid profile' });
    const tokens = client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0.2 });
    const browser = new Visitor(app);
    const question = await browser.send(await browser.open(asked.verification_uri), {
      user_code: asked.user_code,
    });
    const form = await browser.send(question, { confirm: 'yes' });
    await browser.send(form, { email: ada.email, password: ada.password });
    const got = await tokens;
    expect(got.claims()!.sub).toBe(ada.id);
    expect((await client.refreshTokenGrant(config, got.refresh_token!)).claims()!.sub).toBe(ada.id);
  });

  it('gets a token for a machine, with the permissions of its account (RFC 6749 §4.4)', async () => {
    const job = await shop.add({ type: 'MACHINE' });
    await app.given.permission(job.account!.id, `${shop.slug}:read`);
    const tokens = await client.clientCredentialsGrant(await discover(job));
    const answer = await app.client.send<{ viewer: object }, object>(
      '{ viewer { id permissions { name } } }',
      {},
      { token: tokens.access_token },
    );
    expect(answer.data.viewer).toEqual({
      id: job.account!.id,
      permissions: [{ name: `${shop.slug}:read` }],
    });
  });

  it('is told which of the scopes that it asked for it got, and that is those that the person has (RFC 6749 §5.1)', async () => {
    const config = await discover(await webClient());
    await app.given.permission((await app.given.user()).id, `${shop.slug}:read`);
    const scope = `openid nonsense ${shop.slug}:refund ${shop.slug}:read ${shop.slug}:nothing signet:users.read`;
    const tokens = await signIn(config, { scope });
    expect(tokens.scope).toBe(`${shop.slug}:refund`);
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    expect(renewed.scope).toBe(`${shop.slug}:refund`);
    // What the person gets later comes with the next token.
    await app.given.permission(ada.id, `${shop.slug}:read`);
    const later = await client.refreshTokenGrant(config, renewed.refresh_token!);
    expect(later.scope).toBe(`${shop.slug}:read ${shop.slug}:refund`);
  });

  it('refreshes for a third party that has asked for it, and whose people agreed', async () => {
    const config = await discover(await webClient({ firstParty: false }));
    const scope = 'openid offline_access';
    expect(await signIn(config, { scope })).not.toHaveProperty('refresh_token');
    const tokens = await signIn(config, { scope, prompt: 'consent' });
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    expect(renewed.claims()!.sub).toBe(ada.id);
  });

  it('learns of nobody being signed in without a page (prompt=none)', async () => {
    const config = await discover(await webClient());
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
      prompt: 'none',
    });
    const arrival = await new Visitor(app).open(address.href);
    await expect(client.authorizationCodeGrant(config, arrival.url)).rejects.toMatchObject({
      error: 'login_required',
    });
  });
});
