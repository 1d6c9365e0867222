import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, OWNER, ownerOr } from '../access.js';
import type { Context } from '../context.js';
import { listCost } from '../paging.js';
import { RegisteredServiceType } from '../services/service.type.js';
import { findUser } from '../users/user.query.js';
import { UserType } from '../users/user.type.js';
import { ACCOUNT, OAuthClientSecretType, OAuthClientType } from './client.type.js';

/** Fields of OAuthClient that are read from elsewhere. */
@Resolver(() => OAuthClientType)
export class OAuthClientFields {
  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => RegisteredServiceType, { description: 'The service whose software it is.' })
  async service(@Root() client: OAuthClientType, @Ctx() context: Context): Promise<RegisteredServiceType> {
    return RegisteredServiceType.from((await context.reads.service.load(client[OWNER]))!);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => UserType, {
    nullable: true,
    description:
      'The account that a MACHINE acts as, and the `sub` of its tokens: give it permissions as to any user. Null for other types.',
  })
  async account(@Root() client: OAuthClientType, @Ctx() context: Context): Promise<UserType | null> {
    return client[ACCOUNT] === null ? null : findUser(client[ACCOUNT], context);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => [OAuthClientSecretType], {
    description:
      'Its secrets that are good at this moment, the newest first; without the secrets themselves.',
    complexity: listCost(2),
  })
  async secrets(@Root() client: OAuthClientType, @Ctx() context: Context): Promise<OAuthClientSecretType[]> {
    return (await context.reads.secretsOfClient.load(client.clientId)).map(OAuthClientSecretType.from);
  }
}
