import { UNIQUE_VIOLATION, sqlState } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller, Viewer } from '../caller.js';
import { newId } from '../new-id.js';
import { findRole, requireGrantable, requireRole, sorted, type StoredRole } from './catalogue.js';
import {
  refuse,
  refuseField,
  type ChangePermissions,
  type PermissionChange,
  type Refusal,
} from './change-permissions.js';
import { findLosses } from './find-losses.js';
import { requireTitle } from './titles.js';
import { revokeAllOfRole } from './revoke-with.js';
import { Role, RolePermission } from './role.entity.js';

export type RoleOutcome = { kind: 'saved'; roleId: string } | Refusal;
export type DeleteRoleOutcome = { kind: 'deleted'; name: string } | Refusal;

export interface RoleChange {
  name: string;
  /** Each is left alone when undefined. */
  newName?: string | undefined;
  description?: string | null | undefined;
  permissions?: readonly string[] | undefined;
}

/** A longer list is refused as one fault, before each of its names is looked for. */
const MAX_PERMISSIONS = 5000;

function requireBounded(permissions: readonly string[]): string[] {
  if (permissions.length > MAX_PERMISSIONS)
    refuseField('permissions', 'TOO_MANY', `A role has at most ${MAX_PERMISSIONS} permissions.`);
  return sorted(permissions);
}

/** What a role is, as the audit trail keeps it. */
export function describeRole(role: Pick<StoredRole, 'name' | 'description' | 'permissions'>) {
  return { name: role.name, description: role.description, permissions: role.permissions };
}

/** Makes, changes and deletes roles that no manifest declares, by those who manage every permission in them. */
export function createChangeRoles({ changePermissions }: { changePermissions: ChangePermissions }) {
  async function createRole(
    input: { name: string; description?: string | null | undefined; permissions: readonly string[] },
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<RoleOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const name = requireTitle(input.name, input.description);
      const permissions = requireBounded(input.permissions);
      change.requireManagement(permissions);
      await requireGrantable(change.tx, input.permissions, (index) => `permissions[${index}]`);
      if (await findRole(change.tx, name)) refuse({ kind: 'nameTaken', name });
      const role = { name, description: input.description ?? null, permissions, service: null };
      return { kind: 'saved', roleId: await insertRole(change, role) };
    });
  }

  async function updateRole(
    input: RoleChange,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<RoleOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { tx } = change;
      const role = await requireRole(tx, input.name);
      change.requireManagement(role.permissions);
      refuseDeclared(role);
      const name =
        input.newName === undefined && input.description == null
          ? role.name
          : requireTitle(input.newName ?? role.name, input.description, 'newName');
      const permissions = input.permissions ? requireBounded(input.permissions) : role.permissions;
      if (input.permissions) {
        change.requireManagement(permissions);
        const added = permissions.filter((permission) => !role.permissions.includes(permission));
        change.requireLasting(added, null);
        await requireGrantable(
          tx,
          added,
          (index) => `permissions[${input.permissions!.indexOf(added[index]!)}]`,
        );
      }
      const other = await findRole(tx, name);
      if (other && other.id !== role.id) refuse({ kind: 'nameTaken', name });
      const description = input.description === undefined ? role.description : input.description;
      await updateStoredRole(change, role, { name, description, permissions });
      return { kind: 'saved', roleId: role.id };
    });
  }

  async function deleteRole(
    input: { name: string; confirm: boolean },
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<DeleteRoleOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const role = await requireRole(change.tx, input.name);
      change.requireManagement(role.permissions);
      refuseDeclared(role);
      if (!input.confirm) {
        const pairs = role.permissions.map((permission) => ({ roleId: role.id, permission }));
        const losses = await findLosses(change.tx, change.now, { rolePermissions: pairs });
        if (losses.length > 0) refuse({ kind: 'lossNotConfirmed', losses });
      }
      await removeRole(change, role);
      return { kind: 'deleted', name: role.name };
    });
  }

  return { createRole, updateRole, deleteRole };
}

function refuseDeclared(role: StoredRole): void {
  if (role.service !== null)
    refuseField('name', 'DECLARED', `The manifest of ${role.service} declares this role; change it there.`);
}

/** Inserts a role with its permissions, and the trace of it. */
export async function insertRole(change: PermissionChange, role: Omit<StoredRole, 'id'>): Promise<string> {
  const { tx, now } = change;
  const id = newId(now);
  try {
    const { name, description, service } = role;
    await tx.insert(Role, { id, name, description, service, createdAt: now, updatedAt: now });
  } catch (error) {
    // lower() of PostgreSQL and of JavaScript differ in a few letters; the index decides.
    if (sqlState(error) === UNIQUE_VIOLATION) refuse({ kind: 'nameTaken', name: role.name });
    throw error;
  }
  await insertPermissions(change, id, role.permissions);
  await recordEvents(tx, now, change.caller, [
    {
      type: 'role.created',
      actorId: change.actorId,
      userId: null,
      subject: { kind: 'role', name: role.name },
      before: null,
      after: describeRole(role),
    },
  ]);
  return id;
}

/** Brings a stored role to another state; nothing is written when it is in it. */
export async function updateStoredRole(
  change: PermissionChange,
  role: StoredRole,
  after: Pick<StoredRole, 'name' | 'description' | 'permissions'>,
): Promise<void> {
  const { tx, now } = change;
  if (JSON.stringify(describeRole(role)) === JSON.stringify(describeRole(after))) return;
  const { name, description } = after;
  await tx.nativeUpdate(Role, { id: role.id }, { name, description, updatedAt: now });
  const gone = role.permissions.filter((permission) => !after.permissions.includes(permission));
  if (gone.length > 0) await tx.nativeDelete(RolePermission, { roleId: role.id, permission: { $in: gone } });
  const added = after.permissions.filter((permission) => !role.permissions.includes(permission));
  await insertPermissions(change, role.id, added);
  await recordEvents(tx, now, change.caller, [
    {
      type: 'role.changed',
      actorId: change.actorId,
      userId: null,
      subject: { kind: 'role', name: role.name },
      before: describeRole(role),
      after: describeRole(after),
    },
  ]);
}

async function insertPermissions(
  { tx }: PermissionChange,
  roleId: string,
  permissions: readonly string[],
): Promise<void> {
  if (permissions.length === 0) return;
  await tx.insertMany(
    RolePermission,
    permissions.map((permission) => ({ roleId, permission })),
  );
}

/** Deletes a role with its grants: who makes one of the same name again gives it to nobody. */
export async function removeRole(change: PermissionChange, role: StoredRole): Promise<void> {
  const { tx, now } = change;
  await revokeAllOfRole(change, role);
  await tx.nativeDelete(RolePermission, { roleId: role.id });
  await tx.nativeDelete(Role, { id: role.id });
  await recordEvents(tx, now, change.caller, [
    {
      type: 'role.deleted',
      actorId: change.actorId,
      userId: null,
      subject: { kind: 'role', name: role.name },
      before: describeRole(role),
      after: null,
    },
  ]);
}
