import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, OWNER, inherited, ownerOr } from '../access.js';
import type { Context } from '../context.js';
import { PageArgs, listCost, pageCost, toPage } from '../paging.js';
import { RegisteredServiceType } from '../services/service.type.js';
import { PermissionGrantConnection } from './grant.type.js';
import { PermissionType } from './permission.type.js';
import { RoleType } from './role.type.js';

/** Fields of Role that are read from elsewhere. */
@Resolver(() => RoleType)
export class RoleFields {
  @Access(inherited)
  @FieldResolver(() => [PermissionType], { description: 'What it gives.', complexity: listCost(10) })
  async permissions(@Root() role: RoleType, @Ctx() context: Context): Promise<PermissionType[]> {
    return (await context.reads.permissionsOfRole.load(role.id)).map(PermissionType.from);
  }

  @Access(inherited)
  @FieldResolver(() => RegisteredServiceType, {
    nullable: true,
    description: 'The service whose manifest declares it; null for a role that an administrator made.',
  })
  async service(@Root() role: RoleType, @Ctx() context: Context): Promise<RegisteredServiceType | null> {
    const slug = role[OWNER];
    const service = slug === null ? null : await context.reads.service.load(slug);
    return service && RegisteredServiceType.from(service);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => PermissionGrantConnection, {
    description:
      'What it is used by: grants in force to users and groups. For holders of signet:permissions.read and of the service’s permissions.manage.',
    complexity: pageCost,
  })
  async grants(
    @Root() role: RoleType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<PermissionGrantConnection> {
    const page = toPage(args);
    return PermissionGrantConnection.from(
      await context.useCases.listGrants({ roleId: role.id }, page),
      page.after,
    );
  }
}
