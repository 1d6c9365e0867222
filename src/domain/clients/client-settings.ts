/** WEB and MACHINE can keep a secret; SPA and NATIVE are in the hands of whoever runs them (RFC 6749 §2.1). */
export const CLIENT_TYPES = ['WEB', 'SPA', 'NATIVE', 'MACHINE'] as const;
export type ClientType = (typeof CLIENT_TYPES)[number];

/** In the words of the registry (RFC 7591 §2), which every library uses. */
export const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

export const ID_TOKEN_ALGS = ['RS256', 'ES256', 'EdDSA'] as const;
export type IdTokenAlg = (typeof ID_TOKEN_ALGS)[number];

/** Public keys of a client, in the form that a JWK Set has (RFC 7517 §5). */
export interface ClientJwks {
  keys: Record<string, unknown>[];
}

/** What a client may be told to be. */
export interface ClientSettings {
  name: string;
  type: ClientType;
  /** The company's own product: nobody is asked for consent. */
  firstParty: boolean;
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  backchannelLogoutUri: string | null;
  authMethod: AuthMethod;
  jwks: ClientJwks | null;
  idTokenAlg: IdTokenAlg;
  /** Slugs of further services whose permissions its tokens may carry, beside those of its own. */
  permissionsOf: string[];
}

/** The settings of something that has more than settings. */
export function settingsOf(client: ClientSettings): ClientSettings {
  return {
    name: client.name,
    type: client.type,
    firstParty: client.firstParty,
    redirectUris: client.redirectUris,
    postLogoutRedirectUris: client.postLogoutRedirectUris,
    backchannelLogoutUri: client.backchannelLogoutUri,
    authMethod: client.authMethod,
    jwks: client.jwks,
    idTokenAlg: client.idTokenAlg,
    permissionsOf: client.permissionsOf,
  };
}

/** The same as it arrives: `jwks` may be anything still. */
export type GivenSettings = Omit<ClientSettings, 'jwks'> & { jwks: unknown };

export const isPublic = (type: ClientType) => type === 'SPA' || type === 'NATIVE';
export const hasSecret = (method: AuthMethod) =>
  method === 'client_secret_basic' || method === 'client_secret_post';

/** How a client of a type proves itself unless it says otherwise. */
export const usualAuthMethod = (type: ClientType): AuthMethod =>
  isPublic(type) ? 'none' : 'client_secret_basic';
