import { recordEvents } from '../audit/index.js';
import type { Caller, Viewer } from '../caller.js';
import { refuse, refuseField, type ChangePermissions, type Refusal } from './change-permissions.js';
import { explainNow, type PermissionPath } from './explain-permission.js';
import { findGrant, grantEvent } from './grant.js';
import { resolveTarget, type GrantTarget } from './grant-target.js';
import { checkText } from './titles.js';

export type RevokeOutcome =
  | {
      kind: 'revoked';
      userId: string | null;
      groupId: string | null;
      /** For one permission of one user: by which ways it is still held. */
      stillHeldBy: PermissionPath[];
    }
  | Refusal;

export interface RevokeInput extends GrantTarget {
  /** Why, for the audit trail. */
  reason?: string | null | undefined;
}

/** Takes a role or a permission from a user or a group, by those who may give it. */
export function createRevoke({ changePermissions }: { changePermissions: ChangePermissions }) {
  return async function revoke(
    input: RevokeInput,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<RevokeOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { tx, now } = change;
      const fault = checkText(input.reason, 'reason');
      if (fault) refuseField(fault.path, fault.code, fault.message);
      const target = await resolveTarget(tx, input);
      change.requireManagement(target.permissions);
      const present = await findGrant(change, target);
      if (!present) refuse({ kind: 'notFound', what: 'grant' });
      await tx.execute(`DELETE FROM ${target.table} WHERE id = ?`, [present.id]);
      const details = input.reason ? { reason: input.reason } : {};
      const terms = { before: present, after: null };
      await recordEvents(tx, now, caller, [grantEvent(change, 'revoked', target, terms, details)]);
      const { userId, groupId } = present;
      const stillHeldBy =
        userId !== null && target.what === 'permission'
          ? (await explainNow(tx, userId, target.name)).filter((path) => path.inForce(now))
          : [];
      return { kind: 'revoked', userId, groupId, stillHeldBy };
    });
  };
}
