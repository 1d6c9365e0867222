import { Field, InputType, InterfaceType } from 'type-graphql';
import type { SignedIn } from '../../domain/sessions/index.js';
import type { Context } from '../context.js';
import { UserType } from '../users/user.type.js';
import { TokenDelivery, TokenPairType } from './token-pair.type.js';
import { UserSessionType } from './user-session.type.js';

/** What RegisterSuccess, LoginSuccess and RefreshSuccess have in common. */
@InterfaceType({ description: 'A session that has begun or goes on.' })
export abstract class SignInSuccess {
  @Field(() => TokenPairType, { description: 'Tokens of the session.' })
  tokens!: TokenPairType;

  @Field(() => UserSessionType, { description: 'The session.' })
  session!: UserSessionType;

  @Field(() => UserType, { description: 'Who is signed in.' })
  user!: UserType;
}

@InputType()
export abstract class SignInOptions {
  @Field(() => TokenDelivery, {
    defaultValue: TokenDelivery.BODY,
    description: 'Where the refresh token goes: into the answer, or into a cookie.',
  })
  tokenDelivery!: TokenDelivery;
}

/** Fills the success type of a sign-in: its own user may read everything about themselves. */
export function signInSuccess<T extends SignInSuccess>(
  type: new () => T,
  { session, tokens, user, viewer }: SignedIn,
  delivery: TokenDelivery,
  context: Context,
): T {
  return Object.assign(new type(), {
    tokens: TokenPairType.deliver(tokens, delivery, context),
    session: UserSessionType.from(session, session.id),
    user: UserType.from(user, viewer),
  });
}
