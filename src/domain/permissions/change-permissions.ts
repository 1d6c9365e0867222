import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import type { Caller, FieldProblem, Viewer } from '../caller.js';
import { permanentAdministratorExists } from './administrators.js';
import { heldNow } from './held-now.js';
import { lackedToManage, outlivedManagement } from './may-manage.js';
import { ADMINISTRATION } from './permissions.js';

/** Who loses a permission by a change. */
export interface PermissionLoss {
  permission: string;
  userCount: number;
  /** The first 20 of them, by id. */
  userIds: string[];
}

/** Why a change of who may do what was not made. Nothing was changed. */
export type Refusal =
  | { kind: 'sessionEnded' }
  /** Lacks the permission, or, with `until`, does not hold it for so long (null: for good). */
  | { kind: 'forbidden'; permission: string; until?: Date | null }
  | {
      kind: 'notFound';
      what: 'user' | 'role' | 'permission' | 'group' | 'service' | 'grant' | 'member' | 'client' | 'secret';
    }
  | { kind: 'invalidInput'; problems: FieldProblem[] }
  | { kind: 'nameTaken'; name: string }
  | { kind: 'lastAdministrator' }
  | { kind: 'lossNotConfirmed'; losses: PermissionLoss[] };

/** Thrown inside the transaction, which it ends: the change is refused, and what was written so far goes. */
class RefusedError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.kind);
  }
}

export function refuse(refusal: Refusal): never {
  throw new RefusedError(refusal);
}

/** One fault of one field. */
export function refuseField(path: string, code: string, message: string): never {
  return refuse({ kind: 'invalidInput', problems: [{ path, code, message }] });
}

/** A change under way: nobody else changes who may do what until it ends. */
export interface PermissionChange {
  tx: EntityManager;
  now: Date;
  caller: Caller | null;
  /** Null on the command line, where the operator is known to the machine and may do everything. */
  actorId: string | null;
  /** @throws a refusal unless the actor manages all of these permissions, by what they hold at this moment */
  requireManagement(permissions: readonly string[]): void;
  /**
   * For what gives permissions until a moment, or for good when null.
   * @throws a refusal when they let others manage something for longer than the actor does
   */
  requireLasting(permissions: readonly string[], until: Date | null): void;
}

interface Deps {
  database: Database;
  clock: Clock;
  /** Locks the session that asks; false when it has ended. */
  holdSession(tx: EntityManager, viewer: Viewer, now: Date): Promise<boolean>;
}

/** Who changes roles, groups, grants or manifests waits here for whoever is ahead. */
export async function lockPermissions(tx: EntityManager): Promise<void> {
  await tx.execute('SELECT id FROM permission_locks WHERE id = 1 FOR UPDATE');
}

/**
 * The one frame of every change of who may do what. One change at a time: what the actor may do is read after
 * the lock, so that a right revoked a moment ago cannot be used any more, two changes that are harmless alone cannot
 * make a cycle or an orphan together, and the last administrator stays whichever way they would go.
 */
export function createChangePermissions({ database, clock, holdSession }: Deps) {
  return async function changePermissions<Outcome extends { kind: string }>(
    viewer: Viewer | null,
    caller: Caller | null,
    work: (change: PermissionChange) => Promise<Outcome>,
  ): Promise<Outcome | Refusal> {
    try {
      return await database.transaction(async (tx) => {
        await lockPermissions(tx);
        const now = clock.now();
        if (viewer && !(await holdSession(tx, viewer, now))) refuse({ kind: 'sessionEnded' });
        const held = viewer ? await heldNow(tx, viewer, now) : new Map([[ADMINISTRATION, null]]);
        const hadAdministrator = await permanentAdministratorExists(tx);
        const outcome = await work({
          tx,
          now,
          caller,
          actorId: viewer?.userId ?? null,
          requireManagement(permissions) {
            const lacked = lackedToManage(new Set(held.keys()), permissions);
            if (lacked) refuse({ kind: 'forbidden', permission: lacked });
          },
          requireLasting(permissions, until) {
            const permission = outlivedManagement(held, permissions, until);
            if (permission) refuse({ kind: 'forbidden', permission, until });
          },
        });
        if (hadAdministrator && !(await permanentAdministratorExists(tx)))
          refuse({ kind: 'lastAdministrator' });
        return outcome;
      });
    } catch (error) {
      if (error instanceof RefusedError) return error.refusal;
      throw error;
    }
  };
}

export type ChangePermissions = ReturnType<typeof createChangePermissions>;
