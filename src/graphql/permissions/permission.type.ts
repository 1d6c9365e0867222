import { Field, ObjectType } from 'type-graphql';
import { serviceOf, type PermissionRecord } from '../../domain/permissions/index.js';
import { Access, OWNER, inherited } from '../access.js';

@Access(inherited)
@ObjectType('Permission', { description: 'Something that a service lets some people do.' })
export class PermissionType {
  @Field(() => String, { description: '`<service>:<what>`, as in the `scope` of tokens. Never changes.' })
  name!: string;

  /** What is known of it already; otherwise its fields read it (permission.fields.ts). */
  record?: PermissionRecord;

  [OWNER]!: string;

  static from(this: void, permission: string | PermissionRecord): PermissionType {
    const name = typeof permission === 'string' ? permission : permission.name;
    const known = typeof permission === 'string' ? {} : { record: permission };
    return Object.assign(new PermissionType(), { name, [OWNER]: serviceOf(name), ...known });
  }
}
