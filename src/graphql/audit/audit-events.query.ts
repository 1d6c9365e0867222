import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { AUDIT_EVENT_TYPES } from '../../domain/audit/index.js';
import { Access, permission } from '../access.js';
import type { Context } from '../context.js';
import { badUserInput } from '../errors.js';
import { PageArgs, pageCost, toPage } from '../paging.js';
import { AuditEventConnection } from './audit-event-connection.type.js';

@Resolver()
export class AuditEventsQuery {
  @Access(permission('signet:audit.read'))
  @Query(() => AuditEventConnection, {
    description: 'The audit trail, the newest event first. Filters may be combined. Needs signet:audit.read.',
    complexity: pageCost,
  })
  async auditEvents(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('userId', () => ID, { nullable: true, description: 'Whose account it is about.' })
    userId: string | null,
    @Arg('actorId', () => ID, { nullable: true, description: 'Who did it.' })
    actorId: string | null,
    @Arg('type', () => String, { nullable: true, description: 'Such as `role.granted`.' })
    type: string | null,
    @Arg('since', () => GraphQLDateTime, { nullable: true, description: 'From this moment on.' })
    since: Date | null,
    @Arg('until', () => GraphQLDateTime, { nullable: true, description: 'Before this moment.' })
    until: Date | null,
    @Ctx() context: Context,
  ): Promise<AuditEventConnection> {
    const page = toPage(args);
    if (type != null && !Object.hasOwn(AUDIT_EVENT_TYPES, type))
      throw badUserInput('`type` must be one of the types of events in docs/security.md.');
    const filter = { userId, actorId, type, since, until };
    return AuditEventConnection.from(await context.useCases.listEvents({ ...page, filter }), page.after);
  }
}
