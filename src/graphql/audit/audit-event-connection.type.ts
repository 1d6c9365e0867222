import { Field, ObjectType } from 'type-graphql';
import type { EventPage } from '../../domain/audit/index.js';
import { Access, inherited } from '../access.js';
import { connect } from '../connection.js';
import { PageInfo } from '../page-info.type.js';
import { AuditEventType } from './audit-event.type.js';

@Access(inherited)
@ObjectType({ description: 'An event in a list.' })
export class AuditEventEdge {
  @Field(() => String, { description: 'Opaque position, for `after`.' })
  cursor!: string;

  @Field(() => AuditEventType, { description: 'The event.' })
  node!: AuditEventType;
}

@Access(inherited)
@ObjectType({ description: 'A page of the audit trail, the newest event first.' })
export class AuditEventConnection {
  @Field(() => [AuditEventEdge], { description: 'The events of this page.' })
  edges!: AuditEventEdge[];

  @Field(() => PageInfo, { description: 'Whether there is more.' })
  pageInfo!: PageInfo;

  static from(page: EventPage, after: string | null): AuditEventConnection {
    const { events, hasNextPage } = page;
    return Object.assign(
      new AuditEventConnection(),
      connect(events, { hasNextPage, after }, (event) => event.id, AuditEventType.from),
    );
  }
}
