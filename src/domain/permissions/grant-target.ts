import { validate as isUuid } from 'uuid';
import type { EntityManager } from '../../platform/database.js';
import { requirePermission, requireRole } from './catalogue.js';
import { refuse, refuseField } from './change-permissions.js';
import type { GrantTable } from './grant-record.js';

/** To whom something is given, and what: one of each pair. */
export interface GrantTarget {
  userId?: string | null | undefined;
  groupId?: string | null | undefined;
  role?: string | undefined;
  permission?: string | undefined;
}

/** A target that was found in the database. */
export interface ResolvedTarget {
  table: GrantTable;
  subjectColumn: 'user_id' | 'group_id';
  subjectId: string;
  whatColumn: 'role_id' | 'permission';
  whatId: string;
  what: 'role' | 'permission';
  /** Name of the role or permission. */
  name: string;
  /** Everything that the grant gives. */
  permissions: string[];
  deprecated: string | null;
  groupName: string | null;
  /** The service whose managers change the group's members; null for a user and for a group of no service. */
  groupService: string | null;
}

/** @throws a refusal when user, group, role or permission is not there, or when not exactly one of each is named */
export async function resolveTarget(tx: EntityManager, target: GrantTarget): Promise<ResolvedTarget> {
  const subject = await resolveSubject(tx, target.userId ?? null, target.groupId ?? null);
  const prefix = subject.groupName === null ? '' : 'group_';
  if (target.role !== undefined) {
    const role = await requireRole(tx, target.role);
    return {
      ...subject,
      table: `${prefix}role_grants`,
      whatColumn: 'role_id',
      whatId: role.id,
      what: 'role',
      name: role.name,
      permissions: role.permissions,
      deprecated: null,
    };
  }
  const { name, deprecated } = await requirePermission(tx, target.permission ?? '');
  return {
    ...subject,
    table: `${prefix}permission_grants`,
    whatColumn: 'permission',
    whatId: name,
    what: 'permission',
    name,
    permissions: [name],
    deprecated,
  };
}

async function resolveSubject(tx: EntityManager, userId: string | null, groupId: string | null) {
  if ((userId === null) === (groupId === null))
    return refuseField('userId', 'ONE_OF', 'Give either `userId` or `groupId`.');
  if (userId !== null) {
    const id = await requireUser(tx, userId);
    return { subjectColumn: 'user_id' as const, subjectId: id, groupName: null, groupService: null };
  }
  const { id, name, service } = await requireGroup(tx, groupId!);
  return { subjectColumn: 'group_id' as const, subjectId: id, groupName: name, groupService: service };
}

/** The user, held until the transaction ends, so that no grant is left on a tombstone. */
export async function requireUser(tx: EntityManager, userId: string): Promise<string> {
  const [user]: { id: string }[] = isUuid(userId)
    ? await tx.execute(`SELECT id FROM users WHERE id = ? AND status <> 'DELETED' FOR SHARE`, [userId])
    : [];
  return user?.id ?? refuse({ kind: 'notFound', what: 'user' });
}

export interface StoredGroup {
  id: string;
  name: string;
  description: string | null;
  service: string | null;
}

export async function requireGroup(tx: EntityManager, groupId: string): Promise<StoredGroup> {
  const [group]: StoredGroup[] = isUuid(groupId)
    ? await tx.execute('SELECT id, name, description, service FROM user_groups WHERE id = ?', [groupId])
    : [];
  return group ?? refuse({ kind: 'notFound', what: 'group' });
}
