import {
  Arg,
  Ctx,
  Field,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  createUnionType,
} from 'type-graphql';
import { GRAPHQL_CLIENT_ID } from '../../domain/sessions/index.js';
import { Access, accountOwner, anyone, inherited } from '../access.js';
import type { Context } from '../context.js';
import { notForClients, unauthenticated } from '../errors.js';
import { InvalidRefreshToken, SessionEnded, problems } from '../problems.js';

@InputType({ description: 'Which session to end, when no valid access token says so.' })
export class LogoutInput {
  @Field(() => String, { nullable: true, description: 'Refresh token of the session.' })
  refreshToken?: string | null;
}

@Access(inherited)
@ObjectType({ description: 'The session has ended.' })
export class LogoutSuccess {
  @Field(() => Boolean, { description: 'Always true.' })
  ended!: boolean;
}

const LogoutResult = createUnionType({
  name: 'LogoutResult',
  description: 'Outcome of `logout`.',
  types: () => [LogoutSuccess, InvalidRefreshToken] as const,
});

@InputType({ description: 'Which sessions to end.' })
export class LogoutEverywhereInput {
  @Field(() => Boolean, { defaultValue: false, description: 'Whether the session that asks stays.' })
  keepCurrent!: boolean;
}

@Access(inherited)
@ObjectType({ description: 'The sessions have ended.' })
export class LogoutEverywhereSuccess {
  @Field(() => Int, { description: 'How many sessions ended.' })
  endedSessions!: number;
}

const LogoutEverywhereResult = createUnionType({
  name: 'LogoutEverywhereResult',
  description: 'Outcome of `logoutEverywhere`.',
  types: () => [LogoutEverywhereSuccess, SessionEnded] as const,
});

@Resolver()
export class LogoutMutations {
  @Access(anyone)
  @Mutation(() => LogoutResult, {
    description:
      'Ends one session: of the given refresh token, else of the access token, else of the cookie. Ending it twice is no error.',
  })
  async logout(
    @Arg('input', () => LogoutInput, { defaultValue: {} }) input: LogoutInput,
    @Ctx() context: Context,
  ): Promise<typeof LogoutResult> {
    const ended = await endSession(input.refreshToken ?? null, context);
    if (!ended) return problems.invalidRefreshToken();
    await forgetCookieOf(ended, context);
    return Object.assign(new LogoutSuccess(), { ended: true });
  }

  @Access(accountOwner)
  @Mutation(() => LogoutEverywhereResult, {
    description: 'Ends all sessions of who is signed in, on every device. Refused at once from then on.',
  })
  async logoutEverywhere(
    @Arg('input', () => LogoutEverywhereInput, { defaultValue: { keepCurrent: false } })
    input: LogoutEverywhereInput,
    @Ctx() context: Context,
  ): Promise<typeof LogoutEverywhereResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.logoutEverywhere(viewer, context.caller, input.keepCurrent);
    switch (outcome.kind) {
      case 'loggedOut':
        if (!input.keepCurrent) await forgetCookieOf(viewer.sessionId, context);
        return Object.assign(new LogoutEverywhereSuccess(), { endedSessions: outcome.endedSessions });
      case 'sessionEnded':
        return problems.sessionEnded();
    }
  }
}

/** Ends the session that the request names, and says which; null when a refresh token is not genuine. */
async function endSession(refreshToken: string | null, context: Context): Promise<string | null> {
  const { authorization, useCases, caller, cookie } = context;
  const byToken = refreshToken ?? (authorization.kind === 'verified' ? null : cookie.read());
  if (byToken != null) return useCases.logoutByRefreshToken(byToken, caller);
  if (authorization.kind !== 'verified') throw unauthenticated();
  if (authorization.token.clientId !== GRAPHQL_CLIENT_ID) throw notForClients();
  await useCases.logout(authorization.token, caller);
  return authorization.token.sessionId;
}

/** Takes the cookie away only when it is of the session that has ended: another one lives on, and keeps its own. */
async function forgetCookieOf(sessionId: string, { cookie, useCases }: Context): Promise<void> {
  const inCookie = cookie.peek();
  if (inCookie && (await useCases.sessionOfRefreshToken(inCookie)) === sessionId) cookie.clear();
}
