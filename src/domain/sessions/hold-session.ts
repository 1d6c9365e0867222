import type { EntityManager } from '../../platform/database.js';
import type { Viewer } from '../caller.js';
import { livesSql } from './session-row.js';

/**
 * Locks the caller's session until the transaction ends; false when it has ended, or the client that asks has left it. The check at the door
 * may be a hash ago: whoever was signed out in between must not change anything any more.
 */
export async function holdSession(tx: EntityManager, viewer: Viewer, now: Date): Promise<boolean> {
  const clientId = viewer.client?.clientId ?? null;
  const living: unknown[] = await tx.execute(
    `SELECT 1 FROM sessions s WHERE s.id = ? AND ${livesSql('s', '?')}
       AND (?::text IS NULL OR EXISTS (SELECT 1 FROM session_clients k WHERE k.session_id = s.id AND k.client_id = ?))
     FOR UPDATE OF s`,
    [viewer.sessionId, now, now, clientId, clientId],
  );
  return living.length === 1;
}
