import { randomBytes } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import { hasSecret, type ClientRecord } from '../domain/clients/index.js';

export type { ClientRecord as OAuthClientRecord };

const NOBODYS_SECRET = randomBytes(32).toString('base64url');

const CODE = ['authorization_code', 'refresh_token'];
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

/** Televisions and command lines, which have no browser of their own, are native apps too, and people come back to none (RFC 8628). */
function grantTypesOf({ type, redirectUris }: ClientRecord): string[] {
  if (type === 'MACHINE') return ['client_credentials'];
  if (type !== 'NATIVE') return CODE;
  return redirectUris.length > 0 ? [...CODE, DEVICE] : ['refresh_token', DEVICE];
}

/** A client in the words of OpenID Connect Dynamic Client Registration §2. */
export function toMetadata(client: ClientRecord): AdapterPayload {
  const usesSecret = hasSecret(client.authMethod);
  const grantTypes = grantTypesOf(client);
  return {
    client_id: client.clientId,
    client_name: client.name,
    application_type: client.type === 'NATIVE' ? 'native' : 'web',
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    token_endpoint_auth_method: client.authMethod,
    id_token_signed_response_alg: client.idTokenAlg,
    // Only hashes of the real ones are known. The library wants to see one where one is used, and nobody knows this.
    ...(usesSecret ? { client_secret: NOBODYS_SECRET } : {}),
    ...(client.jwks ? { jwks: client.jwks } : {}),
  };
}
