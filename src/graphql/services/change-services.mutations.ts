import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver, createUnionType } from 'type-graphql';
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
import {
  RegisterServiceInput,
  UpdateServiceInput,
  toManifest,
  toPermission,
  toRole,
} from './manifest.inputs.js';
import { ServiceChangeType } from './service-change.type.js';
import { RegisteredServiceType } from './service.type.js';

@InputType({ description: 'Which service to remove.' })
export class DeleteServiceInput {
  @Field(() => String, { description: 'Its slug.' })
  slug!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Remove it although people lose permissions.' })
  confirm!: boolean;
}

@Access(inherited)
@ObjectType({ description: 'The service is registered.' })
export class RegisterServiceSuccess {
  @Field(() => RegisteredServiceType, { description: 'The service.' })
  service!: RegisteredServiceType;

  @Field(() => [ServiceChangeType], { description: 'What was done; empty when it was there just so.' })
  changes!: ServiceChangeType[];
}

@Access(inherited)
@ObjectType({ description: 'The service is what the input says.' })
export class UpdateServiceSuccess {
  @Field(() => RegisteredServiceType, { description: 'The service as it is now.' })
  service!: RegisteredServiceType;

  @Field(() => [ServiceChangeType], { description: 'What was done; empty when it was so already.' })
  changes!: ServiceChangeType[];
}

@Access(inherited)
@ObjectType({ description: 'The service is gone, with its permissions, its roles and their grants.' })
export class DeleteServiceSuccess {
  @Field(() => String, { description: 'The slug that it had.' })
  slug!: string;
}

const RegisterServiceResult = createUnionType({
  name: 'RegisterServiceResult',
  description: 'Outcome of `registerService`.',
  types: () =>
    [RegisterServiceSuccess, NameTaken, InvalidIdentityInput, LastAdministrator, SessionEnded] as const,
});
const UpdateServiceResult = createUnionType({
  name: 'UpdateServiceResult',
  description: 'Outcome of `updateService`.',
  types: () =>
    [
      UpdateServiceSuccess,
      ConfirmationRequired,
      InvalidIdentityInput,
      LastAdministrator,
      SessionEnded,
    ] as const,
});
const DeleteServiceResult = createUnionType({
  name: 'DeleteServiceResult',
  description: 'Outcome of `deleteService`.',
  types: () =>
    [
      DeleteServiceSuccess,
      ConfirmationRequired,
      InvalidIdentityInput,
      LastAdministrator,
      SessionEnded,
    ] as const,
});

@Resolver()
export class ChangeServicesMutations {
  @Access(manager)
  @Mutation(() => RegisterServiceResult, {
    description:
      'Registers a service with its permissions and roles. Needs signet:permissions.manage. The same input once more changes nothing; another one under a taken slug is NameTaken.',
  })
  async registerService(
    @Arg('input', () => RegisterServiceInput) input: RegisterServiceInput,
    @Ctx() context: Context,
  ): Promise<typeof RegisterServiceResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.registerService(toManifest(input), viewer, context.caller);
    if (outcome.kind !== 'applied') return refusedName(outcome);
    return Object.assign(new RegisterServiceSuccess(), await describe(outcome, context));
  }

  @Access(manager)
  @Mutation(() => UpdateServiceResult, {
    description:
      'Brings a service to what its manifest says. Needs permissions.manage of the service; to deprecate a permission before it goes; and a confirmation when people lose something.',
  })
  async updateService(
    @Arg('input', () => UpdateServiceInput) input: UpdateServiceInput,
    @Ctx() context: Context,
  ): Promise<typeof UpdateServiceResult> {
    const viewer = await context.requireViewer();
    const { slug, name, description, access, permissions, roles } = input;
    const update = {
      slug,
      ...(name == null ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(access == null ? {} : { access }),
      ...(permissions == null ? {} : { permissions: permissions.map(toPermission) }),
      ...(roles == null ? {} : { roles: roles.map(toRole) }),
    };
    const outcome = await context.useCases.updateService(update, input.confirm, viewer, context.caller);
    if (outcome.kind !== 'applied') return refusedLoss(outcome);
    return Object.assign(new UpdateServiceSuccess(), await describe(outcome, context));
  }

  @Access(manager)
  @Mutation(() => DeleteServiceResult, {
    description:
      'Removes a service with its permissions, its roles and all their grants. Needs signet:permissions.manage, and a confirmation when people lose something.',
  })
  async deleteService(
    @Arg('input', () => DeleteServiceInput) input: DeleteServiceInput,
    @Ctx() context: Context,
  ): Promise<typeof DeleteServiceResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.deleteService(input, viewer, context.caller);
    if (outcome.kind !== 'deleted') return refusedLoss(outcome);
    context.forgetPermissions();
    return Object.assign(new DeleteServiceSuccess(), { slug: outcome.slug });
  }
}

async function describe(
  outcome: { slug: string; changes: Parameters<typeof ServiceChangeType.from>[0][] },
  context: Context,
) {
  context.forgetPermissions();
  return {
    service: RegisteredServiceType.from((await context.reads.service.load(outcome.slug))!),
    changes: outcome.changes.map(ServiceChangeType.from),
  };
}
