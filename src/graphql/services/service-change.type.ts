import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { ServiceChange } from '../../domain/services/index.js';
import { Access, inherited } from '../access.js';

const ServiceChangeAction = {
  ADD: 'ADD',
  CHANGE: 'CHANGE',
  DEPRECATE: 'DEPRECATE',
  RESTORE: 'RESTORE',
  REMOVE: 'REMOVE',
} as const;
registerEnumType(ServiceChangeAction, {
  name: 'ServiceChangeAction',
  description: 'What happens to a part of a service.',
  valuesConfig: {
    ADD: { description: 'It comes.' },
    CHANGE: { description: 'Its words, or what it holds, change.' },
    DEPRECATE: { description: 'It stays in force, and cannot be given anew.' },
    RESTORE: { description: 'It is no longer deprecated.' },
    REMOVE: { description: 'It goes, from everybody who has it.' },
  },
});
const ServiceChangeKind = { SERVICE: 'SERVICE', PERMISSION: 'PERMISSION', ROLE: 'ROLE' } as const;
registerEnumType(ServiceChangeKind, {
  name: 'ServiceChangeKind',
  description: 'What a part of a service is.',
  valuesConfig: {
    SERVICE: { description: 'The service itself: name, description, access.' },
    PERMISSION: { description: 'A permission.' },
    ROLE: { description: 'A role that the manifest declares.' },
  },
});

@Access(inherited)
@ObjectType('ServiceChange', { description: 'One difference between a manifest and what stood.' })
export class ServiceChangeType {
  @Field(() => ServiceChangeAction, { description: 'What happens to it.' })
  action!: keyof typeof ServiceChangeAction;

  @Field(() => ServiceChangeKind, { description: 'What it is.' })
  kind!: keyof typeof ServiceChangeKind;

  @Field(() => String, { description: 'Slug of the service, or name of the permission (with slug) or role.' })
  name!: string;

  @Field(() => GraphQLJSONObject, { nullable: true, description: 'What stood before; null for what comes.' })
  before!: Record<string, unknown> | null;

  @Field(() => GraphQLJSONObject, { nullable: true, description: 'What stands after; null for what goes.' })
  after!: Record<string, unknown> | null;

  static from(this: void, { action, kind, name, before, after }: ServiceChange): ServiceChangeType {
    return Object.assign(new ServiceChangeType(), { action, kind, name, before, after });
  }
}
