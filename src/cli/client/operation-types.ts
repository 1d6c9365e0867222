/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A new OAuth client of a service. */
export type AddClientInput = {
  /** How it proves itself; when left out, client_secret_basic for WEB and MACHINE and none for the others. */
  authMethod?: OAuthClientAuthMethod | null | undefined;
  /** What Signet calls when a session ends. https, and on the server of the client. */
  backchannelLogoutUri?: string | null | undefined;
  /** Whether it is the company’s own; false asks people for their consent. */
  firstParty?: boolean;
  /** By which algorithm its id tokens are signed. */
  idTokenAlg?: OAuthIdTokenAlg;
  /** Public keys as a JWK Set, for private_key_jwt: RSA from 2048 bits, EC on P-256, P-384 or P-521, or Ed25519. Never private ones. */
  jwks?: Record<string, unknown> | null | undefined;
  /** Name for people, 1 to 100 characters. */
  name: string;
  /** Slugs of further services whose permissions its tokens may carry, for a product that speaks to several. Needs permissions.manage of each. */
  permissionsOf?: Array<string>;
  /** Where people may come back to after signing out, by the same rules. */
  postLogoutRedirectUris?: Array<string>;
  /** Where people may come back to after signing in: whole addresses, compared exactly. None for MACHINE. */
  redirectUris?: Array<string>;
  /** Slug of the service whose software it is. */
  service: string;
  /** What kind of software it is. */
  type: OAuthClientType;
};

/** Which client to delete. */
export type DeleteClientInput = {
  /** Its `client_id`. */
  clientId: string;
};

/** How a client proves itself at the token endpoint, in the words of OpenID Connect (`token_endpoint_auth_method`). */
export type OAuthClientAuthMethod =
  /** By its secret in the Authorization header. */
  | 'client_secret_basic'
  /** By its secret in the body, for libraries that know no other way. */
  | 'client_secret_post'
  /** Not at all: a public client, bound by its redirect URIs and PKCE. */
  | 'none'
  /** By a JWT that it signs; Signet knows its public keys only (RFC 7523). */
  | 'private_key_jwt';

/** What kind of software a client is, from which follows what it can keep secret. */
export type OAuthClientType =
  /** A program without people. Confidential; client credentials. */
  | 'MACHINE'
  /** An app on a phone, a desktop, a TV or a command line. Public; code with PKCE. */
  | 'NATIVE'
  /** An application that runs in the browser alone. Public; code with PKCE. */
  | 'SPA'
  /** A web application with a server of its own. Confidential; code and refresh tokens. */
  | 'WEB';

/** By which algorithm the id tokens of a client are signed. */
export type OAuthIdTokenAlg =
  /** Shorter: ECDSA on P-256. */
  | 'ES256'
  /** Ed25519, for libraries that know it. */
  | 'EdDSA'
  /** What every library takes, and some take nothing else. */
  | 'RS256';

/** Which secret of which client to end. */
export type RevokeClientSecretInput = {
  /** The `client_id`. */
  clientId: string;
  /** The `id` of one of its secrets. */
  secretId: string;
};

/** Which client gets a new secret, and how long the old ones go on. */
export type RotateClientSecretInput = {
  /** Its `client_id`. */
  clientId: string;
  /** Seconds for which the old secrets are good still: 0 (at once) to 2,592,000 (30 days). */
  overlapSeconds?: number;
};

/** Which client, and what of it to change. What is left out stays as it is. */
export type UpdateClientInput = {
  /** How it proves itself from now on. Away from a secret, its secrets end at once; towards one, `rotateClientSecret` gives it. */
  authMethod?: OAuthClientAuthMethod | null | undefined;
  /** What Signet calls when a session ends; nothing when null. */
  backchannelLogoutUri?: string | null | undefined;
  /** Its `client_id`. */
  clientId: string;
  /** Whether it is the company’s own. */
  firstParty?: boolean | null | undefined;
  /** By which algorithm its id tokens are signed. */
  idTokenAlg?: OAuthIdTokenAlg | null | undefined;
  /** Public keys as a JWK Set, for private_key_jwt: RSA from 2048 bits, EC on P-256, P-384 or P-521, or Ed25519. Never private ones. */
  jwks?: Record<string, unknown> | null | undefined;
  /** Name for people, 1 to 100 characters. */
  name?: string | null | undefined;
  /** All of them. Slugs of further services whose permissions its tokens may carry, for a product that speaks to several. Needs permissions.manage of each. */
  permissionsOf?: Array<string> | null | undefined;
  /** All addresses to come back to after signing out. */
  postLogoutRedirectUris?: Array<string> | null | undefined;
  /** All addresses to come back to after signing in. */
  redirectUris?: Array<string> | null | undefined;
};

export type WholeClientFragment = { clientId: string, name: string, type: OAuthClientType, firstParty: boolean, redirectUris: Array<string>, postLogoutRedirectUris: Array<string>, backchannelLogoutUri: string | null, authMethod: OAuthClientAuthMethod, jwks: Record<string, unknown> | null, idTokenAlg: OAuthIdTokenAlg, permissionsOf: Array<string>, account: { id: string } | null, service: { slug: string }, secrets: Array<{ id: string, createdAt: string, expiresAt: string | null }> };

