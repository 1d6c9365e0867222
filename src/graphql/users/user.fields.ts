import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, selfOr } from '../access.js';
import type { Context } from '../context.js';
import { PermissionType } from '../permissions/permission.type.js';
import { UserSessionType } from '../sessions/user-session.type.js';
import { UserType } from './user.type.js';

/** Fields of User that are read from elsewhere, each batched over all users of the answer. */
@Resolver(() => UserType)
export class UserFields {
  @Access(selfOr('signet:users.read'))
  @FieldResolver(() => [UserSessionType], {
    description:
      'Living sessions, the most recently used first. For the user and holders of signet:users.read.',
  })
  async sessions(@Root() user: UserType, @Ctx() context: Context): Promise<UserSessionType[]> {
    const viewer = await context.viewerFor(user);
    const sessions = await context.sessionsOf(user.id);
    return sessions.map((session) => UserSessionType.from(session, viewer?.sessionId));
  }

  @Access(selfOr('signet:permissions.read'))
  @FieldResolver(() => [PermissionType], {
    description: 'Effective permissions at this moment. For the user and holders of signet:permissions.read.',
  })
  async permissions(@Root() user: UserType, @Ctx() context: Context): Promise<PermissionType[]> {
    const names = await context.permissionsOf(user.id, await context.viewerFor(user));
    return names.map(PermissionType.from);
  }

  @Access(selfOr('signet:permissions.read'))
  @FieldResolver(() => Boolean, {
    description: 'Whether the user has a permission at this moment. For the same people as `permissions`.',
  })
  async can(
    @Arg('permission', () => String, { description: 'Such as `orders:refund`.' }) permission: string,
    @Root() user: UserType,
    @Ctx() context: Context,
  ): Promise<boolean> {
    const names = await context.permissionsOf(user.id, await context.viewerFor(user));
    return names.includes(permission);
  }
}
