import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { SessionService } from '../../domain/authorizations/index.js';
import type { Session } from '../../domain/sessions/index.js';
import { Access, inherited } from '../access.js';

@Access(inherited)
@ObjectType('SessionService', { description: 'A service that a session is signed in to.' })
export class SessionServiceType {
  @Field(() => ID, {
    nullable: true,
    description:
      'The OAuth client by which it is, for `revokeSessionService`. Null for a `login` to the service, which ends with its session.',
  })
  clientId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of that client, such as "Orders for phones". Null as `clientId` is.',
  })
  clientName!: string | null;

  @Field(() => String, { description: 'Slug of the service.' })
  service!: string;

  @Field(() => String, { description: 'Name of the service, for people.' })
  serviceName!: string;

  @Field(() => GraphQLDateTime, { description: 'Since when it is signed in.' })
  since!: Date;

  @Field(() => GraphQLDateTime, {
    description: 'When somebody last signed in to it by this session, or it got new tokens. To the minute.',
  })
  lastUsedAt!: Date;

  static from(this: void, signedIn: SessionService): SessionServiceType {
    const { clientId, clientName, service, serviceName, since, lastUsedAt } = signedIn;
    const type = new SessionServiceType();
    return Object.assign(type, { clientId, clientName, service, serviceName, since, lastUsedAt });
  }

  /** What a `login` was for. */
  static ofLogin(session: Session, service: { slug: string; name: string }): SessionServiceType {
    return Object.assign(new SessionServiceType(), {
      clientId: null,
      clientName: null,
      service: service.slug,
      serviceName: service.name,
      since: session.createdAt,
      lastUsedAt: session.refreshedAt,
    });
  }
}
