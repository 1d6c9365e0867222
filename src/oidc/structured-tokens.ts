import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Caller } from '../domain/caller.js';
import type { Provider } from './adapter.js';
import type { InspectedToken } from '../domain/tokens/index.js';
import type { OAuthClientRecord } from './clients.js';

/** What a token is worth at this moment. */
export interface WorthOfToken {
  /** Permissions that it gives now: a right that was taken since is not among them. */
  permissions: readonly string[];
}

export interface StructuredTokenDeps {
  issuer: string;
  /** What a genuine token says; null for everything else. */
  inspectToken(token: string): Promise<InspectedToken | null>;
  /** Null when its session has ended, or its client was signed out of it, or its user may not sign in. */
  worthOf(token: InspectedToken): Promise<WorthOfToken | null>;
  findOAuthClient(clientId: string): Promise<OAuthClientRecord | null>;
  revokeTokens(sessionId: string, clientId: string, caller: Caller): Promise<void>;
  callerOf(request: KoaContextWithOIDC['req']): Caller;
}

/**
 * Introspection (RFC 7662) and revocation (RFC 7009) of access tokens that are JWTs. The library parses the request,
 * authenticates the client and refuses these tokens, since it does not keep them: what it refuses for that reason, and
 * nothing else, is answered here.
 */
export function answerForStructuredTokens(
  provider: InstanceType<typeof Provider>,
  deps: StructuredTokenDeps,
) {
  const refused = new WeakSet<object>();
  for (const name of ['introspection.error', 'revocation.error'])
    provider.on(name as 'revocation.error', (ctx, error) => isStructuredToken(error) && refused.add(ctx));

  return async function answerForTokens(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    await next();
    const { client, route } = (ctx.oidc as KoaContextWithOIDC['oidc'] | undefined) ?? {};
    if (!client || (route !== 'introspection' && route !== 'revocation')) return;
    const isStructured = refused.has(ctx);
    if (route === 'revocation') {
      await (isStructured ? revokeJwt(ctx, deps) : revokeOpaque(ctx, deps));
      return answerNothing(ctx);
    }
    // RFC 7662 §2.1 wants the caller authenticated, which who has no secret cannot be.
    if (client.clientAuthMethod === 'none') return refusePublicClient(ctx);
    if (isStructured) ctx.body = await introspect(ctx, deps);
    if (isStructured) ctx.status = 200;
  };
}

/** The library's word for a JWT at the two endpoints, once it knows which client asks: no failure here. */
export function isStructuredToken(error: Error): boolean {
  return error instanceof errors.UnsupportedTokenType;
}

async function introspect(ctx: KoaContextWithOIDC, deps: StructuredTokenDeps): Promise<object> {
  const token = await deps.inspectToken(String(ctx.oidc.params!['token']));
  if (!token || !(await mayIntrospect(ctx.oidc.client!.clientId, token, deps))) return { active: false };
  const worth = await deps.worthOf(token);
  if (!worth) return { active: false };
  return {
    active: true,
    scope: worth.permissions.toSorted().join(' '),
    client_id: token.clientId,
    sub: token.userId,
    sid: token.sessionId,
    exp: token.exp,
    iat: token.iat,
    aud: token.audience,
    iss: deps.issuer,
    jti: token.jti,
    token_type: token.jkt ? 'DPoP' : 'Bearer',
    ...(token.jkt ? { cnf: { jkt: token.jkt } } : {}),
  };
}

/**
 * Every structured token is for the supergraph, which the company's own products make up: they get it with requests. A third
 * party has no part in that, and may ask about tokens that it was given itself.
 */
async function mayIntrospect(
  clientId: string,
  token: InspectedToken,
  deps: StructuredTokenDeps,
): Promise<boolean> {
  return token.clientId === clientId || Boolean((await deps.findOAuthClient(clientId))?.firstParty);
}

/** Garbage and tokens of others get the same answer (RFC 7009 §2.2): it tells nothing, and does nothing. */
async function revokeJwt(ctx: KoaContextWithOIDC, deps: StructuredTokenDeps): Promise<void> {
  const token = await deps.inspectToken(String(ctx.oidc.params!['token']));
  const { clientId } = ctx.oidc.client!;
  if (token?.clientId === clientId)
    await deps.revokeTokens(token.sessionId, clientId, deps.callerOf(ctx.req));
  ctx.status = 200;
}

/** The server would write “OK” as text where there is no body, which libraries that expect JSON take for a failure. */
function answerNothing(ctx: KoaContextWithOIDC): void {
  if (ctx.status !== 200) return;
  // Of what the library has refused; with it, no body would be `null`.
  ctx.remove('content-type');
  ctx.body = null;
  ctx.status = 200;
}

/** The library has ended the token and its grant; what else the client got by the session goes as well. */
async function revokeOpaque(ctx: KoaContextWithOIDC, deps: StructuredTokenDeps): Promise<void> {
  const { AccessToken, RefreshToken } = ctx.oidc.entities;
  const token = (RefreshToken ?? AccessToken) as { clientId?: string; sessionUid?: string } | undefined;
  const { clientId } = ctx.oidc.client!;
  if (ctx.status !== 200 || token?.clientId !== clientId || !token.sessionUid) return;
  await deps.revokeTokens(token.sessionUid, clientId, deps.callerOf(ctx.req));
}

function refusePublicClient(ctx: KoaContextWithOIDC): void {
  ctx.status = 401;
  ctx.body = {
    error: 'invalid_client',
    error_description: 'only clients that prove who they are may introspect tokens',
  };
}

/** Tokens that Signet alone reads: who else asks than the client that has them is told nothing (RV-1, RV-4). */
export function isOwnToken(
  _ctx: KoaContextWithOIDC,
  client: { clientId: string },
  token: { clientId?: string | undefined },
): boolean {
  return token.clientId === client.clientId;
}
