import { isObjectType, type GraphQLSchema } from 'graphql';
import { checkPublicProfile } from './access.js';
import type { Context } from './context.js';
import { badUserInput } from './errors.js';
import { findUser } from './users/user.query.js';

/** More references in one request than any gateway batches. */
export const MAX_REFERENCES = 1000;

interface Representation {
  __typename?: unknown;
  id?: unknown;
}

/**
 * Answers `_entities`: one item out per representation, in order. A reference shows a caller exactly
 * what `user(id:)` would; whatever is wrong with one spoils no other, which federation's own resolver
 * cannot promise (one unknown `__typename` there fails the whole batch).
 */
export function serveReferences(schema: GraphQLSchema): void {
  const query = schema.getQueryType();
  const field = query?.getFields()['_entities'];
  if (!isObjectType(query) || !field) throw new Error('the schema has no _entities');
  field.resolve = (_root, { representations }: { representations: Representation[] }, context: Context) => {
    if (representations.length > MAX_REFERENCES)
      throw badUserInput(`At most ${MAX_REFERENCES} representations in one request; send several.`);
    return representations.map((representation) => resolveReference(representation, context));
  };
}

async function resolveReference(representation: Representation, context: Context) {
  if (representation?.__typename !== 'User')
    throw badUserInput('Only references to User, with `__typename` and `id`, are answered here.');
  const allowed = checkPublicProfile(context);
  if (context.authorization.kind === 'none') await allowed;
  // Asked for in the same tick, the caller and all users are read by one statement.
  const [found] = await Promise.all([findUser(representation.id, context), allowed]);
  return found && Object.assign(found, { __typename: 'User' });
}
