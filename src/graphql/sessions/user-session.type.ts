import Bowser from 'bowser';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import type { Session } from '../../domain/sessions/index.js';
import { Access, inherited } from '../access.js';

/** Longer user agents than any browser sends are cut before they are looked at. */
const MAX_USER_AGENT = 512;

@Access(inherited)
@ObjectType('UserSession', { description: 'One sign-in on one device or browser.' })
export class UserSessionType {
  @Field(() => ID, { description: 'The `sid` of the session’s tokens.' })
  id!: string;

  @Field(() => Boolean, { description: 'Whether it is the session that asks.' })
  current!: boolean;

  @Field(() => String, { description: 'The device in words, such as "Firefox on Linux".' })
  device!: string;

  @Directive('@tag(name: "pii")')
  @Field(() => String, { description: 'Network address from which it was started.' })
  ipAddress!: string;

  @Field(() => String, { nullable: true, description: 'User agent with which it was started, as sent.' })
  userAgent!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was started.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When its user last proved who they are.' })
  authenticatedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last refreshed.' })
  lastUsedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it ends unless it is refreshed before.' })
  idleExpiresAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it ends in any case.' })
  absoluteExpiresAt!: Date;

  static from(session: Session, currentSessionId: string | undefined): UserSessionType {
    const type = new UserSessionType();
    type.id = session.id;
    type.current = session.id === currentSessionId;
    type.device = describeDevice(session.userAgent);
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

function describeDevice(userAgent: string | null): string {
  if (!userAgent) return 'Unknown device';
  const { browser, os } = Bowser.parse(userAgent.slice(0, MAX_USER_AGENT));
  const program = browser.name || userAgent.split(/[/\s]/)[0]!.slice(0, 40);
  return os.name ? `${program} on ${os.name}` : program;
}
