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

@InputType({ description: 'Which service to sign out, and of which session.' })
export class RevokeSessionServiceInput {
  @Field(() => ID, { description: 'The `id` of a UserSession.' })
  sessionId!: string;

  @Field(() => ID, { description: 'The `clientId` of one of its `services`.' })
  clientId!: string;
}

@Access(inherited)
@ObjectType({ description: 'The service is signed out; the session and its other services go on.' })
export class RevokeSessionServiceSuccess {
  @Field(() => ID, { description: 'The `id` of the session.' })
  sessionId!: string;

  @Field(() => ID, { description: 'The client that was signed out.' })
  clientId!: string;
}

const RevokeSessionServiceResult = createUnionType({
  name: 'RevokeSessionServiceResult',
  description: 'Outcome of `revokeSessionService`.',
  types: () => [RevokeSessionServiceSuccess, SessionEnded] as const,
});

@Resolver()
export class RevokeSessionServiceMutation {
  @Access(signedIn)
  @Mutation(() => RevokeSessionServiceResult, {
    description:
      'Signs one service out of one session: one’s own, or anybody’s with signet:users.manage. Its refresh tokens end at once, and it is told (OpenID Connect Back-Channel Logout). NOT_FOUND for a session that is neither, or is not signed in to it.',
  })
  async revokeSessionService(
    @Arg('input', () => RevokeSessionServiceInput) input: RevokeSessionServiceInput,
    @Ctx() context: Context,
  ): Promise<typeof RevokeSessionServiceResult> {
    const viewer = await context.requireViewer();
    const { sessionId, clientId } = input;
    const outcome = await context.useCases.revokeSessionService(input, viewer, context.caller);
    switch (outcome.kind) {
      case 'revoked':
        return Object.assign(new RevokeSessionServiceSuccess(), { sessionId, clientId });
      case 'notFound':
        throw notFound('session');
      case 'sessionEnded':
        return problems.sessionEnded();
    }
  }
}
