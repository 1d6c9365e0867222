import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver, createUnionType } from 'type-graphql';
import { Access, inherited, manager } from '../access.js';
import type { Context } from '../context.js';
import {
  ConfirmationRequired,
  InvalidIdentityInput,
  LastAdministrator,
  NameTaken,
  SessionEnded,
} from '../problems.js';
import { refusedLoss, refusedName } from './refusals.js';
import { RoleType } from './role.type.js';

@InputType({ description: 'A new role.' })
export class CreateRoleInput {
  @Field(() => String, { description: 'Its name: 1 to 100 characters, unique whatever their case.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;

  @Field(() => [String], { defaultValue: [], description: 'Names of permissions, such as `orders:refund`.' })
  permissions!: string[];
}

@InputType({ description: 'Which role, and what of it to change.' })
export class UpdateRoleInput {
  @Field(() => String, { description: 'Its present name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Its new name; left alone when left out.' })
  newName?: string | null;

  @Field(() => String, { nullable: true, description: 'Left alone when left out, removed when null.' })
  description?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'All permissions that it holds from now on; left alone when left out.',
  })
  permissions?: string[] | null;
}

@InputType({ description: 'Which role to delete.' })
export class DeleteRoleInput {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Delete it although people lose permissions.' })
  confirm!: boolean;
}

@Access(inherited)
@ObjectType({ description: 'The role is there, and nobody has it yet.' })
export class CreateRoleSuccess {
  @Field(() => RoleType, { description: 'The role.' })
  role!: RoleType;
}

@Access(inherited)
@ObjectType({ description: 'The role is changed for everybody who has it.' })
export class UpdateRoleSuccess {
  @Field(() => RoleType, { description: 'The role as it is now.' })
  role!: RoleType;
}

@Access(inherited)
@ObjectType({ description: 'The role is gone, and with it its grants.' })
export class DeleteRoleSuccess {
  @Field(() => String, { description: 'The name that it had.' })
  name!: string;
}

const CreateRoleResult = createUnionType({
  name: 'CreateRoleResult',
  description: 'Outcome of `createRole`.',
  types: () => [CreateRoleSuccess, NameTaken, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});
const UpdateRoleResult = createUnionType({
  name: 'UpdateRoleResult',
  description: 'Outcome of `updateRole`.',
  types: () => [UpdateRoleSuccess, NameTaken, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});
const DeleteRoleResult = createUnionType({
  name: 'DeleteRoleResult',
  description: 'Outcome of `deleteRole`.',
  types: () =>
    [DeleteRoleSuccess, ConfirmationRequired, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});

@Resolver()
export class ChangeRolesMutations {
  @Access(manager)
  @Mutation(() => CreateRoleResult, {
    description: 'Makes a role. Needs to manage every permission in it.',
  })
  async createRole(
    @Arg('input', () => CreateRoleInput) input: CreateRoleInput,
    @Ctx() context: Context,
  ): Promise<typeof CreateRoleResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.createRole(input, viewer, context.caller);
    if (outcome.kind !== 'saved') return refusedName(outcome);
    return Object.assign(new CreateRoleSuccess(), { role: await readRole(outcome.roleId, context) });
  }

  @Access(manager)
  @Mutation(() => UpdateRoleResult, {
    description:
      'Changes a role, at once for everybody who has it. Needs to manage every permission in it before and after. A role that a manifest declares is changed there.',
  })
  async updateRole(
    @Arg('input', () => UpdateRoleInput) input: UpdateRoleInput,
    @Ctx() context: Context,
  ): Promise<typeof UpdateRoleResult> {
    const viewer = await context.requireViewer();
    const { name, newName, description, permissions } = input;
    const change = {
      name,
      newName: newName ?? undefined,
      description,
      permissions: permissions ?? undefined,
    };
    const outcome = await context.useCases.updateRole(change, viewer, context.caller);
    if (outcome.kind !== 'saved') return refusedName(outcome);
    context.forgetPermissions();
    return Object.assign(new UpdateRoleSuccess(), { role: await readRole(outcome.roleId, context) });
  }

  @Access(manager)
  @Mutation(() => DeleteRoleResult, {
    description:
      'Deletes a role with its grants. Needs to manage every permission in it, and a confirmation when people lose something.',
  })
  async deleteRole(
    @Arg('input', () => DeleteRoleInput) input: DeleteRoleInput,
    @Ctx() context: Context,
  ): Promise<typeof DeleteRoleResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.deleteRole(input, viewer, context.caller);
    if (outcome.kind !== 'deleted') return refusedLoss(outcome);
    context.forgetPermissions();
    return Object.assign(new DeleteRoleSuccess(), { name: outcome.name });
  }
}

async function readRole(id: string, context: Context): Promise<RoleType> {
  return RoleType.from((await context.reads.role.load(id))!);
}
