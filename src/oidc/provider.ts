import { Provider, createAdapter, type AdapterDeps } from './adapter.js';
import type { Configuration } from 'oidc-provider';
import type { RingKey } from '../domain/tokens/index.js';
import type { UserRecord } from '../domain/users/index.js';
import {
  claimsFor,
  defaultResource,
  resourceServer,
  type MadeToken,
  type TokenDeps,
} from './access-tokens.js';
import { ACCOUNT_CLIENT_ID } from './account-client.js';
import { checkClientAssertion } from './client-assertions.js';
import { BOUND_PARAMETERS } from './bound-parameters.js';
import { createDeviceHooks, limitUserCodes, type DeviceDeps } from './device-pages.js';
import { giveDevicesSessions, type DeviceSessionDeps } from './device-sessions.js';
import type { Logger } from '../platform/logger.js';
import { IDENTITY_SCOPES, loadGrant, type GrantDeps } from './grants.js';
import { logFailures } from './log-failures.js';
import { OwnBrowser } from './own-browser.js';
import { admitFormPosts, createPageHooks } from './pages.js';
import { useOurSecrets, useOurSessions } from './library-models.js';
import { promptPolicy } from './prompt-policy.js';
import { answerForStructuredTokens, isOwnToken, type StructuredTokenDeps } from './structured-tokens.js';

export interface ProviderDeps
  extends AdapterDeps, DeviceDeps, TokenDeps, DeviceSessionDeps, StructuredTokenDeps, GrantDeps {
  issuer: string;
  cookieKeys: string[];
  nonceSecret: Uint8Array;
  keys: { idTokens: RingKey[]; accessToken: RingKey; others: RingKey[] };
  seconds: { accessToken: number; session: number; idle: number };
  findUser(userId: string): Promise<UserRecord | null>;
  verifyClientSecret(clientId: string, secret: string): Promise<boolean>;
  signOut(sessionId: string): Promise<void>;
  logger: Logger;
}

/** Where the protocol's endpoints are, under the issuer. */
export const ROUTES = {
  authorization: '/oidc/authorize',
  token: '/oidc/token',
  userinfo: '/oidc/userinfo',
  introspection: '/oidc/introspect',
  revocation: '/oidc/revoke',
  end_session: '/oidc/logout',
  device_authorization: '/oidc/device/authorize',
  code_verification: '/oidc/device',
  pushed_authorization_request: '/oidc/par',
  jwks: '/.well-known/jwks.json',
} as const;

/** RFC 9700 §4.1.3 and ASVS 10.4.3: a code is worth something for so many seconds. */
const CODE_SECONDS = 60;
const INTERACTION_SECONDS = 3600;
/** Time enough to find a phone, type the code and sign in (RFC 8628 §3.2). */
const DEVICE_CODE_SECONDS = 600;

/** Builds the certified library over our store, users, sessions and keys. Keys change by building another one. */
export function buildProvider(deps: ProviderDeps): InstanceType<typeof Provider> {
  const provider = new Provider(deps.issuer, configuration(deps));
  provider.proxy = true; // the mount says what the issuer says, and nobody else is heard
  provider.use(admitFormPosts as Parameters<typeof provider.use>[0]);
  provider.use(limitUserCodes(deps) as Parameters<typeof provider.use>[0]);
  provider.use(answerForStructuredTokens(provider, deps) as Parameters<typeof provider.use>[0]);
  logFailures(provider, deps.logger);
  useOurSessions(provider, deps);
  useOurSecrets(provider, deps);
  giveDevicesSessions(provider, deps);
  return provider;
}

