import { secondsLater, type Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import type { Logger } from '../../platform/logger.js';
import { TargetRefusedError, type OutgoingHttp } from '../../platform/outgoing-http.js';
import { recordEvents } from '../audit/index.js';
import type { LogoutTokens } from '../tokens/index.js';
import { LogoutDelivery } from './logout-delivery.entity.js';
import type { TakenDelivery } from './take-deliveries.js';

const FIRST_RETRY_SECONDS = 10;
const LONGEST_RETRY_SECONDS = 900;
/** Sessions of services seldom live longer by themselves. */
export const DELIVERY_LIFETIME_SECONDS = 24 * 3600;

export type DeliveryOutcome =
  /** The service has heard. */
  | { kind: 'delivered' }
  /** It wants to hear nothing any more. */
  | { kind: 'needless' }
  /** It answered something else; tried again later. */
  | { kind: 'refused' }
  /** It did not answer, or may not be called; tried again later. */
  | { kind: 'unreachable' }
  /** This node stops; another goes on. */
  | { kind: 'interrupted' }
  | { kind: 'givenUp' };

export type DeliverLogout = (delivery: TakenDelivery, signal?: AbortSignal) => Promise<DeliveryOutcome>;

interface Deps {
  database: Database;
  clock: Clock;
  outgoing: OutgoingHttp;
  logoutTokens: LogoutTokens;
  logger: Logger;
}

type Failure = { kind: 'refused' | 'unreachable'; reason: string };

/** One attempt to tell a service. At least once: a crash after the service's answer tells it again. */
export function createDeliverLogout(deps: Deps): DeliverLogout {
  const { database, clock, outgoing, logoutTokens, logger } = deps;
  async function attempt(
    delivery: TakenDelivery,
    url: string,
    signal?: AbortSignal,
  ): Promise<Failure | null> {
    const token = await logoutTokens.mint(delivery);
    const contentType = 'application/x-www-form-urlencoded';
    const body = new URLSearchParams({ logout_token: token }).toString();
    try {
      const { status } = await outgoing.post({ url, contentType, body }, signal);
      return status >= 200 && status < 300 ? null : { kind: 'refused', reason: `status ${status}` };
    } catch (error) {
      return { kind: 'unreachable', reason: reasonOf(error) };
    }
  }

  const forget = (id: string) => database.orm.em.fork().nativeDelete(LogoutDelivery, { id });

  async function giveUp(delivery: TakenDelivery, reason: string): Promise<DeliveryOutcome> {
    const { id, clientId, userId, sessionId, attempts } = delivery;
    await database.transaction(async (tx) => {
      if ((await tx.nativeDelete(LogoutDelivery, { id })) === 0) return;
      const subject = { kind: 'client' as const, name: clientId };
      const details = { attempts, reason };
      await recordEvents(tx, clock.now(), null, [
        { type: 'logout.not-delivered', actorId: null, userId, sessionId, subject, details },
      ]);
    });
    const fields = { event: 'logout.not-delivered', clientId, sessionId, attempts, reason };
    logger.error(fields, 'a service was not told of a logout for a day; this one is given up');
    return { kind: 'givenUp' };
  }

  async function tryLater(delivery: TakenDelivery, { kind, reason }: Failure): Promise<DeliveryOutcome> {
    const { id, clientId, attempts, createdAt } = delivery;
    const now = clock.now();
    if (secondsLater(createdAt, DELIVERY_LIFETIME_SECONDS) <= now) return giveUp(delivery, reason);
    const nextAttemptAt = secondsLater(now, waitAfter(attempts));
    await database.orm.em.fork().nativeUpdate(LogoutDelivery, { id }, { nextAttemptAt });
    const fields = { event: 'logout.delayed', clientId, deliveryId: id, attempts, reason, nextAttemptAt };
    logger.warn(fields, 'a service did not take a logout; it will be told again');
    return { kind };
  }

  return async function deliverLogout(
    delivery: TakenDelivery,
    signal?: AbortSignal,
  ): Promise<DeliveryOutcome> {
    const { id, uri, attempts } = delivery;
    if (uri === null) {
      await forget(id);
      return { kind: 'needless' };
    }
    const failure = await attempt(delivery, uri, signal);
    if (failure === null) {
      await forget(id);
      return { kind: 'delivered' };
    }
    if (!signal?.aborted) return tryLater(delivery, failure);
    // It was not the service's fault.
    const givenBack = { nextAttemptAt: clock.now(), attempts: attempts - 1 };
    await database.orm.em.fork().nativeUpdate(LogoutDelivery, { id }, givenBack);
    return { kind: 'interrupted' };
  };
}

/** Twice as long every time, and never quite the same for all that failed together. */
function waitAfter(attempts: number): number {
  const wait = Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (attempts - 1));
  return wait * (0.9 + Math.random() / 5);
}

/** In words for operators; nothing of what was sent. */
function reasonOf(error: unknown): string {
  if (error instanceof TargetRefusedError) return `${error.message} (SIGNET_OUTGOING_ALLOW)`;
  const { name, code } = error as { name: string; code?: unknown };
  return typeof code === 'string' ? code : name;
}
