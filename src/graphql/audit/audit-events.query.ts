import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { AUDIT_EVENT_TYPES, MAX_EVENTS_PER_PAGE } from '../../domain/audit/index.js';
import { Access, permission } from '../access.js';
import type { Context } from '../context.js';
import { checkPageSize, decodeCursor } from '../cursor.js';
import { badUserInput } from '../errors.js';
import { AuditEventConnection } from './audit-event-connection.type.js';

const DEFAULT_PAGE_SIZE = 20;

@Resolver()
export class AuditEventsQuery {
  @Access(permission('signet:audit.read'))
  @Query(() => AuditEventConnection, {
    description: 'The audit trail, the newest event first. Filters may be combined. Needs signet:audit.read.',
    // A size below zero is refused later; until then it must not make up for what else is asked for.
    complexity: ({ args, childComplexity }) =>
      1 + Math.max(1, (args['first'] as number | undefined) ?? DEFAULT_PAGE_SIZE) * childComplexity,
  })
  async auditEvents(
    @Arg('first', () => Int, {
      defaultValue: DEFAULT_PAGE_SIZE,
      description: `Page size, 1 to ${MAX_EVENTS_PER_PAGE}.`,
    })
    first: number,
    @Arg('after', () => String, { nullable: true, description: '`endCursor` of the page before.' })
    after: string | null,
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
    const size = checkPageSize(first, MAX_EVENTS_PER_PAGE);
    const position = after == null ? null : decodeCursor(after);
    if (type != null && !Object.hasOwn(AUDIT_EVENT_TYPES, type))
      throw badUserInput('`type` must be one of the types of events in docs/security.md.');
    const filter = { userId, actorId, type, since, until };
    const page = await context.useCases.listEvents({ first: size, after: position, filter });
    return AuditEventConnection.from(page, position);
  }
}
