import type { KoaContextWithOIDC, errors } from 'oidc-provider';

const MAX_TEXT = 500;

/** What a service sent beside what is registered for it, where one would have to be the other. */
interface Mismatch {
  parameter: string;
  sent: string | undefined;
  registered: readonly string[];
}

/**
 * What the library leaves out of its errors and a service's developer needs to see: which client it was, known or not, and
 * for the mistakes that are made most often, what was sent and what is registered. Never a secret, code or token.
 */
export function explainRefusal(ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) {
  const oidc = ctx.oidc as KoaContextWithOIDC['oidc'] | undefined;
  const { client } = oidc ?? {};
  const mismatch = client && findMismatch(ctx, error);
  return {
    ...(client ? { clientId: client.clientId, clientName: client.clientName } : claimedClient(ctx, error)),
    ...mismatch,
  };
}

/** Nobody may be found by this id; who made a typing error in it wants to see that. */
function claimedClient(ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) {
  const clientId = text(ctx, 'client_id') ?? userOfBasic(ctx.get('authorization'));
  if (clientId === undefined) return {};
  return { clientId, ...(error.error_detail === 'client not found' ? { isRegistered: false } : {}) };
}

function userOfBasic(authorization: string): string | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
  const [user, ...rest] = Buffer.from(encoded ?? '', 'base64')
    .toString()
    .split(':');
  return rest.length > 0 ? user!.slice(0, MAX_TEXT) : undefined;
}

function findMismatch(ctx: KoaContextWithOIDC, error: errors.OIDCProviderError): Mismatch | undefined {
  const { client } = ctx.oidc;
  const told = `${error.error_description ?? ''} ${error.error_detail ?? ''}`;
  const addresses = (parameter: string, registered: readonly string[] = []) => ({
    parameter,
    sent: text(ctx, parameter),
    registered,
  });
  if (error.error === 'invalid_redirect_uri' || told.includes(' redirect_uri mismatch'))
    return addresses('redirect_uri', client!.redirectUris);
  if (told.includes('post_logout_redirect_uri not registered'))
    return addresses('post_logout_redirect_uri', client!.postLogoutRedirectUris);
  const [sent, registered] = [authMethodOf(ctx), String(client!.clientAuthMethod)];
  // A right secret that is sent in the other way is refused as a wrong one is.
  return error.error === 'invalid_client' && sent !== registered
    ? { parameter: 'token_endpoint_auth_method', sent, registered: [registered] }
    : undefined;
}

function authMethodOf(ctx: KoaContextWithOIDC): string {
  if (ctx.get('authorization')) return 'client_secret_basic';
  if (text(ctx, 'client_secret') !== undefined) return 'client_secret_post';
  return text(ctx, 'client_assertion') === undefined ? 'none' : 'private_key_jwt';
}

function text(ctx: KoaContextWithOIDC, parameter: string): string | undefined {
  const { params, body } = (ctx.oidc ?? {}) as {
    params?: Record<string, unknown>;
    body?: Record<string, unknown>;
  };
  const value = params?.[parameter] ?? body?.[parameter] ?? (ctx.query as Record<string, unknown>)[parameter];
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined;
}
