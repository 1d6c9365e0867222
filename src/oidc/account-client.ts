import { createHash, randomBytes } from 'node:crypto';
import type { ClientRecord } from '../domain/clients/index.js';

export const ACCOUNT_CLIENT_ID = 'signet-account';
const RETURN_PATH = '/account/signed-in';

/**
 * The account page as a client of the protocol, which is how people sign in to it. It has no row, and no id that a row
 * could have. It wants the session of the browser and nothing else: nobody knows the verifier of its codes, so that
 * nobody can redeem one.
 */
export function accountClient(issuer: string, name: string) {
  const record: ClientRecord = {
    clientId: ACCOUNT_CLIENT_ID,
    service: 'signet',
    name,
    type: 'SPA',
    firstParty: true,
    redirectUris: [`${issuer}${RETURN_PATH}`],
    postLogoutRedirectUris: [],
    backchannelLogoutUri: null,
    authMethod: 'none',
    jwks: null,
    idTokenAlg: 'RS256',
    permissionsOf: [],
    userId: null,
    createdAt: new Date(0),
    updatedAt: new Date(0),
  };
  return {
    find: (clientId: string) => (clientId === ACCOUNT_CLIENT_ID ? record : null),

    /** Where people sign in who want to see their account. */
    signInUrl(): string {
      const parameters = new URLSearchParams({
        client_id: ACCOUNT_CLIENT_ID,
        redirect_uri: record.redirectUris[0]!,
        response_type: 'code',
        scope: 'openid',
        code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
        code_challenge_method: 'S256',
      });
      return `${issuer}/oidc/authorize?${String(parameters)}`;
    },
  };
}
