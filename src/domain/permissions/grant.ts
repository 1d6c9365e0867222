import { recordEvents, type AuditEntry } from '../audit/index.js';
import type { Caller, Viewer } from '../caller.js';
import { newId } from '../new-id.js';
import {
  refuse,
  refuseField,
  type ChangePermissions,
  type PermissionChange,
  type Refusal,
} from './change-permissions.js';
import { GRANT_COLUMNS, toGrantRecord, type GrantRecord, type GrantRow } from './grant-record.js';
import { managerPermission } from './permission-name.js';
import { resolveTarget, type GrantTarget, type ResolvedTarget } from './grant-target.js';
import { checkText } from './titles.js';

export type GrantOutcome = { kind: 'granted'; grant: GrantRecord } | Refusal;

export interface GrantInput extends GrantTarget {
  reason?: string | null | undefined;
  /** From then on it counts no more; for good when null. */
  expiresAt?: Date | null | undefined;
}

/**
 * Gives a role or a permission to a user or a group, by those who manage everything in it. What is already given
 * gets the new reason and expiry; the same grant twice changes nothing.
 */
export function createGrant({ changePermissions }: { changePermissions: ChangePermissions }) {
  return async function grant(
    input: GrantInput,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<GrantOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const fault = checkText(input.reason, 'reason');
      if (fault) refuse({ kind: 'invalidInput', problems: [fault] });
      const target = await resolveTarget(change.tx, input);
      change.requireManagement(target.permissions);
      // Whoever manages the members of a group manages all that it gives: a stranger's grant would take that from them.
      if (target.groupService !== null) change.requireManagement([managerPermission(target.groupService)]);
      if (target.deprecated !== null)
        refuseField(
          'permission',
          'DEPRECATED',
          `${target.name} is deprecated and cannot be given anew. ${target.deprecated}`.trim(),
        );
      const expiresAt = input.expiresAt ?? null;
      if (expiresAt !== null && expiresAt <= change.now)
        refuseField('expiresAt', 'PAST', 'The expiry must lie in the future.');
      change.requireLasting(target.permissions, expiresAt);
      return { kind: 'granted', grant: await writeGrant(change, target, input.reason ?? null, expiresAt) };
    });
  };
}

async function writeGrant(
  change: PermissionChange,
  target: ResolvedTarget,
  reason: string | null,
  expiresAt: Date | null,
): Promise<GrantRecord> {
  const { tx, now, actorId } = change;
  const present = await findGrant(change, target);
  const isSame = present?.reason === reason && present.expiresAt?.getTime() === expiresAt?.getTime();
  if (present && isSame) return present;
  const values = [newId(now), target.subjectId, target.whatId, actorId, reason, now, expiresAt];
  await tx.execute(
    `INSERT INTO ${target.table} (id, ${target.subjectColumn}, ${target.whatColumn}, granted_by, reason, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (${target.subjectColumn}, ${target.whatColumn}) DO UPDATE SET granted_by = excluded.granted_by,
       reason = excluded.reason, created_at = excluded.created_at, expires_at = excluded.expires_at`,
    values,
  );
  const terms = { before: present, after: { reason, expiresAt } };
  await recordEvents(tx, now, change.caller, [grantEvent(change, 'granted', target, terms)]);
  return (await findGrant(change, target))!;
}

/** The grant that is there, whether in force or not. */
export async function findGrant(
  { tx }: PermissionChange,
  target: ResolvedTarget,
): Promise<GrantRecord | null> {
  const [row]: GrantRow[] = await tx.execute(
    `SELECT ${GRANT_COLUMNS[target.table]} FROM ${target.table} g
     WHERE g.${target.subjectColumn} = ? AND g.${target.whatColumn} = ?`,
    [target.subjectId, target.whatId],
  );
  return row ? toGrantRecord(row) : null;
}

type Terms = Pick<GrantRecord, 'reason' | 'expiresAt'>;

/** The trace of a grant that came, changed or went. */
export function grantEvent(
  change: Pick<PermissionChange, 'actorId'>,
  verb: 'granted' | 'revoked',
  target: Pick<ResolvedTarget, 'what' | 'name' | 'subjectColumn' | 'subjectId' | 'groupName'>,
  terms: { before: Terms | null; after: Terms | null },
  details: Record<string, unknown> = {},
): AuditEntry {
  const shown = (grant: Terms | null) =>
    grant && { reason: grant.reason, expiresAt: grant.expiresAt?.toISOString() ?? null };
  const isUser = target.subjectColumn === 'user_id';
  return {
    type: `${target.what}.${verb}`,
    actorId: change.actorId,
    userId: isUser ? target.subjectId : null,
    subject: { kind: target.what, name: target.name },
    before: shown(terms.before),
    after: shown(terms.after),
    details: isUser ? details : { ...details, group: target.groupName, groupId: target.subjectId },
  };
}
