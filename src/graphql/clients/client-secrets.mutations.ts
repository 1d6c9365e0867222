import { Arg, Ctx, Directive, Field, Mutation, ObjectType, Resolver, createUnionType } from 'type-graphql';
import { Access, inherited, manager } from '../access.js';
import type { Context } from '../context.js';
import { InvalidIdentityInput, SessionEnded } from '../problems.js';
import { readClient } from './change-clients.mutations.js';
import { RevokeClientSecretInput, RotateClientSecretInput } from './client.inputs.js';
import { OAuthClientType } from './client.type.js';
import { refusedClient } from './refused-client.js';

@Access(inherited)
@ObjectType({ description: 'The client has a new secret.' })
export class RotateClientSecretSuccess {
  @Field(() => OAuthClientType, {
    description: 'The client; `secrets` says until when the old ones are good.',
  })
  client!: OAuthClientType;

  @Directive('@tag(name: "internal")')
  @Field(() => String, { description: 'The new secret, shown this once.' })
  clientSecret!: string;
}

@Access(inherited)
@ObjectType({ description: 'The secret is good for nothing any more.' })
export class RevokeClientSecretSuccess {
  @Field(() => OAuthClientType, { description: 'The client with the secrets that are left.' })
  client!: OAuthClientType;
}

const RotateClientSecretResult = createUnionType({
  name: 'RotateClientSecretResult',
  description: 'Outcome of `rotateClientSecret`.',
  types: () => [RotateClientSecretSuccess, InvalidIdentityInput, SessionEnded] as const,
});
const RevokeClientSecretResult = createUnionType({
  name: 'RevokeClientSecretResult',
  description: 'Outcome of `revokeClientSecret`.',
  types: () => [RevokeClientSecretSuccess, InvalidIdentityInput, SessionEnded] as const,
});

@Resolver()
export class ClientSecretsMutations {
  @Access(manager)
  @Mutation(() => RotateClientSecretResult, {
    description:
      'Gives an OAuth client a new secret; the old ones go on for a while, so that it can be deployed. Needs permissions.manage of its service.',
  })
  async rotateClientSecret(
    @Arg('input', () => RotateClientSecretInput) input: RotateClientSecretInput,
    @Ctx() context: Context,
  ): Promise<typeof RotateClientSecretResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.rotateClientSecret(input, viewer, context.caller);
    if (outcome.kind !== 'rotated') return refusedClient(outcome);
    const { clientId, clientSecret } = outcome;
    const client = await readClient(clientId, context);
    return Object.assign(new RotateClientSecretSuccess(), { client, clientSecret });
  }

  @Access(manager)
  @Mutation(() => RevokeClientSecretResult, {
    description:
      'Ends one secret of an OAuth client at once, the last one too: for one that has leaked. Needs permissions.manage of its service.',
  })
  async revokeClientSecret(
    @Arg('input', () => RevokeClientSecretInput) input: RevokeClientSecretInput,
    @Ctx() context: Context,
  ): Promise<typeof RevokeClientSecretResult> {
    const viewer = await context.requireViewer();
    const outcome = await context.useCases.revokeClientSecret(input, viewer, context.caller);
    if (outcome.kind !== 'revoked') return refusedClient(outcome);
    return Object.assign(new RevokeClientSecretSuccess(), {
      client: await readClient(outcome.clientId, context),
    });
  }
}
