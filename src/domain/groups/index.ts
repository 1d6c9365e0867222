/**
 * groups owns who belongs together: groups, their members and how they nest. What a group gives is owned by
 * permissions, which knows nothing of how one gets into a group.
 */
export { UserGroup, GroupMember, GroupNesting, GroupAncestor } from './group.entities.js';
export {
  createChangeGroups,
  removeGroup,
  type GroupOutcome,
  type DeleteGroupOutcome,
} from './change-groups.js';
export { leaveAllGroups, createChangeMembers, type MemberOutcome } from './change-members.js';
export { createReadGroups, type GroupRecord, type ReadGroups } from './read-groups.js';
