import type { EntityManager } from '../../platform/database.js';
import { newId } from '../new-id.js';
import { LogoutDelivery } from './logout-delivery.entity.js';

/** A client that a session was signed in to until now. */
export interface SignedInTo {
  sessionId: string;
  clientId: string;
}

/** Puts a logout for each client that wants to hear of it into the outbox, in the transaction that is its reason. */
export async function queueLogouts(
  tx: EntityManager,
  now: Date,
  userId: string,
  left: readonly SignedInTo[],
): Promise<void> {
  if (left.length === 0) return;
  const clientIds = [...new Set(left.map(({ clientId }) => clientId))];
  const listening: { id: string }[] = await tx.execute(
    `SELECT id FROM oauth_clients WHERE backchannel_logout_uri IS NOT NULL
       AND id IN (${clientIds.map(() => '?').join(', ')})`,
    clientIds,
  );
  const wanted = new Set(listening.map(({ id }) => id));
  const deliveries = left
    .filter(({ clientId }) => wanted.has(clientId))
    .map(({ sessionId, clientId }) => ({
      id: newId(now),
      clientId,
      userId,
      sessionId,
      createdAt: now,
      nextAttemptAt: now,
      attempts: 0,
    }));
  if (deliveries.length > 0) await tx.insertMany(LogoutDelivery, deliveries);
}
