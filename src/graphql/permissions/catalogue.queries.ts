import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { isPermissionName } from '../../domain/permissions/index.js';
import { Access, catalogueReader } from '../access.js';
import type { Context } from '../context.js';
import { checkPageSize } from '../cursor.js';
import { checkText, listCost } from '../paging.js';
import { PermissionType } from './permission.type.js';
import { RoleType } from './role.type.js';

/** What is declared comes in lists: as many as products and their wording give, and not as many as users. */
const MAX_LIST = 1000;
/** A catalogue is taken for this long when the cost of an operation is estimated, unless `first` says more. */
const USUAL_LENGTH = 100;

const FIRST = { defaultValue: MAX_LIST, description: `How many, 1 to ${MAX_LIST}.` };

@Resolver()
export class CatalogueQueries {
  @Access(catalogueReader)
  @Query(() => PermissionType, {
    nullable: true,
    description:
      'A permission by name; null when no service declares it. For who reads or manages permissions.',
  })
  async permission(
    @Arg('name', () => String, { description: 'Such as `orders:refund`.' }) name: string,
    @Ctx() context: Context,
  ): Promise<PermissionType | null> {
    const found = isPermissionName(name) ? await context.reads.permission.load(name) : null;
    return found && PermissionType.from(found);
  }

  @Access(catalogueReader)
  @Query(() => [PermissionType], {
    description: 'Permissions that services declare, in order of name. For who reads or manages permissions.',
    complexity: catalogueCost,
  })
  async permissions(
    @Arg('service', () => String, { nullable: true, description: 'Of this service only.' })
    service: string | null,
    @Arg('search', () => String, {
      nullable: true,
      description: 'What the name or the description contains.',
    })
    search: string | null,
    @Arg('first', () => Int, FIRST) first: number,
    @Arg('after', () => String, { nullable: true, description: 'A name: begins with the one after it.' })
    after: string | null,
    @Ctx() context: Context,
  ): Promise<PermissionType[]> {
    const found = await context.useCases.catalogue.listPermissions({
      service: checkText('service', service),
      search: checkText('search', search),
      first: checkPageSize(first, MAX_LIST),
      after: checkText('after', after) ?? '',
    });
    return found.map(PermissionType.from);
  }

  @Access(catalogueReader)
  @Query(() => RoleType, {
    nullable: true,
    description: 'A role by name; null when there is none. For who reads or manages permissions.',
  })
  async role(
    @Arg('name', () => String, { description: 'Its name, in any case.' }) name: string,
    @Ctx() context: Context,
  ): Promise<RoleType | null> {
    const found = await context.useCases.catalogue.roleByName(checkText('name', name)!);
    return found && RoleType.from(found);
  }

  @Access(catalogueReader)
  @Query(() => [RoleType], {
    description: 'Roles, in order of name. For who reads or manages permissions.',
    complexity: catalogueCost,
  })
  async roles(
    @Arg('service', () => String, { nullable: true, description: 'Declared by this service only.' })
    service: string | null,
    @Arg('permission', () => String, { nullable: true, description: 'With this permission in them only.' })
    permission: string | null,
    @Arg('search', () => String, {
      nullable: true,
      description: 'What the name or the description contains.',
    })
    search: string | null,
    @Arg('first', () => Int, FIRST) first: number,
    @Arg('after', () => String, { nullable: true, description: 'A name: begins with the one after it.' })
    after: string | null,
    @Ctx() context: Context,
  ): Promise<RoleType[]> {
    const found = await context.useCases.catalogue.listRoles({
      service: checkText('service', service),
      permission: checkText('permission', permission),
      search: checkText('search', search),
      first: checkPageSize(first, MAX_LIST),
      after: checkText('after', after) ?? '',
    });
    return found.map(RoleType.from);
  }
}

function catalogueCost({
  args,
  childComplexity,
}: {
  args: Record<string, unknown>;
  childComplexity: number;
}) {
  const first = args['first'] as number | undefined;
  return listCost(USUAL_LENGTH)({
    args: first === MAX_LIST ? {} : { first },
    childComplexity,
  });
}
