import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver, createUnionType } from 'type-graphql';
import { Access, anyone, inherited } from '../access.js';
import type { Context } from '../context.js';
import {
  EmailTaken,
  InvalidIdentityInput,
  RegistrationClosed,
  ServiceBusy,
  TooManyAttempts,
  problems,
} from '../problems.js';
import { SignInOptions, SignInSuccess, signInSuccess } from './sign-in.types.js';
import { TokenDelivery } from './token-pair.type.js';

@InputType({ description: 'A new account.' })
export class RegisterInput extends SignInOptions {
  @Field(() => String, { description: 'E-mail address; unique, whatever its case.' })
  email!: string;

  @Field(() => String, { description: 'At least 15 characters, any of them; not a common or obvious one.' })
  password!: string;

  @Field(() => String, { description: 'Display name, 1 to 200 characters.' })
  name!: string;
}

@Access(inherited)
@ObjectType({ implements: SignInSuccess, description: 'The account was made and its owner is signed in.' })
export class RegisterSuccess extends SignInSuccess {}

const RegisterResult = createUnionType({
  name: 'RegisterResult',
  description: 'Outcome of `register`.',
  types: () =>
    [
      RegisterSuccess,
      EmailTaken,
      InvalidIdentityInput,
      RegistrationClosed,
      TooManyAttempts,
      ServiceBusy,
    ] as const,
});

@Resolver()
export class RegisterMutation {
  @Access(anyone)
  @Mutation(() => RegisterResult, {
    description: 'Makes an account and signs its owner in. An Authorization header is ignored.',
  })
  async register(
    @Arg('input', () => RegisterInput) input: RegisterInput,
    @Ctx() context: Context,
  ): Promise<typeof RegisterResult> {
    if (input.tokenDelivery === TokenDelivery.COOKIE) context.cookie.refuseOtherSites();
    const outcome = await context.useCases.register(input, context.caller);
    switch (outcome.kind) {
      case 'registered':
        return signInSuccess(RegisterSuccess, outcome, input.tokenDelivery, context);
      case 'emailTaken':
        return problems.emailTaken();
      case 'invalidInput':
        return problems.invalidInput(outcome.problems);
      case 'closed':
        return problems.closed();
      case 'tooManyAttempts':
        return problems.tooManyAttempts(outcome.retryAfterSeconds);
      case 'busy':
        return problems.busy(outcome.retryAfterSeconds);
    }
  }
}
