import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, OWNER, inherited, ownerOr } from '../access.js';
import type { Context } from '../context.js';
import { PageArgs, listCost, pageCost, toPage } from '../paging.js';
import { PermissionGrantType } from '../permissions/grant.type.js';
import { RegisteredServiceType } from '../services/service.type.js';
import { UserConnection } from '../users/user-connection.type.js';
import { UserGroupType } from './user-group.type.js';

/** Fields of UserGroup that are read from elsewhere. */
@Resolver(() => UserGroupType)
export class UserGroupFields {
  @Access(inherited)
  @FieldResolver(() => RegisteredServiceType, {
    nullable: true,
    description:
      'The service whose managers may change its members; null for those who manage every service alone.',
  })
  async service(
    @Root() group: UserGroupType,
    @Ctx() context: Context,
  ): Promise<RegisteredServiceType | null> {
    const slug = group[OWNER];
    const service = slug === null ? null : await context.reads.service.load(slug);
    return service && RegisteredServiceType.from(service);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => UserConnection, {
    description:
      'Users in it, without those of groups in it. For holders of signet:permissions.read and of the service’s permissions.manage.',
    complexity: pageCost,
  })
  async members(
    @Root() group: UserGroupType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<UserConnection> {
    const page = toPage(args);
    return UserConnection.from(await context.useCases.groups.groupMembers(group.id, page), page.after);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => [UserGroupType], {
    description: 'Groups in it: their members have what it gives. For the same people as `members`.',
    complexity: listCost(5),
  })
  async groups(@Root() group: UserGroupType, @Ctx() context: Context): Promise<UserGroupType[]> {
    return (await context.reads.groupsInside.load(group.id)).map(UserGroupType.from);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => [UserGroupType], {
    description: 'Groups that it is in: its members have what they give. For the same people as `members`.',
    complexity: listCost(5),
  })
  async parents(@Root() group: UserGroupType, @Ctx() context: Context): Promise<UserGroupType[]> {
    return (await context.reads.groupsAround.load(group.id)).map(UserGroupType.from);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => [PermissionGrantType], {
    description: 'What it gives its members: its own grants in force. For the same people as `members`.',
    complexity: listCost(5),
  })
  async grants(@Root() group: UserGroupType, @Ctx() context: Context): Promise<PermissionGrantType[]> {
    return (await context.reads.grantsOfGroup.load(group.id)).map(PermissionGrantType.from);
  }
}
