import { validate as isUuid } from 'uuid';
import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Access, catalogueReader } from '../access.js';
import type { Context } from '../context.js';
import { PageArgs, checkText, pageCost, toPage } from '../paging.js';
import { UserGroupConnection, UserGroupType } from './user-group.type.js';

@Resolver()
export class UserGroupsQueries {
  @Access(catalogueReader)
  @Query(() => UserGroupType, {
    nullable: true,
    description: 'A group by id; null when there is none. For who reads or manages permissions.',
  })
  async userGroup(
    @Arg('id', () => ID, { description: 'The `id` of a UserGroup.' }) id: string,
    @Ctx() context: Context,
  ): Promise<UserGroupType | null> {
    const group = isUuid(id) ? await context.reads.group.load(id.toLowerCase()) : null;
    return group && UserGroupType.from(group);
  }

  @Access(catalogueReader)
  @Query(() => UserGroupConnection, {
    description: 'Groups, in order of creation. For who reads or manages permissions.',
    complexity: pageCost,
  })
  async userGroups(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('search', () => String, { nullable: true, description: 'What the name contains.' })
    search: string | null,
    @Ctx() context: Context,
  ): Promise<UserGroupConnection> {
    const page = toPage(args);
    const groups = await context.useCases.groups.listGroups({ ...page, search: checkText('search', search) });
    return UserGroupConnection.from(groups, page.after);
  }
}
