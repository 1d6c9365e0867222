import { Ctx, Query, Resolver } from 'type-graphql';
import { Access, anyone } from '../access.js';
import type { Context } from '../context.js';
import { UserType } from './user.type.js';

@Resolver()
export class ViewerQuery {
  @Access(anyone)
  @Query(() => UserType, { nullable: true, description: 'Who is signed in; null without an access token.' })
  async viewer(@Ctx() context: Context): Promise<UserType | null> {
    const viewer = await context.viewer();
    const user = viewer && (await context.user(viewer.userId));
    return user && UserType.from(user);
  }
}
