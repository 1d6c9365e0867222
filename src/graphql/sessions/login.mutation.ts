import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver, createUnionType } from 'type-graphql';
import { Access, anyone, inherited } from '../access.js';
import type { Context } from '../context.js';
import {
  AccountSuspended,
  InvalidCredentials,
  InvalidIdentityInput,
  ServiceAccessDenied,
  ServiceBusy,
  TooManyAttempts,
  problems,
} from '../problems.js';
import { SignInOptions, SignInSuccess, signInSuccess } from './sign-in.types.js';
import { TokenDelivery } from './token-pair.type.js';

@InputType({ description: 'Who signs in, and the proof.' })
export class LoginInput extends SignInOptions {
  @Field(() => String, { description: 'E-mail address of the account.' })
  email!: string;

  @Field(() => String, { description: 'Password of the account.' })
  password!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Slug of the service to sign in to. A closed one lets in only who holds `<service>:sign-in`; the session lasts no longer than that.',
  })
  service?: string | null;
}

@Access(inherited)
@ObjectType({ implements: SignInSuccess, description: 'Signed in: a new session has begun.' })
export class LoginSuccess extends SignInSuccess {}

const LoginResult = createUnionType({
  name: 'LoginResult',
  description: 'Outcome of `login`.',
  types: () =>
    [
      LoginSuccess,
      InvalidCredentials,
      AccountSuspended,
      ServiceAccessDenied,
      InvalidIdentityInput,
      TooManyAttempts,
      ServiceBusy,
    ] as const,
});

@Resolver()
export class LoginMutation {
  @Access(anyone)
  @Mutation(() => LoginResult, {
    description: 'Signs in by e-mail address and password. An Authorization header is ignored.',
  })
  async login(
    @Arg('input', () => LoginInput) input: LoginInput,
    @Ctx() context: Context,
  ): Promise<typeof LoginResult> {
    if (input.tokenDelivery === TokenDelivery.COOKIE) context.cookie.refuseOtherSites();
    const outcome = await context.useCases.login(input, context.caller);
    switch (outcome.kind) {
      case 'loggedIn':
        return signInSuccess(LoginSuccess, outcome, input.tokenDelivery, context);
      case 'invalidCredentials':
        return problems.invalidCredentials();
      case 'notAdmitted':
        return problems.serviceAccessDenied();
      case 'unknownService':
        return problems.invalidInput([
          { path: 'service', code: 'UNKNOWN', message: 'No service has this slug.' },
        ]);
      case 'suspended':
        return problems.suspended();
      case 'tooManyAttempts':
        return problems.tooManyAttempts(outcome.retryAfterSeconds);
      case 'busy':
        return problems.busy(outcome.retryAfterSeconds);
    }
  }
}
