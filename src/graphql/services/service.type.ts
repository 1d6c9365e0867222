import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { SERVICE_ACCESS, type ServiceAccess, type ServiceRecord } from '../../domain/services/index.js';
import { Access, OWNER, inherited } from '../access.js';

export const ServiceAccessEnum = Object.fromEntries(SERVICE_ACCESS.map((access) => [access, access]));
registerEnumType(ServiceAccessEnum, {
  name: 'ServiceAccess',
  description: 'Who may sign in to a service.',
  valuesConfig: {
    OPEN: { description: 'Everybody with an account.' },
    CLOSED: { description: 'Holders of its permission `<service>:sign-in`.' },
  },
});

@Access(inherited)
@ObjectType('RegisteredService', { description: 'A product that trusts Signet and declares permissions.' })
export class RegisteredServiceType {
  @Field(() => String, { description: 'What its permissions begin with. Never changes.' })
  slug!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is, in words.' })
  description!: string | null;

  @Field(() => ServiceAccessEnum, { description: 'Who may sign in to it.' })
  access!: ServiceAccess;

  @Field(() => GraphQLDateTime, { description: 'When it was registered.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When name, description or access last changed.' })
  updatedAt!: Date;

  [OWNER]!: string;

  static from(this: void, service: ServiceRecord): RegisteredServiceType {
    const type = new RegisteredServiceType();
    type.slug = service.slug;
    type.name = service.name;
    type.description = service.description;
    type.access = service.access;
    type.createdAt = service.createdAt;
    type.updatedAt = service.updatedAt;
    type[OWNER] = service.slug;
    return type;
  }
}
