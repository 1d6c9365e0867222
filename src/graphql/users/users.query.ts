import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { MAX_PAGE_SIZE } from '../../domain/users/index.js';
import { Access, permission } from '../access.js';
import type { Context } from '../context.js';
import { checkPageSize, decodeCursor } from '../cursor.js';
import { badUserInput } from '../errors.js';
import { UserConnection } from './user-connection.type.js';

const DEFAULT_PAGE_SIZE = 20;
const MAX_SEARCH_LENGTH = 254;

@Resolver()
export class UsersQuery {
  @Access(permission('signet:users.read'))
  @Query(() => UserConnection, {
    description: 'All accounts but tombstones, in order of creation. Needs signet:users.read.',
    // A size below zero is refused later; until then it must not make up for what else is asked for.
    complexity: ({ args, childComplexity }) =>
      1 + Math.max(1, (args['first'] as number | undefined) ?? DEFAULT_PAGE_SIZE) * childComplexity,
  })
  async users(
    @Arg('first', () => Int, {
      defaultValue: DEFAULT_PAGE_SIZE,
      description: `Page size, 1 to ${MAX_PAGE_SIZE}.`,
    })
    first: number,
    @Arg('after', () => String, { nullable: true, description: '`endCursor` of the page before.' })
    after: string | null,
    @Arg('search', () => String, {
      nullable: true,
      description: 'What the name or the e-mail address starts with.',
    })
    search: string | null,
    @Ctx() context: Context,
  ): Promise<UserConnection> {
    const size = checkPageSize(first, MAX_PAGE_SIZE);
    const position = after == null ? null : decodeCursor(after);
    if (search != null && (search.length > MAX_SEARCH_LENGTH || search.includes('\0')))
      throw badUserInput(`\`search\` must be a text of at most ${MAX_SEARCH_LENGTH} characters.`);
    const page = await context.useCases.listUsers({ first: size, after: position, search: search ?? null });
    return UserConnection.from(page, position);
  }
}
