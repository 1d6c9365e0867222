import type { EntityManager } from '../../platform/database.js';
import type { Viewer } from '../caller.js';
import { livesSql } from './session-row.js';

/**
 * Locks the caller's session until the transaction ends; false when it has ended. The check at the door
 * may be a hash ago: whoever was signed out in between must not change anything any more.
 */
export async function holdSession(tx: EntityManager, viewer: Viewer, now: Date): Promise<boolean> {
  const living: unknown[] = await tx.execute(
    `SELECT 1 FROM sessions s WHERE s.id = ? AND ${livesSql('s', '?')} FOR UPDATE`,
    [viewer.sessionId, now, now],
  );
  return living.length === 1;
}
