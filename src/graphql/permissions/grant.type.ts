import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { GrantPage, GrantRecord } from '../../domain/permissions/index.js';
import { Access, inherited } from '../access.js';
import { connect } from '../connection.js';
import { PageInfo } from '../page-info.type.js';

@Access(inherited)
@ObjectType('PermissionGrant', {
  description: 'A role or a single permission given to a user or to a group: by whom, why, and until when.',
})
export class PermissionGrantType {
  @Field(() => ID, { description: 'Id of the grant.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why it was given, in the words of who gave it.' })
  reason!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was given, or last changed.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'From then on it counts no more.' })
  expiresAt!: Date | null;

  /** Whose and what it is, for the fields that read more (grant.fields.ts). */
  record!: GrantRecord;

  static from(this: void, grant: GrantRecord): PermissionGrantType {
    const type = new PermissionGrantType();
    type.id = grant.id;
    type.reason = grant.reason;
    type.createdAt = grant.createdAt;
    type.expiresAt = grant.expiresAt;
    type.record = grant;
    return type;
  }
}

@Access(inherited)
@ObjectType({ description: 'A grant in a list.' })
export class PermissionGrantEdge {
  @Field(() => String, { description: 'Opaque position, for `after`.' })
  cursor!: string;

  @Field(() => PermissionGrantType, { description: 'The grant.' })
  node!: PermissionGrantType;
}

@Access(inherited)
@ObjectType({ description: 'A page of grants in force.' })
export class PermissionGrantConnection {
  @Field(() => [PermissionGrantEdge], { description: 'The grants of this page.' })
  edges!: PermissionGrantEdge[];

  @Field(() => PageInfo, { description: 'Whether there is more.' })
  pageInfo!: PageInfo;

  static from({ grants, hasNextPage }: GrantPage, after: string | null): PermissionGrantConnection {
    const positionOf = (grant: GrantRecord) => (grant.userId ?? grant.groupId)!;
    return Object.assign(
      new PermissionGrantConnection(),
      connect(grants, { hasNextPage, after }, positionOf, PermissionGrantType.from),
    );
  }
}
