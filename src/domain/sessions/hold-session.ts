import type { EntityManager } from '../../platform/database.js';
import type { Viewer } from '../caller.js';

/**
 * Locks the caller's session until the transaction ends; false when it has ended. The check at the door
 * may be a hash ago: whoever was signed out in between must not change anything any more.
 */
export async function holdSession(tx: EntityManager, viewer: Viewer): Promise<boolean> {
  const living: unknown[] = await tx.execute(
    'SELECT 1 FROM sessions WHERE id = ? AND ended_at IS NULL FOR UPDATE',
    [viewer.sessionId],
  );
  return living.length === 1;
}
