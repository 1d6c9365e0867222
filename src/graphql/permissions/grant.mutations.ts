import { GraphQLDateTime } from 'graphql-scalars';
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
import { Access, inherited, manager } from '../access.js';
import type { Context } from '../context.js';
import { InvalidIdentityInput, LastAdministrator, SessionEnded } from '../problems.js';
import { PermissionGrantType } from './grant.type.js';
import { refused } from './refusals.js';

@InputType()
abstract class GrantInput {
  @Field(() => ID, { nullable: true, description: 'The `id` of a User. Either this or `groupId`.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The `id` of a UserGroup. Either this or `userId`.' })
  groupId?: string | null;

  @Field(() => String, { nullable: true, description: 'Why, for those who ask later.' })
  reason?: string | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'From then on it counts no more; for good when left out.',
  })
  expiresAt?: Date | null;
}

@InputType({ description: 'A role, and who gets it.' })
export class GrantRoleInput extends GrantInput {
  @Field(() => String, { description: 'Name of the role.' })
  role!: string;
}

@InputType({ description: 'A permission, and who gets it.' })
export class GrantPermissionInput extends GrantInput {
  @Field(() => String, { description: 'Name of the permission, such as `orders:refund`.' })
  permission!: string;
}

@Access(inherited)
@ObjectType({ description: 'The role is given.' })
export class GrantRoleSuccess {
  @Field(() => PermissionGrantType, { description: 'The grant as it is now.' })
  grant!: PermissionGrantType;
}

@Access(inherited)
@ObjectType({ description: 'The permission is given.' })
export class GrantPermissionSuccess {
  @Field(() => PermissionGrantType, { description: 'The grant as it is now.' })
  grant!: PermissionGrantType;
}

const GrantRoleResult = createUnionType({
  name: 'GrantRoleResult',
  description: 'Outcome of `grantRole`.',
  types: () => [GrantRoleSuccess, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});
const GrantPermissionResult = createUnionType({
  name: 'GrantPermissionResult',
  description: 'Outcome of `grantPermission`.',
  types: () => [GrantPermissionSuccess, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});

@Resolver()
export class GrantMutations {
  @Access(manager)
  @Mutation(() => GrantRoleResult, {
    description:
      'Gives a role to a user or a group, or gives an existing grant another reason and expiry. Needs to manage every permission in the role.',
  })
  async grantRole(
    @Arg('input', () => GrantRoleInput) input: GrantRoleInput,
    @Ctx() context: Context,
  ): Promise<typeof GrantRoleResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.grant(input, viewer, context.caller);
    if (outcome.kind !== 'granted') return refused(outcome);
    context.forgetPermissions();
    return Object.assign(new GrantRoleSuccess(), { grant: PermissionGrantType.from(outcome.grant) });
  }

  @Access(manager)
  @Mutation(() => GrantPermissionResult, {
    description:
      'Gives a single permission to a user or a group, or gives an existing grant another reason and expiry. Needs to manage it.',
  })
  async grantPermission(
    @Arg('input', () => GrantPermissionInput) input: GrantPermissionInput,
    @Ctx() context: Context,
  ): Promise<typeof GrantPermissionResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.grant(input, viewer, context.caller);
    if (outcome.kind !== 'granted') return refused(outcome);
    context.forgetPermissions();
    return Object.assign(new GrantPermissionSuccess(), { grant: PermissionGrantType.from(outcome.grant) });
  }
}
