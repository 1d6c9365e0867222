import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  Mutation,
  ObjectType,
  Resolver,
  createUnionType,
} from 'type-graphql';
import { Access, inherited, manager } from '../access.js';
import type { Context } from '../context.js';
import { InvalidIdentityInput, SessionEnded } from '../problems.js';
import {
  AddClientInput,
  DeleteClientInput,
  UpdateClientInput,
  toClientUpdate,
  toNewClient,
} from './client.inputs.js';
import { OAuthClientType } from './client.type.js';
import { refusedClient } from './refused-client.js';

@Access(inherited)
@ObjectType({ description: 'The client is there.' })
export class AddClientSuccess {
  @Field(() => OAuthClientType, { description: 'The client.' })
  client!: OAuthClientType;

  @Directive('@tag(name: "internal")')
  @Field(() => String, {
    nullable: true,
    description:
      'Its secret, shown this once. Null for a client that has none: by its type, or by private_key_jwt.',
  })
  clientSecret!: string | null;
}

@Access(inherited)
@ObjectType({ description: 'The client is what the input says.' })
export class UpdateClientSuccess {
  @Field(() => OAuthClientType, { description: 'The client as it is now.' })
  client!: OAuthClientType;
}

@Access(inherited)
@ObjectType({ description: 'The client is gone, with its secrets.' })
export class DeleteClientSuccess {
  @Field(() => ID, { description: 'The `client_id` that it had; no other client ever gets it.' })
  clientId!: string;
}

const AddClientResult = createUnionType({
  name: 'AddClientResult',
  description: 'Outcome of `addClient`.',
  types: () => [AddClientSuccess, InvalidIdentityInput, SessionEnded] as const,
});
const UpdateClientResult = createUnionType({
  name: 'UpdateClientResult',
  description: 'Outcome of `updateClient`.',
  types: () => [UpdateClientSuccess, InvalidIdentityInput, SessionEnded] as const,
});
const DeleteClientResult = createUnionType({
  name: 'DeleteClientResult',
  description: 'Outcome of `deleteClient`.',
  types: () => [DeleteClientSuccess, InvalidIdentityInput, SessionEnded] as const,
});

@Resolver()
export class ChangeClientsMutations {
  @Access(manager)
  @Mutation(() => AddClientResult, {
    description:
      'Makes an OAuth client of a service, and its secret. Needs permissions.manage of the service.',
  })
  async addClient(
    @Arg('input', () => AddClientInput) input: AddClientInput,
    @Ctx() context: Context,
  ): Promise<typeof AddClientResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.addClient(toNewClient(input), viewer, context.caller);
    if (outcome.kind !== 'added') return refusedClient(outcome);
    const { clientId, clientSecret } = outcome;
    return Object.assign(new AddClientSuccess(), {
      client: await readClient(clientId, context),
      clientSecret,
    });
  }

  @Access(manager)
  @Mutation(() => UpdateClientResult, {
    description:
      'Changes an OAuth client, from its next request on. Needs permissions.manage of its service.',
  })
  async updateClient(
    @Arg('input', () => UpdateClientInput) input: UpdateClientInput,
    @Ctx() context: Context,
  ): Promise<typeof UpdateClientResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.updateClient(toClientUpdate(input), viewer, context.caller);
    if (outcome.kind !== 'updated') return refusedClient(outcome);
    return Object.assign(new UpdateClientSuccess(), { client: await readClient(outcome.clientId, context) });
  }

  @Access(manager)
  @Mutation(() => DeleteClientResult, {
    description:
      'Deletes an OAuth client: nobody can sign in by it any more. Needs permissions.manage of its service.',
  })
  async deleteClient(
    @Arg('input', () => DeleteClientInput) input: DeleteClientInput,
    @Ctx() context: Context,
  ): Promise<typeof DeleteClientResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.deleteClient(input, viewer, context.caller);
    if (outcome.kind !== 'deleted') return refusedClient(outcome);
    context.forgetPermissions();
    return Object.assign(new DeleteClientSuccess(), { clientId: outcome.clientId });
  }
}

/** The client as a mutation has left it. */
export async function readClient(clientId: string, context: Context): Promise<OAuthClientType> {
  context.forgetPermissions();
  return OAuthClientType.from((await context.reads.client.load(clientId))!);
}
