import { errors, type Client, type KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../platform/clock.js';
import type { RingKey, TokenSubject } from '../domain/tokens/index.js';
import { Provider } from './adapter.js';
import type { OAuthClientRecord } from './clients.js';

export interface TokenDeps {
  clock: Clock;
  /** `aud` of access tokens for the supergraph. */
  audience: string;
  keys: { idTokens: RingKey[]; accessToken: RingKey; others: RingKey[] };
  seconds: { accessToken: number; session: number; idle: number };
  findOAuthClient(clientId: string): Promise<OAuthClientRecord | null>;
  permissionsOf(userId: string): Promise<string[]>;
  permissionNames(services: readonly string[]): Promise<string[]>;
  claimsOf(subject: TokenSubject): Promise<Record<string, unknown>>;
  /** The session of a machine that has just proved itself; null when its account may not sign in. */
  machineSession(userId: string, clientId: string): Promise<{ id: string; authenticatedAt: Date } | null>;
}

/** Machines and whoever asks for permissions want tokens of the supergraph; others get one for userinfo alone. */
export function defaultResource(
  ctx: KoaContextWithOIDC,
  client: Client,
  oneOf: readonly string[] | undefined,
  deps: TokenDeps,
): string | string[] {
  if (oneOf) return [...oneOf];
  const scope = ctx.oidc.params?.['scope'];
  const asksForPermissions = typeof scope === 'string' && scope.includes(':');
  const isMachine = client.grantTypeAllowed('client_credentials');
  return (asksForPermissions || isMachine ? deps.audience : undefined) as string;
}

/** A client may have the permissions of its own service, and of those whose managers let it. */
export async function resourceServer(resource: string, clientId: string, deps: TokenDeps) {
  if (resource !== deps.audience)
    throw new errors.InvalidTarget(`there is no such resource; it is ${deps.audience}`);
  const client = await deps.findOAuthClient(clientId);
  const names = client ? await deps.permissionNames([client.service, ...client.permissionsOf]) : [];
  return {
    scope: names.join(' '),
    audience: resource,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: deps.seconds.accessToken,
    jwt: { sign: { alg: deps.keys.accessToken.algorithm, kid: deps.keys.accessToken.kid } },
  };
}

/** Fields of the library's token that its types hide. */
export interface MadeToken {
  accountId?: string;
  clientId: string;
  scope?: string;
  sessionUid?: string;
  resourceServer: { scope: string };
}

/** The claims of every other access token; permissions are those that were granted, may be had, and the user has now. */
export async function claimsFor(token: MadeToken, deps: TokenDeps): Promise<Record<string, unknown>> {
  const client = await deps.findOAuthClient(token.clientId);
  if (!client) throw new errors.InvalidClient('the client is gone');
  const subject = token.accountId ? subjectOf(token) : await machineOf(client, deps);
  const permissions = await permissionsFor(token, client, subject.userId, deps);
  const claims = await deps.claimsOf({
    ...subject,
    clientId: token.clientId,
    permissions,
    sessionEndsAt: new Date(Number.MAX_SAFE_INTEGER / 1000),
  });
  // Who asks for all that it may have can be told to look elsewhere. A part of it cannot be said in other words than these.
  if (token.scope && '_claim_names' in claims)
    throw new errors.InvalidScope('more permissions than fit a token: ask for fewer', token.scope);
  // The time of the database, as everywhere: the library reads the machine's, which may be behind the sign-in.
  const iat = Math.floor(deps.clock.now().getTime() / 1000);
  return { ...claims, sub: subject.userId, iat, exp: iat + deps.seconds.accessToken };
}

/** The library leaves out of `scope` what the resource does not have; with none left, a product of the company gets all that it may have. */
async function permissionsFor(
  token: MadeToken,
  client: OAuthClientRecord,
  userId: string,
  deps: TokenDeps,
): Promise<string[]> {
  const allowed = new Set(token.resourceServer.scope.split(' '));
  const asked = new Set(token.scope?.split(' ').filter(Boolean));
  const getsAll = asked.size === 0 && client.firstParty && !namesPermissions();
  const held = await deps.permissionsOf(userId);
  return held.filter((name) => allowed.has(name) && (getsAll || asked.has(name)));
}

/** Whether permissions were asked for by name, now or when it all began: what is left of that never grows. */
function namesPermissions(): boolean {
  const { params, entities } = Provider.ctx!.oidc;
  const { AuthorizationCode, DeviceCode, RefreshToken } = entities;
  const began = (AuthorizationCode ?? DeviceCode ?? RefreshToken) as Began | undefined;
  const scopes = [params?.['scope'], began?.scope, began?.params?.['scope']];
  return scopes.some((scope) => typeof scope === 'string' && scope.includes(':'));
}

interface Began {
  scope?: string;
  params?: Record<string, unknown>;
}

type Subject = Pick<TokenSubject, 'userId' | 'sessionId' | 'authenticatedAt' | 'amr'>;

/** Who signed in, when and how, as what the token is made from has it. */
function subjectOf(token: MadeToken): Subject {
  const { AuthorizationCode, DeviceCode, RefreshToken } = Provider.ctx?.oidc.entities ?? {};
  const { authTime, amr } = (AuthorizationCode ?? DeviceCode ?? RefreshToken ?? {}) as {
    authTime?: number;
    amr?: string[];
  };
  return {
    userId: token.accountId!,
    sessionId: token.sessionUid ?? '',
    authenticatedAt: new Date((authTime ?? 0) * 1000),
    amr: amr ?? [],
  };
}

async function machineOf({ clientId, userId }: OAuthClientRecord, deps: TokenDeps): Promise<Subject> {
  const session = userId === null ? null : await deps.machineSession(userId, clientId);
  if (!session) throw new errors.UnauthorizedClient('the account of the client is suspended or deleted');
  return { userId: userId!, sessionId: session.id, authenticatedAt: session.authenticatedAt, amr: [] };
}
