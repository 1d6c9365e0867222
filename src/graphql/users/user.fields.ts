import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, selfAloneOr, selfOr } from '../access.js';
import type { Context } from '../context.js';
import { UserGroupType } from '../groups/user-group.type.js';
import { listCost } from '../paging.js';
import { PermissionGrantType } from '../permissions/grant.type.js';
import { PermissionType } from '../permissions/permission.type.js';
import { RoleType } from '../permissions/role.type.js';
import { UserSessionType } from '../sessions/user-session.type.js';
import { UserType } from './user.type.js';

/** Fields of User that are read from elsewhere, each batched over all users of the answer. */
@Resolver(() => UserType)
export class UserFields {
  @Access(selfAloneOr('signet:users.read'))
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

  @Access(selfAloneOr('signet:permissions.read'))
  @FieldResolver(() => [RoleType], {
    description:
      'Roles that the user has at this moment, directly or through groups. For the same people as `permissions`.',
    complexity: listCost(5),
  })
  async roles(@Root() user: UserType, @Ctx() context: Context): Promise<RoleType[]> {
    return (await context.reads.rolesOfUser.load(user.id)).map(RoleType.from);
  }

  @Access(selfAloneOr('signet:permissions.read'))
  @FieldResolver(() => [PermissionGrantType], {
    description:
      'Grants in force that reach the user: their own, and those of groups they are in. For the same people as `permissions`.',
    complexity: listCost(5),
  })
  async grants(@Root() user: UserType, @Ctx() context: Context): Promise<PermissionGrantType[]> {
    return (await context.reads.grantsOfUser.load(user.id)).map(PermissionGrantType.from);
  }

  @Access(selfAloneOr('signet:permissions.read'))
  @FieldResolver(() => [UserGroupType], {
    description: 'Groups that the user is a member of. For the same people as `permissions`.',
    complexity: listCost(5),
  })
  async groups(@Root() user: UserType, @Ctx() context: Context): Promise<UserGroupType[]> {
    return (await context.reads.groupsOfUser.load(user.id)).map(UserGroupType.from);
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