function configuration(deps: ProviderDeps): Configuration {
  const { keys, seconds } = deps;
  const pages = createPageHooks(deps.pages);
  const ownBrowser = new OwnBrowser(deps.issuer.startsWith('https:'));
  const secure = deps.issuer.startsWith('https:');
  const name = (what: string) =>
    `${secure ? (what === 'session' ? '__Host-' : '__Secure-') : ''}signet-${what}`;
  return {
    adapter: createAdapter(deps),
    clients: [],
    jwks: {
      // Of several keys of an algorithm the library signs id tokens by the first; access tokens name theirs.
      keys: [...keys.idTokens, keys.accessToken, ...keys.others].flatMap(({ privateJwk }) =>
        privateJwk ? [privateJwk as never] : [],
      ),
    },
    routes: ROUTES,
    responseTypes: ['code'],
    scopes: IDENTITY_SCOPES,
    pkce: { required: () => true },
    // OpenID Connect Core 1.0 §3.1.2.1: it is required, also of who has one alone.
    allowOmittingSingleRegisteredRedirectUri: false,
    extraParams: BOUND_PARAMETERS,
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    assertJwtClientAuthClaimsAndHeader: checkClientAssertion,
    claims: {
      acr: null,
      iss: null,
      // Every service may see which session it is, when its person proved who they are, and how.
      openid: ['sub', 'sid', 'auth_time', 'amr'],
      profile: ['name', 'picture', 'updated_at'],
      email: ['email', 'email_verified'],
    },
    // Many clients read name and address from the id token and never ask userinfo.
    conformIdTokenClaims: false,
    cookies: {
      keys: deps.cookieKeys,
      names: { session: name('session'), interaction: name('interaction'), resume: name('resume') },
      long: { httpOnly: true, sameSite: 'lax', secure, path: '/', signed: true },
      short: { httpOnly: true, sameSite: 'lax', secure, signed: true },
    },
    features: {
      devInteractions: { enabled: false },
      // A client whose clock is wrong is told a nonce, by which it can do without one.
      dPoP: { enabled: true, nonceSecret: Buffer.from(deps.nonceSecret) },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, mask: '****-****', ...createDeviceHooks(deps) },
      introspection: { enabled: true, allowedPolicy: isOwnToken },
      revocation: { enabled: true, allowedPolicy: isOwnToken },
      pushedAuthorizationRequests: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: pages.logoutSource,
        postLogoutSuccessSource: pages.postLogoutSuccessSource,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx, client, oneOf) => defaultResource(ctx, client, oneOf, deps),
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource, client) => resourceServer(resource, client.clientId, deps),
      },
      userinfo: { enabled: true },
    },
    formats: {
      // Who asks for what is told to the library; what is in a token is told by the code that makes every other one.
      customizers: {
        jwt: async (_ctx, token, parts) => {
          const made = token as unknown as MadeToken;
          const claims = await claimsFor(made, deps);
          // By the clock of the database, by which it is told whether a token is older than a sign-in.
          const iat = Math.floor(deps.clock.now().getTime() / 1000);
          Object.assign(parts.payload, claims, { iat, exp: iat + deps.seconds.accessToken });
          // RFC 6749 §5.1: who gets less than it asked for is told so, and that is what the user does not have. The library's
          // answer says what the token object says.
          if (typeof claims['scope'] === 'string' && !('_claim_names' in claims))
            made.scope = claims['scope'];
        },
      },
    },
    findAccount: async (_ctx, sub, token) => {
      const user = await deps.findUser(sub);
      if (user?.status !== 'ACTIVE') return undefined;
      const { clientId, kind } = (token ?? {}) as { clientId?: string; kind?: string };
      // It wants the browser's session and nothing else; whoever made up its request may know the verifier.
      if (clientId === ACCOUNT_CLIENT_ID && kind === 'AuthorizationCode') return undefined;
      const client = clientId ? await deps.findOAuthClient(clientId) : null;
      // A right to sign in that was taken since ends what was given by it.
      if (client && !(await deps.admits(sub, client.service))) return undefined;
      return { accountId: sub, claims: () => identityClaims(user) };
    },
    loadExistingGrant: (ctx) => loadGrant(ctx, deps),
    interactions: {
      policy: promptPolicy(),
      url: (ctx, { uid, prompt }) => {
        const path = new URL(deps.issuer).pathname.replace(/\/$/, '');
        ownBrowser.begin(ctx.cookies, ctx.get('cookie'), uid, INTERACTION_SECONDS);
        if (prompt.name === 'consent') return `${path}/consent/${uid}`;
        // The library gives the cookie to the page where it sends people; from there they may go on to this one.
        const cookie = { httpOnly: true, sameSite: 'lax', secure, signed: true } as const;
        const maxAge = INTERACTION_SECONDS * 1000;
        ctx.cookies.set(name('interaction'), uid, { ...cookie, path: `${path}/sign-up/${uid}`, maxAge });
        return `${path}/sign-in/${uid}`;
      },
    },
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      // A product of the company keeps its people signed in; a third party has to ask for it.
      (code.scopes.has('offline_access') ||
        Boolean((await deps.findOAuthClient(client.clientId))?.firstParty)),
    rotateRefreshToken: true,
    // Our store ends them with the session, whatever the scope: see the artifact store.
    expiresWithSession: () => false,
    ttl: {
      AccessToken: seconds.accessToken,
      ClientCredentials: seconds.accessToken,
      AuthorizationCode: CODE_SECONDS,
      DeviceCode: DEVICE_CODE_SECONDS,
      IdToken: 3600,
      Interaction: INTERACTION_SECONDS,
      Grant: seconds.session,
      // Whoever only looked at a page leaves nothing behind for long.
      Session: (_ctx, session) => (session.accountId ? seconds.session : INTERACTION_SECONDS),
      RefreshToken: seconds.idle,
    },
    renderError: pages.renderError,
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some(
        (uri) => /^https?:/.test(uri) && URL.canParse(uri) && new URL(uri).origin === origin,
      ),
  };
}

function identityClaims(user: UserRecord) {
  return {
    sub: user.id,
    name: user.name,
    ...(user.picture ? { picture: user.picture } : {}),
    updated_at: Math.floor(user.createdAt.getTime() / 1000),
    ...(user.email ? { email: user.email, email_verified: user.emailVerified ?? false } : {}),
  };
}
