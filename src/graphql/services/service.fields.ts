import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, catalogueReader } from '../access.js';
import type { Context } from '../context.js';
import { listCost } from '../paging.js';
import { PermissionType } from '../permissions/permission.type.js';
import { RoleType } from '../permissions/role.type.js';
import { RegisteredServiceType } from './service.type.js';

/** Fields of RegisteredService that are read from elsewhere. */
@Resolver(() => RegisteredServiceType)
export class RegisteredServiceFields {
  @Access(catalogueReader)
  @FieldResolver(() => [PermissionType], {
    description: 'What it lets people do, with what every service has. For who reads or manages permissions.',
    complexity: listCost(20),
  })
  async permissions(
    @Root() service: RegisteredServiceType,
    @Ctx() context: Context,
  ): Promise<PermissionType[]> {
    return (await context.reads.permissionsOfService.load(service.slug)).map(PermissionType.from);
  }

  @Access(catalogueReader)
  @FieldResolver(() => [RoleType], {
    description: 'Roles that its manifest declares. For who reads or manages permissions.',
    complexity: listCost(10),
  })
  async roles(@Root() service: RegisteredServiceType, @Ctx() context: Context): Promise<RoleType[]> {
    return (await context.reads.rolesOfService.load(service.slug)).map(RoleType.from);
  }
}
