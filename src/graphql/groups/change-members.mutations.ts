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
import { refused } from '../permissions/refusals.js';
import { InvalidIdentityInput, LastAdministrator, SessionEnded } from '../problems.js';
import { readGroup } from './change-groups.mutations.js';
import { UserGroupType } from './user-group.type.js';

@InputType()
abstract class MemberInput {
  @Field(() => ID, { description: 'The `id` of a UserGroup.' })
  groupId!: string;

  @Field(() => ID, { nullable: true, description: 'The `id` of a User. Either this or `memberGroupId`.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The `id` of a UserGroup. Either this or `userId`.' })
  memberGroupId?: string | null;
}

@InputType({ description: 'A group, and the user or the group that joins it.' })
export class AddGroupMemberInput extends MemberInput {}

@InputType({ description: 'A group, and the user or the group that leaves it.' })
export class RemoveGroupMemberInput extends MemberInput {}

@Access(inherited)
@ObjectType({ description: 'The member is in the group, and has what it gives.' })
export class AddGroupMemberSuccess {
  @Field(() => UserGroupType, { description: 'The group.' })
  group!: UserGroupType;
}

@Access(inherited)
@ObjectType({ description: 'The member is no longer in the group.' })
export class RemoveGroupMemberSuccess {
  @Field(() => UserGroupType, { description: 'The group.' })
  group!: UserGroupType;
}

const AddGroupMemberResult = createUnionType({
  name: 'AddGroupMemberResult',
  description: 'Outcome of `addGroupMember`.',
  types: () => [AddGroupMemberSuccess, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});
const RemoveGroupMemberResult = createUnionType({
  name: 'RemoveGroupMemberResult',
  description: 'Outcome of `removeGroupMember`.',
  types: () => [RemoveGroupMemberSuccess, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});

@Resolver()
export class ChangeMembersMutations {
  @Access(manager)
  @Mutation(() => AddGroupMemberResult, {
    description:
      'Puts a user or a group into a group. Needs to manage the group and all that it gives; a group cannot contain itself, however deep.',
  })
  async addGroupMember(
    @Arg('input', () => AddGroupMemberInput) input: AddGroupMemberInput,
    @Ctx() context: Context,
  ): Promise<typeof AddGroupMemberResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.addGroupMember(input, viewer, context.caller);
    if (outcome.kind !== 'changed') return refused(outcome);
    context.forgetPermissions();
    return Object.assign(new AddGroupMemberSuccess(), { group: await readGroup(outcome.groupId, context) });
  }

  @Access(manager)
  @Mutation(() => RemoveGroupMemberResult, {
    description:
      'Takes a user or a group out of a group. Needs to manage the group and all that it gives. NOT_FOUND when it is not in it.',
  })
  async removeGroupMember(
    @Arg('input', () => RemoveGroupMemberInput) input: RemoveGroupMemberInput,
    @Ctx() context: Context,
  ): Promise<typeof RemoveGroupMemberResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.removeGroupMember(input, viewer, context.caller);
    if (outcome.kind !== 'changed') return refused(outcome);
    context.forgetPermissions();
    return Object.assign(new RemoveGroupMemberSuccess(), {
      group: await readGroup(outcome.groupId, context),
    });
  }
}
