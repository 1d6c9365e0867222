import { validate as isUuid } from 'uuid';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Access, publicProfile } from '../access.js';
import type { Context } from '../context.js';
import { UserType } from './user.type.js';

@Resolver()
export class UserQuery {
  @Access(publicProfile)
  @Query(() => UserType, {
    nullable: true,
    description:
      'A user by id; null when there never was one. A deleted user is a tombstone with status DELETED.',
  })
  async user(
    @Arg('id', () => ID, { description: 'The `id` of a User.' }) id: string,
    @Ctx() context: Context,
  ): Promise<UserType | null> {
    return findUser(id, context);
  }
}

/** One rule for `user(id:)` and for entity references: what is no id belongs to nobody. */
export async function findUser(id: unknown, context: Context): Promise<UserType | null> {
  if (!isUuid(id)) return null;
  const user = await context.user((id as string).toLowerCase());
  return user && UserType.from(user);
}
