import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import type { EventRecord } from '../../domain/audit/index.js';
import { Access, inherited } from '../access.js';

@Access(inherited)
@ObjectType('AuditEvent', {
  description: 'Something that happened: who did it, to whom, and what stood there before and after.',
})
export class AuditEventType {
  @Field(() => ID, { description: 'Ids sort in the order of events.' })
  id!: string;

  @Field(() => GraphQLDateTime, { description: 'When it happened.' })
  occurredAt!: Date;

  @Field(() => String, {
    description: 'What happened, as noun.past-tense, such as `role.granted`. docs/security.md has the list.',
  })
  type!: string;

  actorId!: string | null;

  userId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The session that it is about.' })
  sessionId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What else it is about: `service`, `permission`, `role` or `group`.',
  })
  subjectKind!: string | null;

  @Field(() => String, { nullable: true, description: 'The name that this had at that moment.' })
  subjectName!: string | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'What stood there before; null where there was nothing.',
  })
  before!: Record<string, unknown> | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'What stands there now; null where there is nothing any more.',
  })
  after!: Record<string, unknown> | null;

  @Field(() => GraphQLJSONObject, { description: 'What this type of event has to say beside that.' })
  details!: Record<string, unknown>;

  @Directive('@tag(name: "pii")')
  @Field(() => String, {
    nullable: true,
    description: 'Address from which it was asked for. Goes when the account of who asked is deleted.',
  })
  ipAddress!: string | null;

  @Directive('@tag(name: "pii")')
  @Field(() => String, {
    nullable: true,
    description: 'What the client said of itself; anybody may say anything there. Goes with `ipAddress`.',
  })
  userAgent!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The `x-request-id` of the request, under which the logs have it.',
  })
  requestId!: string | null;

  static from(this: void, event: EventRecord): AuditEventType {
    const type = new AuditEventType();
    type.id = event.id;
    type.occurredAt = event.occurredAt;
    type.type = event.type;
    type.actorId = event.actorId;
    type.userId = event.userId;
    type.sessionId = event.sessionId;
    type.subjectKind = event.subjectKind;
    type.subjectName = event.subjectName;
    type.before = event.before;
    type.after = event.after;
    type.details = event.details;
    type.ipAddress = event.ipAddress;
    type.userAgent = event.userAgent;
    type.requestId = event.requestId;
    return type;
  }
}