export type ClientListQueryVariables = Exact<{
  slug: string;
}>;


export type ClientListQuery = { service: { clients: Array<{ clientId: string, name: string, type: OAuthClientType, firstParty: boolean }> } | null };

export type ClientShowQueryVariables = Exact<{
  clientId: string;
}>;


export type ClientShowQuery = { client: { clientId: string, name: string, type: OAuthClientType, firstParty: boolean, redirectUris: Array<string>, postLogoutRedirectUris: Array<string>, backchannelLogoutUri: string | null, authMethod: OAuthClientAuthMethod, jwks: Record<string, unknown> | null, idTokenAlg: OAuthIdTokenAlg, permissionsOf: Array<string>, account: { id: string } | null, service: { slug: string }, secrets: Array<{ id: string, createdAt: string, expiresAt: string | null }> } | null };

export type ClientAddMutationVariables = Exact<{
  input: AddClientInput;
}>;


export type ClientAddMutation = { addClient:
    | { __typename: 'AddClientSuccess', clientSecret: string | null, client: { clientId: string, name: string, type: OAuthClientType, firstParty: boolean, redirectUris: Array<string>, postLogoutRedirectUris: Array<string>, backchannelLogoutUri: string | null, authMethod: OAuthClientAuthMethod, jwks: Record<string, unknown> | null, idTokenAlg: OAuthIdTokenAlg, permissionsOf: Array<string>, account: { id: string } | null, service: { slug: string }, secrets: Array<{ id: string, createdAt: string, expiresAt: string | null }> } }
    | { __typename: 'InvalidIdentityInput', message: string, fields: Array<{ path: string, code: string, message: string }> }
    | { __typename: 'SessionEnded', message: string }
   };

export type ClientUpdateMutationVariables = Exact<{
  input: UpdateClientInput;
}>;


export type ClientUpdateMutation = { updateClient:
    | { __typename: 'InvalidIdentityInput', message: string, fields: Array<{ path: string, code: string, message: string }> }
    | { __typename: 'SessionEnded', message: string }
    | { __typename: 'UpdateClientSuccess', client: { clientId: string, name: string, type: OAuthClientType, firstParty: boolean, redirectUris: Array<string>, postLogoutRedirectUris: Array<string>, backchannelLogoutUri: string | null, authMethod: OAuthClientAuthMethod, jwks: Record<string, unknown> | null, idTokenAlg: OAuthIdTokenAlg, permissionsOf: Array<string>, account: { id: string } | null, service: { slug: string }, secrets: Array<{ id: string, createdAt: string, expiresAt: string | null }> } }
   };

export type ClientDeleteMutationVariables = Exact<{
  input: DeleteClientInput;
}>;


export type ClientDeleteMutation = { deleteClient:
    | { __typename: 'DeleteClientSuccess', clientId: string }
    | { __typename: 'InvalidIdentityInput', message: string, fields: Array<{ path: string, code: string, message: string }> }
    | { __typename: 'SessionEnded', message: string }
   };

export type ClientRotateMutationVariables = Exact<{
  input: RotateClientSecretInput;
}>;


export type ClientRotateMutation = { rotateClientSecret:
    | { __typename: 'InvalidIdentityInput', message: string, fields: Array<{ path: string, code: string, message: string }> }
    | { __typename: 'RotateClientSecretSuccess', clientSecret: string, client: { clientId: string, name: string, type: OAuthClientType, firstParty: boolean, redirectUris: Array<string>, postLogoutRedirectUris: Array<string>, backchannelLogoutUri: string | null, authMethod: OAuthClientAuthMethod, jwks: Record<string, unknown> | null, idTokenAlg: OAuthIdTokenAlg, permissionsOf: Array<string>, account: { id: string } | null, service: { slug: string }, secrets: Array<{ id: string, createdAt: string, expiresAt: string | null }> } }
    | { __typename: 'SessionEnded', message: string }
   };

export type ClientRevokeMutationVariables = Exact<{
  input: RevokeClientSecretInput;
}>;


export type ClientRevokeMutation = { revokeClientSecret:
    | { __typename: 'InvalidIdentityInput', message: string, fields: Array<{ path: string, code: string, message: string }> }
    | { __typename: 'RevokeClientSecretSuccess', client: { clientId: string, name: string, type: OAuthClientType, firstParty: boolean, redirectUris: Array<string>, postLogoutRedirectUris: Array<string>, backchannelLogoutUri: string | null, authMethod: OAuthClientAuthMethod, jwks: Record<string, unknown> | null, idTokenAlg: OAuthIdTokenAlg, permissionsOf: Array<string>, account: { id: string } | null, service: { slug: string }, secrets: Array<{ id: string, createdAt: string, expiresAt: string | null }> } }
    | { __typename: 'SessionEnded', message: string }
   };
