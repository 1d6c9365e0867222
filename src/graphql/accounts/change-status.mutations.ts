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
import { Access, inherited, permission } from '../access.js';
import type { Context } from '../context.js';
import { forbidden, notFound } from '../errors.js';
import { LastAdministrator, SessionEnded, problems } from '../problems.js';
import { findUser } from '../users/user.query.js';
import { UserType } from '../users/user.type.js';

@Access(inherited)
@ObjectType({ description: 'The account may not be used until it is reactivated; its sessions have ended.' })
export class SuspendUserSuccess {
  @Field(() => UserType, { description: 'The user as it is now.' })
  user!: UserType;
}

@Access(inherited)
@ObjectType({ description: 'The account may be used again.' })
export class ReactivateUserSuccess {
  @Field(() => UserType, { description: 'The user as it is now.' })
  user!: UserType;
}

@Access(inherited)
@ObjectType({ description: 'The account is a tombstone: its id stays, its personal data is gone.' })
export class DeleteUserSuccess {
  @Field(() => UserType, { description: 'The user as it is now.' })
  user!: UserType;
}

@InputType({ description: 'Which account to suspend.' })
export class SuspendUserInput {
  @Field(() => ID, { description: 'The `id` of a User.' })
  userId!: string;
}

@InputType({ description: 'Which account to reactivate.' })
export class ReactivateUserInput {
  @Field(() => ID, { description: 'The `id` of a User.' })
  userId!: string;
}

@InputType({ description: 'Which account to delete.' })
export class DeleteUserInput {
  @Field(() => ID, { description: 'The `id` of a User.' })
  userId!: string;
}

const SuspendUserResult = createUnionType({
  name: 'SuspendUserResult',
  description: 'Outcome of `suspendUser`.',
  types: () => [SuspendUserSuccess, LastAdministrator, SessionEnded] as const,
});
const ReactivateUserResult = createUnionType({
  name: 'ReactivateUserResult',
  description: 'Outcome of `reactivateUser`.',
  types: () => [ReactivateUserSuccess, SessionEnded] as const,
});
const DeleteUserResult = createUnionType({
  name: 'DeleteUserResult',
  description: 'Outcome of `deleteUser`.',
  types: () => [DeleteUserSuccess, LastAdministrator, SessionEnded] as const,
});

@Resolver()
export class ChangeStatusMutations {
  @Access(permission('signet:users.manage'))
  @Mutation(() => SuspendUserResult, {
    description: 'Bars an account from signing in and ends its sessions. Needs signet:users.manage.',
  })
  suspendUser(
    @Arg('input', () => SuspendUserInput) { userId }: SuspendUserInput,
    @Ctx() context: Context,
  ): Promise<typeof SuspendUserResult> {
    return change('suspend', userId, context, SuspendUserSuccess);
  }

  @Access(permission('signet:users.manage'))
  @Mutation(() => ReactivateUserResult, {
    description: 'Lets a suspended account sign in again. Needs signet:users.manage.',
  })
  reactivateUser(
    @Arg('input', () => ReactivateUserInput) { userId }: ReactivateUserInput,
    @Ctx() context: Context,
  ): Promise<typeof ReactivateUserResult> {
    return change('reactivate', userId, context, ReactivateUserSuccess);
  }

  @Access(permission('signet:users.manage'))
  @Mutation(() => DeleteUserResult, {
    description:
      'Erases an account’s personal data and ends its sessions, for good. Needs signet:users.manage.',
  })
  deleteUser(
    @Arg('input', () => DeleteUserInput) { userId }: DeleteUserInput,
    @Ctx() context: Context,
  ): Promise<typeof DeleteUserResult> {
    return change('delete', userId, context, DeleteUserSuccess);
  }
}

async function change<T extends { user: UserType }>(
  what: 'suspend' | 'reactivate' | 'delete',
  userId: string,
  context: Context,
  success: new () => T,
): Promise<T | LastAdministrator | SessionEnded> {
  const viewer = await context.requireViewer();
  const outcome = await context.useCases.changeStatus(what, userId, viewer, context.caller);
  switch (outcome.kind) {
    case 'changed':
      context.forgetUser(userId.toLowerCase());
      return Object.assign(new success(), { user: (await findUser(userId, context))! });
    case 'notFound':
      throw notFound('user');
    case 'forbidden':
      throw forbidden(outcome.permission);
    case 'sessionEnded':
      return problems.sessionEnded();
    case 'lastAdministrator':
      return problems.lastAdministrator();
  }
}
