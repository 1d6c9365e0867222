import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { GroupRecord } from '../../domain/groups/index.js';
import { Access, OWNER, inherited } from '../access.js';
import { connect } from '../connection.js';
import { PageInfo } from '../page-info.type.js';

@Access(inherited)
@ObjectType('UserGroup', { description: 'Users and groups that share what is given to the group.' })
export class UserGroupType {
  @Field(() => ID, { description: 'Stays when the group gets another name.' })
  id!: string;

  @Field(() => String, { description: 'Name of the group. Compared without case.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When name or description last changed.' })
  updatedAt!: Date;

  [OWNER]!: string | null;

  static from(this: void, group: GroupRecord): UserGroupType {
    const type = new UserGroupType();
    type.id = group.id;
    type.name = group.name;
    type.description = group.description;
    type.createdAt = group.createdAt;
    type.updatedAt = group.updatedAt;
    type[OWNER] = group.service;
    return type;
  }
}

@Access(inherited)
@ObjectType({ description: 'A group in a list.' })
export class UserGroupEdge {
  @Field(() => String, { description: 'Opaque position, for `after`.' })
  cursor!: string;

  @Field(() => UserGroupType, { description: 'The group.' })
  node!: UserGroupType;
}

@Access(inherited)
@ObjectType({ description: 'A page of groups, in order of creation.' })
export class UserGroupConnection {
  @Field(() => [UserGroupEdge], { description: 'The groups of this page.' })
  edges!: UserGroupEdge[];

  @Field(() => PageInfo, { description: 'Whether there is more.' })
  pageInfo!: PageInfo;

  static from(page: { groups: GroupRecord[]; hasNextPage: boolean }, after: string | null) {
    return Object.assign(
      new UserGroupConnection(),
      connect(page.groups, { hasNextPage: page.hasNextPage, after }, (group) => group.id, UserGroupType.from),
    );
  }
}
