import { Arg, Ctx, Field, ObjectType, Query, Resolver, createUnionType } from 'type-graphql';
import { managesService } from '../../domain/permissions/index.js';
import { Access, inherited, manager } from '../access.js';
import type { Context } from '../context.js';
import { forbidden } from '../errors.js';
import { PermissionLossType } from '../permissions/permission-loss.type.js';
import { InvalidIdentityInput, problems } from '../problems.js';
import { ServiceManifestInput, toManifest } from './manifest.inputs.js';
import { ServiceChangeType } from './service-change.type.js';

@Access(inherited)
@ObjectType({ description: 'What applying the manifest would do.' })
export class ServicePlanSuccess {
  @Field(() => Boolean, { description: 'Whether the service is not there yet.' })
  isNew!: boolean;

  @Field(() => [ServiceChangeType], { description: 'Every difference; empty when there is nothing to do.' })
  changes!: ServiceChangeType[];

  @Field(() => [PermissionLossType], { description: 'Who would lose what; applying then needs `confirm`.' })
  losses!: PermissionLossType[];
}

const ServicePlanResult = createUnionType({
  name: 'ServicePlanResult',
  description: 'Outcome of `servicePlan`.',
  types: () => [ServicePlanSuccess, InvalidIdentityInput] as const,
});

@Resolver()
export class ServicePlanQuery {
  @Access(manager)
  @Query(() => ServicePlanResult, {
    description:
      'What a manifest would change, without changing it. Needs signet:permissions.manage, or permissions.manage of the service.',
  })
  async servicePlan(
    @Arg('input', () => ServiceManifestInput) input: ServiceManifestInput,
    @Ctx() context: Context,
  ): Promise<typeof ServicePlanResult> {
    const { permissions } = await context.requireViewer();
    if (!managesService(permissions, input.slug)) throw forbidden(`${input.slug}:permissions.manage`);
    const outcome = await context.useCases.previewService(toManifest(input));
    if (outcome.kind === 'invalidInput') return problems.invalidInput(outcome.problems);
    return Object.assign(new ServicePlanSuccess(), {
      isNew: outcome.isNew,
      changes: outcome.changes.map(ServiceChangeType.from),
      losses: outcome.losses.map(PermissionLossType.from),
    });
  }
}
