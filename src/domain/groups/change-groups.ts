import { UNIQUE_VIOLATION, sqlState } from '../../platform/database.js';
import { recordEvents, type AuditEntry } from '../audit/index.js';
import type { Caller, Viewer } from '../caller.js';
import { newId } from '../new-id.js';
import {
  SLUG,
  findLosses,
  managerPermission,
  refuse,
  requireGroup,
  requireTitle,
  revokeAllOfGroup,
  type ChangePermissions,
  type PermissionChange,
  type Refusal,
  type StoredGroup,
} from '../permissions/index.js';
import { deriveAncestors, permissionsThrough } from './ancestors.js';
import { GroupAncestor, GroupNesting, UserGroup } from './group.entities.js';
import { requireGroupManagement } from './require-group-management.js';

export type GroupOutcome = { kind: 'saved'; groupId: string } | Refusal;
export type DeleteGroupOutcome = { kind: 'deleted'; groupId: string } | Refusal;

export interface NewGroup {
  name: string;
  description?: string | null | undefined;
  /** The service whose managers may change its members. */
  service?: string | null | undefined;
}

const describe = ({ name, description, service }: Omit<StoredGroup, 'id'>) => ({
  name,
  description,
  service,
});

function event(
  change: PermissionChange,
  type: 'group.created' | 'group.changed' | 'group.deleted',
  group: { id: string; name: string },
  before: Omit<StoredGroup, 'id'> | null,
  after: Omit<StoredGroup, 'id'> | null,
): AuditEntry {
  return {
    type,
    actorId: change.actorId,
    userId: null,
    subject: { kind: 'group', name: group.name },
    before: before && describe(before),
    after: after && describe(after),
    details: { groupId: group.id },
  };
}

/** Makes, renames and deletes groups. */
export function createChangeGroups({ changePermissions }: { changePermissions: ChangePermissions }) {
  async function createGroup(
    input: NewGroup,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<GroupOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { tx, now } = change;
      const name = requireTitle(input.name, input.description);
      const service = input.service ?? null;
      change.requireManagement(service === null ? [] : [managerPermission(service)]);
      if (service !== null) {
        const known: unknown[] = SLUG.test(service)
          ? await tx.execute('SELECT 1 FROM services WHERE slug = ?', [service])
          : [];
        if (known.length === 0) refuse({ kind: 'notFound', what: 'service' });
      }
      const group = { id: newId(now), name, description: input.description ?? null, service };
      await refuseTaken(name, () => tx.insert(UserGroup, { ...group, createdAt: now, updatedAt: now }));
      await tx.insert(GroupAncestor, { groupId: group.id, ancestorId: group.id });
      await recordEvents(tx, now, change.caller, [event(change, 'group.created', group, null, group)]);
      return { kind: 'saved', groupId: group.id };
    });
  }

  async function updateGroup(
    input: { groupId: string; name?: string | undefined; description?: string | null | undefined },
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<GroupOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { tx, now } = change;
      const group = await requireGroup(tx, input.groupId);
      await requireGroupManagement(change, group);
      const name = requireTitle(input.name ?? group.name, input.description);
      const description = input.description === undefined ? group.description : input.description;
      const after = { ...group, name, description };
      if (JSON.stringify(after) !== JSON.stringify(group)) {
        await refuseTaken(name, () =>
          tx.nativeUpdate(UserGroup, { id: group.id }, { name, description, updatedAt: now }),
        );
        await recordEvents(tx, now, change.caller, [event(change, 'group.changed', group, group, after)]);
      }
      return { kind: 'saved', groupId: group.id };
    });
  }

  async function deleteGroup(
    input: { groupId: string; confirm: boolean },
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<DeleteGroupOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { tx, now } = change;
      const group = await requireGroup(tx, input.groupId);
      await requireGroupManagement(change, group);
      if (!input.confirm) {
        const permissions = await permissionsThrough(tx, group.id);
        const losses = await findLosses(tx, now, { group: { id: group.id, permissions } });
        if (losses.length > 0) refuse({ kind: 'lossNotConfirmed', losses });
      }
      await removeGroup(change, group);
      return { kind: 'deleted', groupId: group.id };
    });
  }

  return { createGroup, updateGroup, deleteGroup };
}

/** Deletes a group with its grants and its memberships. */
export async function removeGroup(change: PermissionChange, group: StoredGroup): Promise<void> {
  const { tx, now } = change;
  await revokeAllOfGroup(change, group);
  const inside: { member_group_id: string }[] = await tx.execute(
    'SELECT member_group_id FROM group_nestings WHERE group_id = ?',
    [group.id],
  );
  await releaseMembers(change, group);
  await tx.nativeDelete(GroupNesting, { $or: [{ groupId: group.id }, { memberGroupId: group.id }] });
  await tx.nativeDelete(GroupAncestor, { groupId: group.id });
  for (const { member_group_id: memberId } of inside) await deriveAncestors(tx, memberId);
  await tx.nativeDelete(UserGroup, { id: group.id });
  await recordEvents(tx, now, change.caller, [event(change, 'group.deleted', group, group, null)]);
}

/** Events in one statement: a group may have very many members. */
const BATCH = 1000;

/** Whoever was in the group is written down one by one: that is where they lose what it gave. */
async function releaseMembers(change: PermissionChange, group: StoredGroup): Promise<void> {
  const { tx, now, caller, actorId } = change;
  const members: { user_id: string | null; id: string | null; name: string | null }[] = await tx.execute(
    `WITH gone AS (DELETE FROM group_members WHERE group_id = ? RETURNING user_id)
     SELECT user_id, NULL::uuid AS id, NULL::text AS name FROM gone
     UNION ALL
     SELECT NULL, g.id, g.name FROM group_nestings n JOIN user_groups g ON g.id = n.member_group_id
       WHERE n.group_id = ?`,
    [group.id, group.id],
  );
  const details = { groupId: group.id, because: `group ${group.name} was deleted` };
  const entries = members.map(({ user_id: userId, id, name }): AuditEntry => {
    const member = id === null ? {} : { memberGroup: name, memberGroupId: id };
    const subject = { kind: 'group' as const, name: group.name };
    return { type: 'group.member-removed', actorId, userId, subject, details: { ...details, ...member } };
  });
  for (let start = 0; start < entries.length; start += BATCH)
    await recordEvents(tx, now, caller, entries.slice(start, start + BATCH));
}

async function refuseTaken(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) refuse({ kind: 'nameTaken', name });
    throw error;
  }
}
