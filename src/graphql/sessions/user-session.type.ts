import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { describeDevice, type Session } from '../../domain/sessions/index.js';
import { Access, inherited } from '../access.js';

/** The session itself, of which the fields that are read from elsewhere need more than is shown. */
export const SESSION = Symbol('the session that a UserSession shows');

@Access(inherited)
@ObjectType('UserSession', { description: 'One sign-in on one device or browser.' })
export class UserSessionType {
  @Field(() => ID, { description: 'The `sid` of the session’s tokens.' })
  id!: string;

  @Field(() => Boolean, { description: 'Whether it is the session that asks.' })
  current!: boolean;

  @Field(() => String, { description: 'The device in words, such as "Firefox on Linux".' })
  device!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The provider elsewhere by which the person signed in, by its issuer. Always null so far: people sign in to Signet itself, and to no other provider through it.',
  })
  upstream!: string | null;

  @Directive('@tag(name: "pii")')
  @Field(() => String, { description: 'Network address from which it was started.' })
  ipAddress!: string;

  @Field(() => String, { nullable: true, description: 'User agent with which it was started, as sent.' })
  userAgent!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was started.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When its user last proved who they are.' })
  authenticatedAt!: Date;

  @Field(() => GraphQLDateTime, {
    description: 'When it was last refreshed, or somebody signed in to a service by it.',
  })
  lastUsedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it ends unless it is refreshed before.' })
  idleExpiresAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it ends in any case.' })
  absoluteExpiresAt!: Date;

  [SESSION]!: Session;

  static from(session: Session, currentSessionId: string | undefined): UserSessionType {
    const type = new UserSessionType();
    type.id = session.id;
    type[SESSION] = session;
    type.current = session.id === currentSessionId;
    type.device = sayDevice(session.userAgent);
    type.upstream = null;
    type.ipAddress = session.ipAddress;
    type.userAgent = session.userAgent;
    type.createdAt = session.createdAt;
    type.authenticatedAt = session.authenticatedAt;
    type.lastUsedAt = session.refreshedAt;
    type.idleExpiresAt = session.idleExpiresAt;
    type.absoluteExpiresAt = session.absoluteExpiresAt;
    return type;
  }
}

function sayDevice(userAgent: string | null): string {
  const device = describeDevice(userAgent);
  if (!device) return 'Unknown device';
  return device.system ? `${device.program} on ${device.system}` : device.program;
}
