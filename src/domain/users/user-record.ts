import type { UserStatus } from './user.entity.js';

/** A user as the doors read it: one row of the database, every field named. No secret is among them. */
export interface UserRecord {
  id: string;
  name: string;
  picture: string | null;
  status: UserStatus;
  createdAt: Date;
  email: string | null;
  emailVerified: boolean | null;
}

/** Columns of `users u LEFT JOIN user_emails e` that make a UserRecord. */
export const USER_COLUMNS = `u.id AS user_id, u.name, u.picture, u.status, u.created_at AS user_created_at,
  e.email, e.verified_at`;

export interface UserRow {
  user_id: string;
  name: string;
  picture: string | null;
  status: UserStatus;
  user_created_at: Date;
  email: string | null;
  verified_at: Date | null;
}

export function toUserRecord(row: UserRow): UserRecord {
  return {
    id: row.user_id,
    name: row.name,
    picture: row.picture,
    status: row.status,
    createdAt: row.user_created_at,
    email: row.email,
    emailVerified: row.email === null ? null : row.verified_at !== null,
  };
}
