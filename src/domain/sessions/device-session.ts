import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import type { Caller } from '../caller.js';
import { livesSql } from './session-row.js';
import { startSession, type SessionOptions } from './start-session.js';

interface Deps {
  database: Database;
  clock: Clock;
  sessions: SessionOptions;
}

/** Who lets a device in, by which session of a browser, and what for. */
export interface DeviceApproval {
  browserSessionId: string;
  userId: string;
  clientId: string;
  grantId: string;
  amr: string[];
}

/** Until the commit neither the session nor the account ends. */
const HOLD = `SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.id = ? AND u.id = ? AND u.status = 'ACTIVE' AND ${livesSql('s', '?')} FOR SHARE OF s, u`;

/**
 * A television that was let in by a telephone is signed in for itself: it is listed and ended as any other device, and goes on
 * when the browser is signed out in which its owner said yes.
 * @returns the id of its session; null when the browser's has ended
 */
export function createDeviceSessions({ database, clock, sessions }: Deps) {
  return async function startDeviceSession(approval: DeviceApproval, device: Caller): Promise<string | null> {
    const { browserSessionId, userId, clientId, grantId, amr } = approval;
    return database.transaction(async (tx) => {
      const now = clock.now();
      const held: unknown[] = await tx.execute(HOLD, [browserSessionId, userId, now, now]);
      if (held.length === 0) return null;
      const { id } = await startSession(tx, now, device, { userId, clientId, amr }, sessions);
      await tx.execute(
        'INSERT INTO session_clients (session_id, client_id, grant_id, created_at, last_used_at) VALUES (?, ?, ?, ?, ?)',
        [id, clientId, grantId, now, now],
      );
      return id;
    });
  };
}
