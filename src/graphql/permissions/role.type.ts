import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { RoleRecord } from '../../domain/permissions/index.js';
import { Access, OWNER, inherited } from '../access.js';

@Access(inherited)
@ObjectType('Role', { description: 'A named set of permissions, of one service or of several.' })
export class RoleType {
  @Field(() => ID, { description: 'Stays when the role gets another name.' })
  id!: string;

  @Field(() => String, { description: 'Name by which it is given. Compared without case.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it last changed.' })
  updatedAt!: Date;

  [OWNER]!: string | null;

  static from(this: void, role: RoleRecord): RoleType {
    const type = new RoleType();
    type.id = role.id;
    type.name = role.name;
    type.description = role.description;
    type.createdAt = role.createdAt;
    type.updatedAt = role.updatedAt;
    type[OWNER] = role.service;
    return type;
  }
}
