import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver, createUnionType } from 'type-graphql';
import { Access, anyone, inherited } from '../access.js';
import type { Context } from '../context.js';
import { InvalidRefreshToken, RefreshTokenReused, problems } from '../problems.js';
import { SignInSuccess, signInSuccess } from './sign-in.types.js';
import { TokenDelivery } from './token-pair.type.js';

@InputType({ description: 'The refresh token to use.' })
export class RefreshInput {
  @Field(() => String, {
    nullable: true,
    description: 'The refresh token; left out when it is in the cookie, where its successor goes too.',
  })
  refreshToken?: string | null;
}

@Access(inherited)
@ObjectType({ implements: SignInSuccess, description: 'The session goes on, with new tokens.' })
export class RefreshSuccess extends SignInSuccess {}

const RefreshResult = createUnionType({
  name: 'RefreshResult',
  description: 'Outcome of `refresh`.',
  types: () => [RefreshSuccess, InvalidRefreshToken, RefreshTokenReused] as const,
});

@Resolver()
export class RefreshMutation {
  @Access(anyone)
  @Mutation(() => RefreshResult, {
    description:
      'Gives new tokens for a refresh token. Asked again within seconds (another tab, a lost answer) it gives the same successor; later, the session is ended as stolen. An Authorization header is ignored.',
  })
  async refresh(
    @Arg('input', () => RefreshInput, { defaultValue: {} }) input: RefreshInput,
    @Ctx() context: Context,
  ): Promise<typeof RefreshResult> {
    const delivery = input.refreshToken == null ? TokenDelivery.COOKIE : TokenDelivery.BODY;
    const refreshToken = input.refreshToken ?? context.cookie.read() ?? '';
    const outcome = await context.useCases.refresh(refreshToken, context.caller);
    switch (outcome.kind) {
      case 'refreshed':
        return signInSuccess(RefreshSuccess, outcome, delivery, context);
      case 'invalidRefreshToken':
        if (delivery === TokenDelivery.COOKIE) context.cookie.clear();
        return problems.invalidRefreshToken();
      case 'refreshTokenReused':
        if (delivery === TokenDelivery.COOKIE) context.cookie.clear();
        return problems.refreshTokenReused();
    }
  }
}
