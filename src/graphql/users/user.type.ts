import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Viewer } from '../../domain/caller.js';
import { USER_STATUSES, type UserRecord, type UserStatus } from '../../domain/users/index.js';
import { Access, inherited, publicProfile, selfOr, signedIn } from '../access.js';
import { VIEWER } from '../context.js';

const UserStatusEnum = Object.fromEntries(USER_STATUSES.map((status) => [status, status]));
registerEnumType(UserStatusEnum, {
  name: 'UserStatus',
  description: 'Whether an account may be used.',
  valuesConfig: {
    ACTIVE: { description: 'May sign in.' },
    SUSPENDED: { description: 'May not sign in until reactivated.' },
    DELETED: { description: 'A tombstone: the id stays, the personal data is gone.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType('User', { description: 'An account: a person, or a machine.' })
export class UserType {
  @Access(inherited)
  @Field(() => ID, {
    description: 'The `sub` of the user’s tokens. Never changes, never given to another user.',
  })
  id!: string;

  @Access(publicProfile)
  @Field(() => String, { description: 'Display name.' })
  name!: string;

  @Access(publicProfile)
  @Field(() => String, { nullable: true, description: 'Address of a picture (https), or null.' })
  picture!: string | null;

  @Access(publicProfile)
  @Field(() => UserStatusEnum, { description: 'Whether the account may be used.' })
  status!: UserStatus;

  @Access(signedIn)
  @Field(() => GraphQLDateTime, { description: 'When the account was made.' })
  createdAt!: Date;

  @Directive('@tag(name: "pii")')
  @Access(selfOr('signet:users.read'))
  @Field(() => String, {
    nullable: true,
    description: 'E-mail address. For the user and holders of signet:users.read. Null on a tombstone.',
  })
  email!: string | null;

  @Access(selfOr('signet:users.read'))
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the user has shown that the address is theirs. For the same people as `email`.',
  })
  emailVerified!: boolean | null;

  [VIEWER]?: Viewer;

  /** The list of what leaves. With `viewer`, the object is read as that one whoever the request is from. */
  static from(user: UserRecord, viewer?: Viewer): UserType {
    const type = new UserType();
    type.id = user.id;
    type.name = user.name;
    type.picture = user.picture;
    type.status = user.status;
    type.createdAt = user.createdAt;
    type.email = user.email;
    type.emailVerified = user.emailVerified;
    if (viewer) type[VIEWER] = viewer;
    return type;
  }
}
