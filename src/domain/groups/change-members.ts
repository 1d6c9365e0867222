import { recordEvents } from '../audit/index.js';
import type { Caller, Viewer } from '../caller.js';
import {
  refuse,
  refuseField,
  requireGroup,
  requireUser,
  type ChangePermissions,
  type PermissionChange,
  type Refusal,
  type StoredGroup,
} from '../permissions/index.js';
import { deriveAncestors, isWithin, permissionsThrough } from './ancestors.js';
import { GroupMember, GroupNesting } from './group.entities.js';
import { requireGroupManagement } from './require-group-management.js';

export type MemberOutcome = { kind: 'changed'; groupId: string } | Refusal;

export interface MemberInput {
  groupId: string;
  /** One of the two. */
  userId?: string | null | undefined;
  memberGroupId?: string | null | undefined;
}

/** Adds users and groups to groups, and takes them out; without cycles, and the same twice changes nothing. */
export function createChangeMembers({ changePermissions }: { changePermissions: ChangePermissions }) {
  async function addGroupMember(
    input: MemberInput,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<MemberOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { group, member } = await resolve(change, input);
      if (await isMember(change, group, member)) return { kind: 'changed', groupId: group.id };
      change.requireLasting(await permissionsThrough(change.tx, group.id), null);
      const given = { addedBy: change.actorId, createdAt: change.now };
      if (member.kind === 'user') {
        await change.tx.insert(GroupMember, { userId: member.id, groupId: group.id, ...given });
      } else {
        if (await isWithin(change.tx, group.id, member.id))
          refuseField(
            'memberGroupId',
            'CYCLE',
            `${group.name} is in ${member.name}: no group can contain itself.`,
          );
        await change.tx.insert(GroupNesting, { groupId: group.id, memberGroupId: member.id, ...given });
        await deriveAncestors(change.tx, member.id);
      }
      await record(change, 'group.member-added', group, member);
      return { kind: 'changed', groupId: group.id };
    });
  }

  async function removeGroupMember(
    input: MemberInput,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<MemberOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { group, member } = await resolve(change, input);
      const { tx } = change;
      const removed =
        member.kind === 'user'
          ? await tx.nativeDelete(GroupMember, { userId: member.id, groupId: group.id })
          : await tx.nativeDelete(GroupNesting, { groupId: group.id, memberGroupId: member.id });
      if (removed === 0) refuse({ kind: 'notFound', what: 'member' });
      if (member.kind === 'group') await deriveAncestors(tx, member.id);
      await record(change, 'group.member-removed', group, member);
      return { kind: 'changed', groupId: group.id };
    });
  }

  return { addGroupMember, removeGroupMember };
}

/** Takes a user out of all groups, for one who is deleted. */
export async function leaveAllGroups(
  { tx, now, caller, actorId }: Pick<PermissionChange, 'tx' | 'now' | 'caller' | 'actorId'>,
  userId: string,
): Promise<void> {
  const left: { id: string; name: string }[] = await tx.execute(
    `WITH gone AS (DELETE FROM group_members WHERE user_id = ? RETURNING group_id)
     SELECT g.id, g.name FROM gone JOIN user_groups g ON g.id = gone.group_id ORDER BY g.id`,
    [userId],
  );
  await recordEvents(
    tx,
    now,
    caller,
    left.map(({ id, name }) => ({
      type: 'group.member-removed',
      actorId,
      userId,
      subject: { kind: 'group', name },
      details: { groupId: id, because: 'the user was deleted' },
    })),
  );
}

type Member = { kind: 'user'; id: string } | { kind: 'group'; id: string; name: string };

async function resolve(
  change: PermissionChange,
  { groupId, userId = null, memberGroupId = null }: MemberInput,
): Promise<{ group: StoredGroup; member: Member }> {
  if ((userId === null) === (memberGroupId === null))
    refuseField('userId', 'ONE_OF', 'Give either `userId` or `memberGroupId`.');
  const group = await requireGroup(change.tx, groupId);
  await requireGroupManagement(change, group);
  if (userId !== null) return { group, member: { kind: 'user', id: await requireUser(change.tx, userId) } };
  // Its own manager could not change it any more while it lies in a group of somebody else.
  const inner = await requireGroup(change.tx, memberGroupId!);
  await requireGroupManagement(change, inner);
  return { group, member: { kind: 'group', id: inner.id, name: inner.name } };
}

async function isMember({ tx }: PermissionChange, group: StoredGroup, member: Member): Promise<boolean> {
  const found: unknown[] =
    member.kind === 'user'
      ? await tx.execute('SELECT 1 FROM group_members WHERE user_id = ? AND group_id = ?', [
          member.id,
          group.id,
        ])
      : await tx.execute('SELECT 1 FROM group_nestings WHERE member_group_id = ? AND group_id = ?', [
          member.id,
          group.id,
        ]);
  return found.length > 0;
}

async function record(
  change: PermissionChange,
  type: 'group.member-added' | 'group.member-removed',
  group: StoredGroup,
  member: Member,
): Promise<void> {
  await recordEvents(change.tx, change.now, change.caller, [
    {
      type,
      actorId: change.actorId,
      userId: member.kind === 'user' ? member.id : null,
      subject: { kind: 'group', name: group.name },
      details: {
        groupId: group.id,
        ...(member.kind === 'group' ? { memberGroup: member.name, memberGroupId: member.id } : {}),
      },
    },
  ]);
}
