import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** ACTIVE may sign in; SUSPENDED may not until reactivated; DELETED is a tombstone without personal data. */
export const USER_STATUSES = ['ACTIVE', 'SUSPENDED', 'DELETED'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

/** A person or a machine account. */
export const User = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    picture: p.text().nullable(),
    status: p.text().$type<UserStatus>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    deletedAt: p.datetime().nullable(),
  },
});
export type User = InferEntity<typeof User>;

/** An address and whose it is. Keyed by the normalised address, which makes it unique. */
export const UserEmail = defineEntity({
  name: 'UserEmail',
  tableName: 'user_emails',
  properties: {
    address: p.text().primary(),
    userId: p.uuid().unique(),
    email: p.text(),
    verifiedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
});
export type UserEmail = InferEntity<typeof UserEmail>;
