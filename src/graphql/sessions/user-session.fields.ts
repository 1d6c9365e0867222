import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, inherited } from '../access.js';
import type { Context } from '../context.js';
import { listCost } from '../paging.js';
import { SessionServiceType } from './session-service.type.js';
import { SESSION, UserSessionType } from './user-session.type.js';

/** Fields of UserSession that are read from elsewhere, batched over all sessions of the answer. */
@Resolver(() => UserSessionType)
export class UserSessionFields {
  @Access(inherited)
  @FieldResolver(() => [SessionServiceType], {
    description: 'What is signed in to by it, the earliest first.',
    complexity: listCost(5),
  })
  async services(@Root() { [SESSION]: session }: UserSessionType, @Ctx() context: Context) {
    const [signedIn, service] = await Promise.all([
      context.servicesOfSession(session.id),
      session.service === null ? null : context.reads.service.load(session.service),
    ]);
    return [
      ...(service ? [SessionServiceType.ofLogin(session, service)] : []),
      ...signedIn.map(SessionServiceType.from),
    ];
  }
}
