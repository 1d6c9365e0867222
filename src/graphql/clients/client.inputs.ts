import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, InputType, Int } from 'type-graphql';
import type {
  AuthMethod,
  ClientType,
  ClientUpdate,
  IdTokenAlg,
  NewClient,
} from '../../domain/clients/index.js';
import { OAuthClientAuthMethodEnum, OAuthClientTypeEnum, OAuthIdTokenAlgEnum } from './client.type.js';

const JWKS =
  'Public keys as a JWK Set, for private_key_jwt: RSA from 2048 bits, EC on P-256, P-384 or P-521, or Ed25519. Never private ones.';

const PERMISSIONS_OF =
  'Slugs of further services whose permissions its tokens may carry, for a product that speaks to several. Needs permissions.manage of each.';

@InputType({ description: 'A new OAuth client of a service.' })
export class AddClientInput {
  @Field(() => String, { description: 'Slug of the service whose software it is.' })
  service!: string;

  @Field(() => String, { description: 'Name for people, 1 to 100 characters.' })
  name!: string;

  @Field(() => OAuthClientTypeEnum, { description: 'What kind of software it is.' })
  type!: ClientType;

  @Field(() => [String], {
    defaultValue: [],
    description:
      'Where people may come back to after signing in: whole addresses, compared exactly. None for MACHINE.',
  })
  redirectUris!: string[];

  @Field(() => [String], {
    defaultValue: [],
    description: 'Where people may come back to after signing out, by the same rules.',
  })
  postLogoutRedirectUris!: string[];

  @Field(() => String, {
    nullable: true,
    description: 'What Signet calls when a session ends. https, and on the server of the client.',
  })
  backchannelLogoutUri?: string | null;

  @Field(() => OAuthClientAuthMethodEnum, {
    nullable: true,
    description:
      'How it proves itself; when left out, client_secret_basic for WEB and MACHINE and none for the others.',
  })
  authMethod?: AuthMethod | null;

  @Field(() => GraphQLJSONObject, { nullable: true, description: JWKS })
  jwks?: Record<string, unknown> | null;

  @Field(() => OAuthIdTokenAlgEnum, {
    defaultValue: 'RS256',
    description: 'By which algorithm its id tokens are signed.',
  })
  idTokenAlg!: IdTokenAlg;

  @Field(() => [String], { defaultValue: [], description: PERMISSIONS_OF })
  permissionsOf!: string[];

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether it is the company’s own; false asks people for their consent.',
  })
  firstParty!: boolean;
}

@InputType({ description: 'Which client, and what of it to change. What is left out stays as it is.' })
export class UpdateClientInput {
  @Field(() => ID, { description: 'Its `client_id`.' })
  clientId!: string;

  @Field(() => String, { nullable: true, description: 'Name for people, 1 to 100 characters.' })
  name?: string | null;

  @Field(() => [String], { nullable: true, description: 'All addresses to come back to after signing in.' })
  redirectUris?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'All addresses to come back to after signing out.' })
  postLogoutRedirectUris?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'What Signet calls when a session ends; nothing when null.',
  })
  backchannelLogoutUri?: string | null;

  @Field(() => OAuthClientAuthMethodEnum, {
    nullable: true,
    description:
      'How it proves itself from now on. Away from a secret, its secrets end at once; towards one, `rotateClientSecret` gives it.',
  })
  authMethod?: AuthMethod | null;

  @Field(() => GraphQLJSONObject, { nullable: true, description: JWKS })
  jwks?: Record<string, unknown> | null;

  @Field(() => OAuthIdTokenAlgEnum, {
    nullable: true,
    description: 'By which algorithm its id tokens are signed.',
  })
  idTokenAlg?: IdTokenAlg | null;

  @Field(() => [String], { nullable: true, description: `All of them. ${PERMISSIONS_OF}` })
  permissionsOf?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is the company’s own.' })
  firstParty?: boolean | null;
}

@InputType({ description: 'Which client to delete.' })
export class DeleteClientInput {
  @Field(() => ID, { description: 'Its `client_id`.' })
  clientId!: string;
}

@InputType({ description: 'Which client gets a new secret, and how long the old ones go on.' })
export class RotateClientSecretInput {
  @Field(() => ID, { description: 'Its `client_id`.' })
  clientId!: string;

  @Field(() => Int, {
    defaultValue: 24 * 3600,
    description: 'Seconds for which the old secrets are good still: 0 (at once) to 2,592,000 (30 days).',
  })
  overlapSeconds!: number;
}

@InputType({ description: 'Which secret of which client to end.' })
export class RevokeClientSecretInput {
  @Field(() => ID, { description: 'The `client_id`.' })
  clientId!: string;

  @Field(() => ID, { description: 'The `id` of one of its secrets.' })
  secretId!: string;
}

/** The new client in the domain's words. */
export function toNewClient({ authMethod, ...input }: AddClientInput): NewClient {
  return { ...input, ...(authMethod == null ? {} : { authMethod }) };
}

/** The change in the domain's words: null means nothing for what cannot be removed. */
export function toClientUpdate(input: UpdateClientInput): ClientUpdate {
  return {
    clientId: input.clientId,
    name: input.name ?? undefined,
    redirectUris: input.redirectUris ?? undefined,
    postLogoutRedirectUris: input.postLogoutRedirectUris ?? undefined,
    backchannelLogoutUri: input.backchannelLogoutUri,
    authMethod: input.authMethod ?? undefined,
    jwks: input.jwks,
    idTokenAlg: input.idTokenAlg ?? undefined,
    permissionsOf: input.permissionsOf ?? undefined,
    firstParty: input.firstParty ?? undefined,
  };
}
