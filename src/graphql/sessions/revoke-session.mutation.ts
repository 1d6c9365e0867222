import {
  Arg,
  Ctx,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  createUnionType,
} from 'type-graphql';
import { Access, inherited, signedIn } from '../access.js';
import type { Context } from '../context.js';
import { notFound } from '../errors.js';
import { SessionEnded, problems } from '../problems.js';

@InputType({ description: 'Which session to end.' })
export class RevokeSessionInput {
  @Field(() => ID, { description: 'The `id` of a UserSession.' })
  sessionId!: string;
}

@Access(inherited)
@ObjectType({ description: 'The session has ended.' })
export class RevokeSessionSuccess {
  @Field(() => ID, { description: 'The `id` of the session.' })
  sessionId!: string;
}

const RevokeSessionResult = createUnionType({
  name: 'RevokeSessionResult',
  description: 'Outcome of `revokeSession`.',
  types: () => [RevokeSessionSuccess, SessionEnded] as const,
});

@Resolver()
export class RevokeSessionMutation {
  @Access(signedIn)
  @Mutation(() => RevokeSessionResult, {
    description:
      'Ends one session: one’s own, or anybody’s with signet:users.manage. NOT_FOUND for one that is neither.',
  })
  async revokeSession(
    @Arg('input', () => RevokeSessionInput) input: RevokeSessionInput,
    @Ctx() context: Context,
  ): Promise<typeof RevokeSessionResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.revokeSession(input.sessionId, viewer, context.caller);
    switch (outcome.kind) {
      case 'revoked':
        return Object.assign(new RevokeSessionSuccess(), { sessionId: input.sessionId });
      case 'notFound':
        throw notFound('session');
      case 'sessionEnded':
        return problems.sessionEnded();
    }
  }
}
