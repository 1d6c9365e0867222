import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** The hash of a user's password, as a PHC string. Read only to verify it; no door can reach it. */
export const PasswordCredential = defineEntity({
  name: 'PasswordCredential',
  tableName: 'password_credentials',
  properties: {
    userId: p.uuid().primary(),
    passwordHash: p.text().hidden().lazy(),
    changedAt: p.datetime(),
  },
});
export type PasswordCredential = InferEntity<typeof PasswordCredential>;
