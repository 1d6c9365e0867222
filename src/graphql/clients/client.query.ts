import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Access, catalogueReader } from '../access.js';
import type { Context } from '../context.js';
import { OAuthClientType } from './client.type.js';

@Resolver()
export class ClientQuery {
  @Access(catalogueReader)
  @Query(() => OAuthClientType, {
    nullable: true,
    description:
      'An OAuth client by its id; null when there is none. For holders of signet:permissions.read and of the service’s permissions.manage.',
  })
  async client(
    @Arg('clientId', () => ID, { description: 'Its `client_id`.' }) clientId: string,
    @Ctx() context: Context,
  ): Promise<OAuthClientType | null> {
    const client = await context.reads.client.load(clientId);
    return client && OAuthClientType.from(client);
  }
}
