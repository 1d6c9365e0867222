import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, catalogueReader, inherited, ownerOr } from '../access.js';
import type { Context } from '../context.js';
import { PageArgs, listCost, pageCost, toPage } from '../paging.js';
import { RegisteredServiceType } from '../services/service.type.js';
import { UserConnection } from '../users/user-connection.type.js';
import { PermissionGrantConnection } from './grant.type.js';
import { PermissionType } from './permission.type.js';
import { RoleType } from './role.type.js';
import { OWNER } from '../access.js';

/** Fields of Permission that are read from elsewhere. */
@Resolver(() => PermissionType)
export class PermissionFields {
  @Access(inherited)
  @FieldResolver(() => String, { nullable: true, description: 'What it allows, in a sentence.' })
  async description(@Root() permission: PermissionType, @Ctx() context: Context): Promise<string | null> {
    return (await recordOf(permission, context))?.description ?? null;
  }

  @Access(inherited)
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What to use instead; null for one in use. A deprecated one stays in force and cannot be given anew.',
  })
  async deprecated(@Root() permission: PermissionType, @Ctx() context: Context): Promise<string | null> {
    return (await recordOf(permission, context))?.deprecated ?? null;
  }

  @Access(inherited)
  @FieldResolver(() => RegisteredServiceType, { description: 'The service that declares it.' })
  async service(@Root() permission: PermissionType, @Ctx() context: Context): Promise<RegisteredServiceType> {
    return RegisteredServiceType.from((await context.reads.service.load(permission[OWNER]))!);
  }

  @Access(catalogueReader)
  @FieldResolver(() => [RoleType], { description: 'Roles that hold it.', complexity: listCost(5) })
  async roles(@Root() permission: PermissionType, @Ctx() context: Context): Promise<RoleType[]> {
    return (await context.reads.rolesOfPermission.load(permission.name)).map(RoleType.from);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => PermissionGrantConnection, {
    description:
      'Grants in force of the permission itself, to users and groups; those of roles that hold it are at the roles. For holders of signet:permissions.read and of the service’s permissions.manage.',
    complexity: pageCost,
  })
  async grants(
    @Root() permission: PermissionType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<PermissionGrantConnection> {
    const page = toPage(args);
    const grants = await context.useCases.listGrants({ permission: permission.name }, page);
    return PermissionGrantConnection.from(grants, page.after);
  }

  @Access(ownerOr('signet:permissions.read'))
  @FieldResolver(() => UserConnection, {
    description:
      'Who has it at this moment, by whatever way. For the same people as `grants`; `permissionCheck` says why.',
    complexity: pageCost,
  })
  async holders(
    @Root() permission: PermissionType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<UserConnection> {
    const page = toPage(args);
    const users = await context.useCases.listHolders(permission.name, page);
    return UserConnection.from(users, page.after);
  }
}

async function recordOf(permission: PermissionType, context: Context) {
  return permission.record ?? context.reads.permission.load(permission.name);
}
