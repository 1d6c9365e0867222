import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, inherited } from '../access.js';
import type { Context } from '../context.js';
import { UserType } from '../users/user.type.js';
import { AuditEventType } from './audit-event.type.js';

/** People of an event, batched over the page. A deleted one is a tombstone, whose id says who it was. */
@Resolver(() => AuditEventType)
export class AuditEventFields {
  @Access(inherited)
  @FieldResolver(() => UserType, {
    nullable: true,
    description: 'Who did it; null for Signet itself, its command line, and people who were not signed in.',
  })
  actor(@Root() event: AuditEventType, @Ctx() context: Context): Promise<UserType | null> {
    return person(event.actorId, context);
  }

  @Access(inherited)
  @FieldResolver(() => UserType, { nullable: true, description: 'Whose account it is about.' })
  user(@Root() event: AuditEventType, @Ctx() context: Context): Promise<UserType | null> {
    return person(event.userId, context);
  }
}

async function person(id: string | null, context: Context): Promise<UserType | null> {
  const user = id && (await context.user(id));
  return user ? UserType.from(user) : null;
}
