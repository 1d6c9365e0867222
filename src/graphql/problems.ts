import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { FieldProblem } from '../domain/caller.js';
import type { PermissionLoss } from '../domain/permissions/index.js';
import { PermissionLossType } from './permissions/permission-loss.type.js';
import { Access, inherited } from './access.js';

/** What every expected failure has, so that a client may match the interface and new members break nobody. */
@InterfaceType({ description: 'An expected failure: a stable code for programs and a sentence for people.' })
export abstract class IdentityProblem {
  @Field(() => String, { description: 'Stable word for programs, such as INVALID_CREDENTIALS.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong and what to do, in English.' })
  message!: string;
}

@Access(inherited)
@ObjectType({ description: 'What is wrong with one field of an input.' })
export class InvalidField {
  @Field(() => String, { description: 'Path of the field within the input, such as `email`.' })
  path!: string;

  @Field(() => String, { description: 'Stable word for programs, such as TOO_SHORT.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong and what to do, in English.' })
  message!: string;

  static from({ path, code, message }: FieldProblem): InvalidField {
    return Object.assign(new InvalidField(), { path, code, message });
  }
}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'Some fields of the input cannot be accepted. Nothing was changed.',
})
export class InvalidIdentityInput extends IdentityProblem {
  @Field(() => [InvalidField], { description: 'Every fault of the input at once.' })
  fields!: InvalidField[];
}

@Access(inherited)
@ObjectType({ implements: IdentityProblem, description: 'The e-mail address already has an account.' })
export class EmailTaken extends IdentityProblem {}

@Access(inherited)
@ObjectType({ implements: IdentityProblem, description: 'New accounts are made by administrators only.' })
export class RegistrationClosed extends IdentityProblem {}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'No account has this address and password. Which of the two is wrong is not told.',
})
export class InvalidCredentials extends IdentityProblem {}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'The account is barred from signing in. Only told to who knows its password.',
})
export class AccountSuspended extends IdentityProblem {}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'Too many attempts on this account or from this network.',
})
export class TooManyAttempts extends IdentityProblem {
  @Field(() => Int, { description: 'Seconds to wait before the next attempt can succeed.' })
  retryAfterSeconds!: number;
}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'So many people sign in at this moment that the attempt was not looked at. It did not count.',
})
export class ServiceBusy extends IdentityProblem {
  @Field(() => Int, { description: 'Seconds after which to try again.' })
  retryAfterSeconds!: number;
}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'The refresh token is not genuine, has expired, or its session has ended. Sign in again.',
})
export class InvalidRefreshToken extends IdentityProblem {}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description:
    'The refresh token had been replaced long ago: somebody holds a copy. The session was ended; sign in again.',
})
export class RefreshTokenReused extends IdentityProblem {}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'The user is the last active administrator, who has to stay. Make another one first.',
})
export class LastAdministrator extends IdentityProblem {}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'The session that asks was ended while the request was under way. Nothing was changed.',
})
export class SessionEnded extends IdentityProblem {}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'A role, a group or a service of this name is there already. Nothing was changed.',
})
export class NameTaken extends IdentityProblem {}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description:
    'People would lose permissions. Nothing was changed; to do it all the same, send it again with `confirm: true`.',
})
export class ConfirmationRequired extends IdentityProblem {
  @Field(() => [PermissionLossType], { description: 'Who would lose what, by permission.' })
  losses!: PermissionLossType[];
}

@Access(inherited)
@ObjectType({
  implements: IdentityProblem,
  description: 'The service is closed, and the user does not hold its permission to sign in.',
})
export class ServiceAccessDenied extends IdentityProblem {}

/** Every code that an IdentityProblem may have, with its type and sentence. */
export const problems = {
  invalidInput: (fields: FieldProblem[]) =>
    make(InvalidIdentityInput, 'INVALID_INPUT', 'Some fields need another value.', {
      fields: fields.map(InvalidField.from),
    }),
  emailTaken: () =>
    make(EmailTaken, 'EMAIL_TAKEN', 'This e-mail address already has an account. Sign in instead.'),
  closed: () => make(RegistrationClosed, 'REGISTRATION_CLOSED', 'Ask an administrator for an account.'),
  invalidCredentials: () =>
    make(InvalidCredentials, 'INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.'),
  suspended: () =>
    make(AccountSuspended, 'ACCOUNT_SUSPENDED', 'This account is suspended. Ask an administrator.'),
  tooManyAttempts: (retryAfterSeconds: number) =>
    make(TooManyAttempts, 'TOO_MANY_ATTEMPTS', 'Too many attempts. Wait, and try again.', {
      retryAfterSeconds,
    }),
  busy: (retryAfterSeconds: number) =>
    make(ServiceBusy, 'SERVICE_BUSY', 'Many people are signing in. Try again shortly.', {
      retryAfterSeconds,
    }),
  invalidRefreshToken: () =>
    make(InvalidRefreshToken, 'INVALID_REFRESH_TOKEN', 'The session has ended. Sign in again.'),
  refreshTokenReused: () =>
    make(RefreshTokenReused, 'REFRESH_TOKEN_REUSED', 'The session was ended to be safe. Sign in again.'),
  sessionEnded: () => make(SessionEnded, 'SESSION_ENDED', 'Your session has just been ended. Sign in again.'),
  nameTaken: (name: string) =>
    make(NameTaken, 'NAME_TAKEN', `${name} is taken. Choose another name, or change what is there.`),
  confirmationRequired: (losses: PermissionLoss[]) =>
    make(
      ConfirmationRequired,
      'CONFIRMATION_REQUIRED',
      `${summarise(losses)}. Send it again with \`confirm: true\` to do it all the same.`,
      { losses: losses.map(PermissionLossType.from) },
    ),
  serviceAccessDenied: () =>
    make(
      ServiceAccessDenied,
      'SERVICE_ACCESS_DENIED',
      'You may not sign in to this service. Ask those who run it for access.',
    ),
  lastAdministrator: () =>
    make(LastAdministrator, 'LAST_ADMINISTRATOR', 'This is the last administrator. Make another one first.'),
};

/** In a sentence: "2 people would lose orders:refund, 1 person orders:read". */
function summarise(losses: PermissionLoss[]): string {
  const named = losses.slice(0, 3).map(({ permission, userCount }, index) => {
    const who = userCount === 1 ? '1 person' : `${userCount} people`;
    return index === 0 ? `${who} would lose ${permission}` : `${who} ${permission}`;
  });
  const more = losses.length - named.length;
  return [...named, ...(more > 0 ? [`and so on for ${more} more`] : [])].join(', ');
}

function make<T extends IdentityProblem>(
  type: new () => T,
  code: string,
  message: string,
  rest: Omit<T, 'code' | 'message'> = {} as Omit<T, 'code' | 'message'>,
): T {
  return Object.assign(new type(), { code, message }, rest);
}
