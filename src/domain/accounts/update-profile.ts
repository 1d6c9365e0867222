import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller, FieldProblem, Viewer } from '../caller.js';
import { holdSession } from '../sessions/index.js';
import { User, checkName, checkPicture } from '../users/index.js';

export type UpdateProfileOutcome =
  { kind: 'updated' } | { kind: 'sessionEnded' } | { kind: 'invalidInput'; problems: FieldProblem[] };

export interface ProfileChange {
  /** Left alone when undefined. */
  name?: string | undefined;
  /** Left alone when undefined, removed when null. */
  picture?: string | null | undefined;
}

/** Changes the caller's own name or picture, all of it or nothing. */
export function createUpdateProfile({ database, clock }: { database: Database; clock: Clock }) {
  return async function updateProfile(
    change: ProfileChange,
    viewer: Viewer,
    caller: Caller,
  ): Promise<UpdateProfileOutcome> {
    const problems: FieldProblem[] = [];
    const accepted: { name?: string; picture?: string | null } = {};
    if (change.name !== undefined) {
      const checked = checkName(change.name);
      if ('problem' in checked) problems.push(checked.problem);
      else accepted.name = checked.name;
    }
    if (change.picture !== undefined) {
      const problem = change.picture === null ? null : checkPicture(change.picture);
      if (problem) problems.push(problem);
      else accepted.picture = change.picture;
    }
    if (problems.length > 0) return { kind: 'invalidInput', problems };
    return database.transaction(async (tx): Promise<UpdateProfileOutcome> => {
      const now = clock.now();
      if (!(await holdSession(tx, viewer, now))) return { kind: 'sessionEnded' };
      if (Object.keys(accepted).length === 0) return { kind: 'updated' };
      await tx.nativeUpdate(User, { id: viewer.userId, status: 'ACTIVE' }, { ...accepted, updatedAt: now });
      // Which fields, not what they were: the trail outlives a deletion, personal data must not.
      await recordEvents(tx, now, caller, [
        {
          type: 'user.profile-updated',
          actorId: viewer.userId,
          userId: viewer.userId,
          details: { fields: Object.keys(accepted) },
        },
      ]);
      return { kind: 'updated' };
    });
  };
}
