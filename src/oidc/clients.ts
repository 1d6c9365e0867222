import { randomBytes } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import { hasSecret, type ClientRecord } from '../domain/clients/index.js';

export type { ClientRecord as OAuthClientRecord };

const NOBODYS_SECRET = randomBytes(32).toString('base64url');

const GRANT_TYPES = {
  WEB: ['authorization_code', 'refresh_token'],
  SPA: ['authorization_code', 'refresh_token'],
  // Televisions and command lines, which have no browser of their own, are native apps too (RFC 8628).
  NATIVE: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  MACHINE: ['client_credentials'],
} as const satisfies Record<ClientRecord['type'], readonly string[]>;

/** A client in the words of OpenID Connect Dynamic Client Registration §2. */
export function toMetadata(client: ClientRecord): AdapterPayload {
  const usesSecret = hasSecret(client.authMethod);
  // A television has no address to come back to, and gets no codes.
  const comesBack = client.redirectUris.length > 0;
  const grantTypes = GRANT_TYPES[client.type].filter((type) => comesBack || type !== 'authorization_code');
  return {
    client_id: client.clientId,
    client_name: client.name,
    application_type: client.type === 'NATIVE' ? 'native' : 'web',
    grant_types: grantTypes,
    response_types: comesBack ? ['code'] : [],
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    token_endpoint_auth_method: client.authMethod,
    id_token_signed_response_alg: client.idTokenAlg,
    // Only hashes of the real ones are known. The library wants to see one where one is used, and nobody knows this.
    ...(usesSecret ? { client_secret: NOBODYS_SECRET } : {}),
    ...(client.jwks ? { jwks: client.jwks } : {}),
  };
}
