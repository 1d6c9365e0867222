import { Field, InputType } from 'type-graphql';
import type {
  ManifestPermission,
  ManifestRole,
  ServiceAccess,
  ServiceManifest,
} from '../../domain/services/index.js';
import { ServiceAccessEnum } from './service.type.js';

@InputType({ description: 'A permission of a manifest.' })
export class ManifestPermissionInput {
  @Field(() => String, { description: 'Its name without the slug, such as `refund`.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it allows, in a sentence.' })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What to use instead. Deprecates the permission, which must come before it is left out.',
  })
  deprecated?: string | null;
}

@InputType({ description: 'A role of a manifest: permissions of the same service under one name.' })
export class ManifestRoleInput {
  @Field(() => String, { description: 'Its name, unique over all services.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;

  @Field(() => [String], { description: 'Names of permissions without the slug.' })
  permissions!: string[];
}

@InputType({ description: 'What a service says of itself.' })
export class ServiceManifestInput {
  @Field(() => String, { description: 'What its permissions begin with; never changes.' })
  slug!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is, in words.' })
  description?: string | null;

  @Field(() => ServiceAccessEnum, { defaultValue: 'OPEN', description: 'Who may sign in to it.' })
  access!: ServiceAccess;

  @Field(() => [ManifestPermissionInput], { defaultValue: [], description: 'All permissions that it has.' })
  permissions!: ManifestPermissionInput[];

  @Field(() => [ManifestRoleInput], { defaultValue: [], description: 'All roles that it offers.' })
  roles!: ManifestRoleInput[];
}

@InputType({ description: 'A service that joins.' })
export class RegisterServiceInput extends ServiceManifestInput {}

@InputType({ description: 'Which service, and what of it to change. What is left out stays as it is.' })
export class UpdateServiceInput {
  @Field(() => String, { description: 'Which service.' })
  slug!: string;

  @Field(() => String, { nullable: true, description: 'Name for people.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is, in words; removed when null.' })
  description?: string | null;

  @Field(() => ServiceAccessEnum, { nullable: true, description: 'Who may sign in to it.' })
  access?: ServiceAccess | null;

  @Field(() => [ManifestPermissionInput], {
    nullable: true,
    description: 'All permissions that it has: one that is left out is removed, if it was deprecated.',
  })
  permissions?: ManifestPermissionInput[] | null;

  @Field(() => [ManifestRoleInput], {
    nullable: true,
    description: 'All roles that it offers: one that is left out is deleted with its grants.',
  })
  roles?: ManifestRoleInput[] | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Do it although people lose permissions.' })
  confirm!: boolean;
}

/** The manifest in the domain's words. */
export function toManifest(input: ServiceManifestInput): ServiceManifest {
  const { slug, name, access } = input;
  return {
    slug,
    name,
    description: input.description ?? null,
    access,
    permissions: input.permissions.map(toPermission),
    roles: input.roles.map(toRole),
  };
}

export function toPermission(this: void, input: ManifestPermissionInput): ManifestPermission {
  return {
    name: input.name,
    description: input.description ?? null,
    deprecated: input.deprecated ?? null,
  };
}

export function toRole(this: void, input: ManifestRoleInput): ManifestRole {
  return { name: input.name, description: input.description ?? null, permissions: input.permissions };
}
