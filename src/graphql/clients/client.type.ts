import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import {
  AUTH_METHODS,
  CLIENT_TYPES,
  ID_TOKEN_ALGS,
  type AuthMethod,
  type ClientJwks,
  type ClientRecord,
  type ClientSecretRecord,
  type ClientType,
  type IdTokenAlg,
} from '../../domain/clients/index.js';
import { Access, OWNER, inherited, ownerOr } from '../access.js';

const words = <Word extends string>(values: readonly Word[]) =>
  Object.fromEntries(values.map((value) => [value, value])) as Record<Word, Word>;

export const OAuthClientTypeEnum = words(CLIENT_TYPES);
registerEnumType(OAuthClientTypeEnum, {
  name: 'OAuthClientType',
  description: 'What kind of software a client is, from which follows what it can keep secret.',
  valuesConfig: {
    WEB: {
      description: 'A web application with a server of its own. Confidential; code and refresh tokens.',
    },
    SPA: { description: 'An application that runs in the browser alone. Public; code with PKCE.' },
    NATIVE: { description: 'An app on a phone, a desktop, a TV or a command line. Public; code with PKCE.' },
    MACHINE: { description: 'A program without people. Confidential; client credentials.' },
  },
});

export const OAuthClientAuthMethodEnum = words(AUTH_METHODS);
registerEnumType(OAuthClientAuthMethodEnum, {
  name: 'OAuthClientAuthMethod',
  description:
    'How a client proves itself at the token endpoint, in the words of OpenID Connect (`token_endpoint_auth_method`).',
  valuesConfig: {
    client_secret_basic: { description: 'By its secret in the Authorization header.' },
    client_secret_post: { description: 'By its secret in the body, for libraries that know no other way.' },
    private_key_jwt: { description: 'By a JWT that it signs; Signet knows its public keys only (RFC 7523).' },
    none: { description: 'Not at all: a public client, bound by its redirect URIs and PKCE.' },
  },
});

export const OAuthIdTokenAlgEnum = words(ID_TOKEN_ALGS);
registerEnumType(OAuthIdTokenAlgEnum, {
  name: 'OAuthIdTokenAlg',
  description: 'By which algorithm the id tokens of a client are signed.',
  valuesConfig: {
    RS256: { description: 'What every library takes, and some take nothing else.' },
    ES256: { description: 'Shorter: ECDSA on P-256.' },
    EdDSA: { description: 'Ed25519, for libraries that know it.' },
  },
});

export const ACCOUNT = Symbol('the account that a machine acts as');

@Access(ownerOr('signet:permissions.read'))
@ObjectType('OAuthClient', {
  description:
    'A piece of software of a service that asks Signet for tokens. For holders of signet:permissions.read and of the service’s permissions.manage.',
})
export class OAuthClientType {
  @Field(() => ID, { description: 'Its `client_id`. No secret; never changes.' })
  clientId!: string;

  @Field(() => String, { description: 'Name for people, who see it when they are asked for consent.' })
  name!: string;

  @Field(() => OAuthClientTypeEnum, { description: 'What kind of software it is. Never changes.' })
  type!: ClientType;

  @Field(() => Boolean, {
    description: 'Whether it is the company’s own: people are not asked for consent then.',
  })
  firstParty!: boolean;

  @Field(() => [String], { description: 'Where people may come back to after signing in. Compared exactly.' })
  redirectUris!: string[];

  @Field(() => [String], {
    description: 'Where people may come back to after signing out. Compared exactly.',
  })
  postLogoutRedirectUris!: string[];

  @Field(() => String, {
    nullable: true,
    description: 'What Signet calls when a session ends (OpenID Connect Back-Channel Logout).',
  })
  backchannelLogoutUri!: string | null;

  @Field(() => OAuthClientAuthMethodEnum, { description: 'How it proves itself.' })
  authMethod!: AuthMethod;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'Its public keys as a JWK Set, where it proves itself by private_key_jwt.',
  })
  jwks!: ClientJwks | null;

  @Field(() => OAuthIdTokenAlgEnum, { description: 'By which algorithm its id tokens are signed.' })
  idTokenAlg!: IdTokenAlg;

  @Field(() => [String], {
    description:
      'Slugs of further services whose permissions its tokens may carry, beside those of its own service.',
  })
  permissionsOf!: string[];

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it last changed; secrets aside.' })
  updatedAt!: Date;

  [OWNER]!: string;
  /** The account of a machine. */
  [ACCOUNT]!: string | null;

  static from(this: void, client: ClientRecord): OAuthClientType {
    const type = new OAuthClientType();
    type.clientId = client.clientId;
    type.name = client.name;
    type.type = client.type;
    type.firstParty = client.firstParty;
    type.redirectUris = client.redirectUris;
    type.postLogoutRedirectUris = client.postLogoutRedirectUris;
    type.backchannelLogoutUri = client.backchannelLogoutUri;
    type.authMethod = client.authMethod;
    type.jwks = client.jwks;
    type.idTokenAlg = client.idTokenAlg;
    type.permissionsOf = client.permissionsOf;
    type[ACCOUNT] = client.userId;
    type.createdAt = client.createdAt;
    type.updatedAt = client.updatedAt;
    type[OWNER] = client.service;
    return type;
  }
}

@Access(inherited)
@ObjectType('OAuthClientSecret', {
  description: 'A secret of a client, without the secret itself: that was shown once.',
})
export class OAuthClientSecretType {
  @Field(() => ID, { description: 'By which it can be revoked.' })
  id!: string;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'Until when it is good; null for the newest, which is good until a successor has come.',
  })
  expiresAt!: Date | null;

  static from(this: void, { id, createdAt, expiresAt }: ClientSecretRecord): OAuthClientSecretType {
    return Object.assign(new OAuthClientSecretType(), { id, createdAt, expiresAt });
  }
}
