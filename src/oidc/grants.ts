import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { OAuthClientRecord } from './clients.js';

/** Scopes that no service declares. */
export const IDENTITY_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

export interface GrantDeps {
  findOAuthClient(clientId: string): Promise<OAuthClientRecord | null>;
  /** Whether the user may sign in to the client's service. */
  admits(userId: string, service: string): Promise<boolean>;
  findConsent(userId: string, clientId: string): Promise<string[]>;
}

/** First parties need not ask; third parties have what their user gave them before, on this device or another. */
export async function loadGrant(ctx: KoaContextWithOIDC, deps: GrantDeps) {
  const { client, session, provider } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const { accountId } = session;
  const { clientId } = client;
  const record = await deps.findOAuthClient(clientId);
  if (!record) return undefined;
  // Somebody else may sign in instead, where that is asked for.
  if (ctx.oidc.prompts.has('login') && !ctx.oidc.result?.login) return undefined;
  if (!(await deps.admits(accountId, record.service)))
    throw new errors.AccessDenied('the user may not sign in to this service');
  requireSomeOfAsked(ctx);
  const grantId = ctx.oidc.result?.consent?.grantId ?? session.grantIdFor(clientId);
  const existing = grantId ? await provider.Grant.find(grantId) : undefined;
  if (existing && !record.firstParty) return existing;
  const scopes = record.firstParty
    ? [...ctx.oidc.requestParamScopes]
    : await deps.findConsent(accountId, clientId);
  if (scopes.length === 0) return existing;
  const grant = existing ?? new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scopes.filter((scope) => IDENTITY_SCOPES.includes(scope)).join(' '));
  const resources = Object.keys(ctx.oidc.resourceServers ?? {});
  for (const resource of resources) {
    const allowed = record.firstParty ? ctx.oidc.resourceServers![resource]!.scope : scopes.join(' ');
    grant.addResourceScope(resource, allowed);
  }
  await grant.save();
  return grant;
}

/**
 * Of permissions asked for by name, those that the client may not have are left out. When none is left, it has not asked for
 * none, which products of the company may do to get all: it has asked in vain.
 */
function requireSomeOfAsked(ctx: KoaContextWithOIDC): void {
  const asked = [...ctx.oidc.requestParamScopes].filter((scope) => scope.includes(':'));
  const servers = Object.values(ctx.oidc.resourceServers ?? {});
  const known = new Set(servers.flatMap(({ scope }) => scope.split(' ')));
  if (asked.length > 0 && servers.length > 0 && !asked.some((scope) => known.has(scope)))
    throw new errors.InvalidScope('the client may have none of these permissions', asked.join(' '));
}
