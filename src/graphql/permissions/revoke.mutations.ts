import { GraphQLDateTime } from 'graphql-scalars';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
  createUnionType,
} from 'type-graphql';
import { Access, inherited, manager } from '../access.js';
import type { Context } from '../context.js';
import { UserGroupType } from '../groups/user-group.type.js';
import { InvalidIdentityInput, LastAdministrator, SessionEnded } from '../problems.js';
import { findUser } from '../users/user.query.js';
import { UserType } from '../users/user.type.js';
import { PermissionPathType } from './permission-check.query.js';
import { refused } from './refusals.js';

@InputType()
abstract class RevokeInput {
  @Field(() => ID, { nullable: true, description: 'The `id` of a User. Either this or `groupId`.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The `id` of a UserGroup. Either this or `userId`.' })
  groupId?: string | null;

  @Field(() => String, { nullable: true, description: 'Why, for the audit trail.' })
  reason?: string | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'Means nothing here; so that the input of a grant can be sent again.',
  })
  expiresAt?: Date | null;
}

@InputType({ description: 'A role, and from whom it is taken.' })
export class RevokeRoleInput extends RevokeInput {
  @Field(() => String, { description: 'Name of the role.' })
  role!: string;
}

@InputType({ description: 'A permission, and from whom it is taken.' })
export class RevokePermissionInput extends RevokeInput {
  @Field(() => String, { description: 'Name of the permission, such as `orders:refund`.' })
  permission!: string;
}

abstract class Revoked {
  userId!: string | null;
  groupId!: string | null;
}

@Access(inherited)
@ObjectType({ description: 'The role is taken.' })
export class RevokeRoleSuccess extends Revoked {}

@Access(inherited)
@ObjectType({ description: 'The grant of the permission is taken.' })
export class RevokePermissionSuccess extends Revoked {
  @Field(() => [PermissionPathType], {
    description:
      'Ways by which the user has the permission all the same: a role, a group. Empty when it is gone.',
  })
  stillHeldBy!: PermissionPathType[];
}

const RevokeRoleResult = createUnionType({
  name: 'RevokeRoleResult',
  description: 'Outcome of `revokeRole`.',
  types: () => [RevokeRoleSuccess, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});
const RevokePermissionResult = createUnionType({
  name: 'RevokePermissionResult',
  description: 'Outcome of `revokePermission`.',
  types: () => [RevokePermissionSuccess, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});

@Resolver()
export class RevokeMutations {
  @Access(manager)
  @Mutation(() => RevokeRoleResult, {
    description:
      'Takes a role that was given to a user or a group. Needs to manage every permission in the role. NOT_FOUND when it was not given.',
  })
  async revokeRole(
    @Arg('input', () => RevokeRoleInput) input: RevokeRoleInput,
    @Ctx() context: Context,
  ): Promise<typeof RevokeRoleResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.revoke(input, viewer, context.caller);
    if (outcome.kind !== 'revoked') return refused(outcome);
    context.forgetPermissions();
    const { userId, groupId } = outcome;
    return Object.assign(new RevokeRoleSuccess(), { userId, groupId });
  }

  @Access(manager)
  @Mutation(() => RevokePermissionResult, {
    description:
      'Takes a permission that was given to a user or a group, and says by which other ways the user has it still. Needs to manage it. NOT_FOUND when it was not given.',
  })
  async revokePermission(
    @Arg('input', () => RevokePermissionInput) input: RevokePermissionInput,
    @Ctx() context: Context,
  ): Promise<typeof RevokePermissionResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.revoke(input, viewer, context.caller);
    if (outcome.kind !== 'revoked') return refused(outcome);
    context.forgetPermissions();
    const { userId, groupId, stillHeldBy } = outcome;
    return Object.assign(new RevokePermissionSuccess(), {
      userId,
      groupId,
      stillHeldBy: stillHeldBy.map(PermissionPathType.from),
    });
  }
}

const USER = { nullable: true, description: 'From whom it was taken, if it was a user.' };
const GROUP = { nullable: true, description: 'From which group it was taken, if it was one.' };

async function groupOf({ groupId }: Revoked, context: Context): Promise<UserGroupType | null> {
  const group = groupId === null ? null : await context.reads.group.load(groupId);
  return group && UserGroupType.from(group);
}

@Resolver(() => RevokeRoleSuccess)
export class RevokeRoleFields {
  @Access(inherited)
  @FieldResolver(() => UserType, USER)
  user(@Root() revoked: RevokeRoleSuccess, @Ctx() context: Context): Promise<UserType | null> {
    return findUser(revoked.userId, context);
  }

  @Access(inherited)
  @FieldResolver(() => UserGroupType, GROUP)
  group(@Root() revoked: RevokeRoleSuccess, @Ctx() context: Context): Promise<UserGroupType | null> {
    return groupOf(revoked, context);
  }
}

@Resolver(() => RevokePermissionSuccess)
export class RevokePermissionFields {
  @Access(inherited)
  @FieldResolver(() => UserType, USER)
  user(@Root() revoked: RevokePermissionSuccess, @Ctx() context: Context): Promise<UserType | null> {
    return findUser(revoked.userId, context);
  }

  @Access(inherited)
  @FieldResolver(() => UserGroupType, GROUP)
  group(@Root() revoked: RevokePermissionSuccess, @Ctx() context: Context): Promise<UserGroupType | null> {
    return groupOf(revoked, context);
  }
}
