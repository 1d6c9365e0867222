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
import { refusedLoss, refusedName } from '../permissions/refusals.js';
import {
  ConfirmationRequired,
  InvalidIdentityInput,
  LastAdministrator,
  NameTaken,
  SessionEnded,
} from '../problems.js';
import { UserGroupType } from './user-group.type.js';

@InputType({ description: 'A new group.' })
export class CreateGroupInput {
  @Field(() => String, { description: 'Its name: 1 to 100 characters, unique whatever their case.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Slug of the service whose managers may change its members. Without one, those who manage every service.',
  })
  service?: string | null;
}

@InputType({ description: 'Which group, and what of it to change.' })
export class UpdateGroupInput {
  @Field(() => ID, { description: 'The `id` of a UserGroup.' })
  groupId!: string;

  @Field(() => String, { nullable: true, description: 'Its new name; left alone when left out.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Left alone when left out, removed when null.' })
  description?: string | null;
}

@InputType({ description: 'Which group to delete.' })
export class DeleteGroupInput {
  @Field(() => ID, { description: 'The `id` of a UserGroup.' })
  groupId!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Delete it although people lose permissions.' })
  confirm!: boolean;
}

@Access(inherited)
@ObjectType({ description: 'The group is there, and has no members yet.' })
export class CreateGroupSuccess {
  @Field(() => UserGroupType, { description: 'The group.' })
  group!: UserGroupType;
}

@Access(inherited)
@ObjectType({ description: 'The group is changed.' })
export class UpdateGroupSuccess {
  @Field(() => UserGroupType, { description: 'The group as it is now.' })
  group!: UserGroupType;
}

@Access(inherited)
@ObjectType({ description: 'The group is gone, and with it its grants and memberships.' })
export class DeleteGroupSuccess {
  @Field(() => ID, { description: 'The id that it had.' })
  groupId!: string;
}

const CreateGroupResult = createUnionType({
  name: 'CreateGroupResult',
  description: 'Outcome of `createGroup`.',
  types: () =>
    [CreateGroupSuccess, NameTaken, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});
const UpdateGroupResult = createUnionType({
  name: 'UpdateGroupResult',
  description: 'Outcome of `updateGroup`.',
  types: () =>
    [UpdateGroupSuccess, NameTaken, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});
const DeleteGroupResult = createUnionType({
  name: 'DeleteGroupResult',
  description: 'Outcome of `deleteGroup`.',
  types: () =>
    [
      DeleteGroupSuccess,
      ConfirmationRequired,
      InvalidIdentityInput,
      LastAdministrator,
      SessionEnded,
    ] as const,
});

@Resolver()
export class ChangeGroupsMutations {
  @Access(manager)
  @Mutation(() => CreateGroupResult, {
    description:
      'Makes a group. Needs signet:permissions.manage, or permissions.manage of the service that it is for.',
  })
  async createGroup(
    @Arg('input', () => CreateGroupInput) input: CreateGroupInput,
    @Ctx() context: Context,
  ): Promise<typeof CreateGroupResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.createGroup(input, viewer, context.caller);
    if (outcome.kind !== 'saved') return refusedName(outcome);
    return Object.assign(new CreateGroupSuccess(), { group: await readGroup(outcome.groupId, context) });
  }

  @Access(manager)
  @Mutation(() => UpdateGroupResult, {
    description: 'Changes name or description of a group. Needs to manage the group and all that it gives.',
  })
  async updateGroup(
    @Arg('input', () => UpdateGroupInput) input: UpdateGroupInput,
    @Ctx() context: Context,
  ): Promise<typeof UpdateGroupResult> {
    const viewer = await context.requireViewer();
    const { groupId, name, description } = input;
    const change = { groupId, name: name ?? undefined, description };
    const outcome = await context.useCases.updateGroup(change, viewer, context.caller);
    if (outcome.kind !== 'saved') return refusedName(outcome);
    context.forgetPermissions();
    return Object.assign(new UpdateGroupSuccess(), { group: await readGroup(outcome.groupId, context) });
  }

  @Access(manager)
  @Mutation(() => DeleteGroupResult, {
    description:
      'Deletes a group with its grants and memberships. Needs to manage the group and all that it gives, and a confirmation when people lose something.',
  })
  async deleteGroup(
    @Arg('input', () => DeleteGroupInput) input: DeleteGroupInput,
    @Ctx() context: Context,
  ): Promise<typeof DeleteGroupResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.deleteGroup(input, viewer, context.caller);
    if (outcome.kind !== 'deleted') return refusedLoss(outcome);
    context.forgetPermissions();
    return Object.assign(new DeleteGroupSuccess(), { groupId: outcome.groupId });
  }
}

/** A group that was just written. */
export async function readGroup(id: string, context: Context): Promise<UserGroupType> {
  return UserGroupType.from((await context.reads.group.load(id))!);
}
