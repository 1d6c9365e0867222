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
import { Access, inherited, accountOwner } from '../access.js';
import type { Context } from '../context.js';
import {
  InvalidCredentials,
  InvalidIdentityInput,
  ServiceBusy,
  SessionEnded,
  TooManyAttempts,
  problems,
} from '../problems.js';

@InputType({ description: 'The password to replace and the new one.' })
export class ChangePasswordInput {
  @Field(() => String, { description: 'The present password.' })
  currentPassword!: string;

  @Field(() => String, { description: 'At least 15 characters, any of them; not a common or obvious one.' })
  newPassword!: string;
}

@Access(inherited)
@ObjectType({ description: 'The password was changed; all other sessions of the user have ended.' })
export class ChangePasswordSuccess {
  @Field(() => Int, { description: 'How many other sessions ended.' })
  endedSessions!: number;
}

const ChangePasswordResult = createUnionType({
  name: 'ChangePasswordResult',
  description: 'Outcome of `changePassword`.',
  types: () =>
    [
      ChangePasswordSuccess,
      InvalidCredentials,
      InvalidIdentityInput,
      TooManyAttempts,
      ServiceBusy,
      SessionEnded,
    ] as const,
});

@Resolver()
export class ChangePasswordMutation {
  @Access(accountOwner)
  @Mutation(() => ChangePasswordResult, {
    description:
      'Changes the password of who is signed in, ends their other sessions, and tells them by mail.',
  })
  async changePassword(
    @Arg('input', () => ChangePasswordInput) input: ChangePasswordInput,
    @Ctx() context: Context,
  ): Promise<typeof ChangePasswordResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.changePassword(input, viewer, context.caller);
    switch (outcome.kind) {
      case 'changed':
        return Object.assign(new ChangePasswordSuccess(), { endedSessions: outcome.endedSessions });
      case 'sessionEnded':
        return problems.sessionEnded();
      case 'invalidCredentials':
        return problems.invalidCredentials();
      case 'invalidInput':
        return problems.invalidInput(outcome.problems);
      case 'tooManyAttempts':
        return problems.tooManyAttempts(outcome.retryAfterSeconds);
      case 'busy':
        return problems.busy(outcome.retryAfterSeconds);
    }
  }
}
