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
  'session.service-left': 'one service was signed out of a session, which goes on',
  'logout.not-delivered': 'a service did not take the news of a logout for a day, and is not told any more',
  'refresh-token.reused': 'an old refresh token was presented: its session was ended as stolen',
  'permission.granted': 'a permission was given to a user or a group, or such a grant was changed',
  'permission.revoked': 'a permission was taken from a user or a group, or went with what it hung on',
  'permission.declared': 'a service declared a permission',
  'permission.changed': 'a service changed what it says of a permission, or deprecated it',
  'permission.removed': 'a service removed a permission',
  'role.created': 'a role was made',
  'role.changed': 'name, description or permissions of a role changed',
  'role.deleted': 'a role was deleted, and with it its grants',
  'role.granted': 'a role was given to a user or a group, or such a grant was changed',
  'role.revoked': 'a role was taken from a user or a group, or went with what it hung on',
  'group.created': 'a group was made',
  'group.changed': 'name, description or service of a group changed',
  'group.deleted': 'a group was deleted, and with it its grants',
  'group.member-added': 'a user or a group became a member of a group',
  'group.member-removed': 'a user or a group is no longer a member of a group',
  'service.registered': 'a service joined',
  'service.changed': 'name, description or access of a service changed',
  'service.removed': 'a service left, and with it its permissions, roles and clients',
  'client.added': 'a service got an OAuth client',
  'client.changed': 'what an OAuth client is told to be changed',
  'client.removed': 'an OAuth client was deleted, and with it its secrets',
  'client-secret.rotated': 'an OAuth client got a new secret, and the old ones an end',
  'client-secret.revoked': 'a secret of an OAuth client was ended at once',
  'consent.given': 'a user let a third party have what it asked for',
  'consent.taken-back': 'a user took that back: what the third party got by it has ended',
} as const;
export type AuditEventType = keyof typeof AUDIT_EVENT_TYPES;

export interface AuditEntry {
  type: AuditEventType;
  /** Who did it; null for Signet itself and for people who are not signed in. */
  actorId: string | null;
  /** Whose account it is about. */
  userId: string | null;
  sessionId?: string | null;
  /** What it is about beside a user, under the name that it had at that moment. */
  subject?: { kind: 'service' | 'permission' | 'role' | 'group' | 'client'; name: string };
  /** What stood there before and after; null where there was or is nothing. */
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
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
      subjectKind: entry.subject?.kind ?? null,
      subjectName: entry.subject?.name ?? null,
      before: entry.before ?? null,
      after: entry.after ?? null,
      ipAddress: caller?.ipAddress ?? null,
      userAgent: caller?.userAgent ?? null,
      requestId: caller?.requestId ?? null,
      details: entry.details ?? {},
    })),
  );
}
