import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import type { Logger } from '../../platform/logger.js';
import type { OutgoingHttp } from '../../platform/outgoing-http.js';
import type { LogoutTokens } from '../tokens/index.js';
import { createDeliverLogout, type DeliverLogout } from './deliver-logout.js';
import { takeDeliveries, type TakenDelivery } from './take-deliveries.js';

/** So many services are told at once by one node. */
const MAX_CLIENTS = 32;
/** Between looks for what has come, while services are being told. */
const LOOK_MS = 200;
/** A service that cannot be reached is left alone by this node for so long. */
const PAUSE_SECONDS = 10;

interface Deps {
  database: Database;
  clock: Clock;
  outgoing: OutgoingHttp;
  logoutTokens: LogoutTokens;
  logger: Logger;
  /** Hears how every attempt ended. */
  counted(deliver: DeliverLogout): DeliverLogout;
}

/**
 * Tells services what waits in the outbox, until nothing is due. Each service has a few places of its own, so that one
 * that is slow or dead keeps no other waiting.
 */
export function createDeliverLogouts(deps: Deps) {
  const { database, clock, logger } = deps;
  const deliver = deps.counted(createDeliverLogout(deps));
  /** Clients that are being told at this moment. */
  const underWay = new Map<string, Promise<void>>();
  const pausedUntil = new Map<string, number>();

  async function tell(deliveries: TakenDelivery[], signal?: AbortSignal): Promise<void> {
    const { clientId } = deliveries[0]!;
    try {
      const outcomes = await Promise.all(deliveries.map((delivery) => deliver(delivery, signal)));
      const isDead = outcomes.every(({ kind }) => kind === 'unreachable');
      if (isDead) pausedUntil.set(clientId, clock.now().getTime() + PAUSE_SECONDS * 1000);
    } catch (error) {
      // The database, most likely. The rows come back by themselves.
      logger.error({ event: 'logout.failed', clientId, err: error }, 'a logout could not be worked on');
    } finally {
      underWay.delete(clientId);
    }
  }

  async function begin(signal?: AbortSignal): Promise<void> {
    const now = clock.now();
    for (const [clientId, until] of pausedUntil) if (until <= now.getTime()) pausedUntil.delete(clientId);
    const left = [...underWay.keys(), ...pausedUntil.keys()];
    const taken = await takeDeliveries(database, now, left, MAX_CLIENTS - underWay.size);
    for (const [clientId, deliveries] of Map.groupBy(taken, (delivery) => delivery.clientId))
      underWay.set(clientId, tell(deliveries, signal));
  }

  return async function deliverLogouts(signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (!signal?.aborted && underWay.size < MAX_CLIENTS) await begin(signal);
      if (underWay.size === 0) return;
      await Promise.race([...underWay.values(), sleep(LOOK_MS, undefined, { ref: false })]);
    }
  };
}
