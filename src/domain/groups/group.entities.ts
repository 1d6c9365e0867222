import { defineEntity, p } from '@mikro-orm/core';

/** Users that share what is given to the group. Names are compared without case; grants hang on the id. */
export const UserGroup = defineEntity({
  name: 'UserGroup',
  tableName: 'user_groups',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    description: p.text().nullable(),
    /** The service whose managers may change its members; null for those who manage every service alone. */
    service: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** A user in a group. */
export const GroupMember = defineEntity({
  name: 'GroupMember',
  tableName: 'group_members',
  properties: {
    userId: p.uuid().primary(),
    groupId: p.uuid().primary(),
    addedBy: p.uuid().nullable(),
    createdAt: p.datetime(),
  },
});

/** A group in a group: its members have what the outer one gives. */
export const GroupNesting = defineEntity({
  name: 'GroupNesting',
  tableName: 'group_nestings',
  properties: {
    groupId: p.uuid().primary(),
    memberGroupId: p.uuid().primary(),
    addedBy: p.uuid().nullable(),
    createdAt: p.datetime(),
  },
});

/** Each group with itself and all groups around it; follows from the nestings. */
export const GroupAncestor = defineEntity({
  name: 'GroupAncestor',
  tableName: 'group_ancestors',
  properties: { groupId: p.uuid().primary(), ancestorId: p.uuid().primary() },
});
