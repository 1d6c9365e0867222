import { Field, ObjectType } from 'type-graphql';
import type { UserPage } from '../../domain/users/index.js';
import { Access, inherited } from '../access.js';
import { encodeCursor } from '../cursor.js';
import { PageInfo } from '../page-info.type.js';
import { UserType } from './user.type.js';

@Access(inherited)
@ObjectType({ description: 'A user in a list.' })
export class UserEdge {
  @Field(() => String, { description: 'Opaque position, for `after`.' })
  cursor!: string;

  @Field(() => UserType, { description: 'The user.' })
  node!: UserType;
}

@Access(inherited)
@ObjectType({ description: 'A page of users, in order of creation.' })
export class UserConnection {
  @Field(() => [UserEdge], { description: 'The users of this page.' })
  edges!: UserEdge[];

  @Field(() => PageInfo, { description: 'Whether there is more.' })
  pageInfo!: PageInfo;

  static from(page: UserPage, after: string | null): UserConnection {
    const edges = page.users.map((user) => ({ cursor: encodeCursor(user.id), node: UserType.from(user) }));
    const pageInfo = {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    };
    return Object.assign(new UserConnection(), { edges, pageInfo });
  }
}
