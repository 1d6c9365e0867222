import { Field, ObjectType } from 'type-graphql';
import { SIGNET_PERMISSIONS } from '../../domain/permissions/index.js';
import { Access, inherited } from '../access.js';

@Access(inherited)
@ObjectType('Permission', { description: 'Something that a service lets some people do.' })
export class PermissionType {
  @Field(() => String, { description: '`<service>:<what>`, as in the `scope` of tokens.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it allows, in a sentence.' })
  description!: string | null;

  static from(name: string): PermissionType {
    const description = (SIGNET_PERMISSIONS as Record<string, string>)[name] ?? null;
    return Object.assign(new PermissionType(), { name, description });
  }
}
