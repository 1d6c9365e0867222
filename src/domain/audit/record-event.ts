import type { EntityManager } from '../../platform/database.js';
import type { Caller } from '../caller.js';
import { AuditEvent } from './audit-event.entity.js';
import { newId } from '../new-id.js';

/** Every kind of event, and when it is written. `docs/security.md` shows this table. */
export const AUDIT_EVENT_TYPES = {
  'user.registered': 'somebody made an account for themselves',
  'user.created': 'an operator or an administrator made an account',
  'user.profile-updated': 'name or picture changed',
  'user.suspended': 'an account was barred from signing in',
  'user.reactivated': 'a suspended account may sign in again',
  'user.deleted': 'an account became a tombstone and its personal data went',
  'password.changed': 'the owner chose a new password',
  'login.failed': 'a sign-in attempt was refused',
  'session.started': 'somebody signed in',
  'session.ended': 'a session ended, with the reason',
  'refresh-token.reused': 'an old refresh token was presented: its session was ended as stolen',
  'permission.granted': 'a permission was given to a user',
} as const;
export type AuditEventType = keyof typeof AUDIT_EVENT_TYPES;

export interface AuditEntry {
  type: AuditEventType;
  /** Who did it; null for Signet itself and for people who are not signed in. */
  actorId: string | null;
  /** Whose account it is about. */
  userId: string | null;
  sessionId?: string | null;
  details?: Record<string, unknown>;
}

/** Writes events in the caller's transaction: a change and its trace exist together or not at all. */
export async function recordEvents(
  tx: EntityManager,
  now: Date,
  caller: Caller | null,
  entries: AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await tx.insertMany(
    AuditEvent,
    entries.map((entry) => ({
      id: newId(now),
      occurredAt: now,
      type: entry.type,
      actorId: entry.actorId,
      userId: entry.userId,
      sessionId: entry.sessionId ?? null,
      ipAddress: caller?.ipAddress ?? null,
      userAgent: caller?.userAgent ?? null,
      requestId: caller?.requestId ?? null,
      details: entry.details ?? {},
    })),
  );
}
