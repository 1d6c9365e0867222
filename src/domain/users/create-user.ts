import { UNIQUE_VIOLATION, sqlState, type EntityManager } from '../../platform/database.js';
import { PasswordCredential } from '../passwords/index.js';
import { User, UserEmail } from './user.entity.js';
import { newId } from '../new-id.js';

export interface NewUser {
  name: string;
  /** As typed; shown to the owner and used for mail. */
  email: string;
  /** Normalised. */
  address: string;
  passwordHash: string;
}

/** Thrown inside the transaction, which it ends: the address has an owner. */
export class EmailTakenError extends Error {}

/** Inserts an account by which nobody can sign in with a password: a machine's, or a person's until what comes next. */
export async function insertAccount(tx: EntityManager, now: Date, name: string): Promise<string> {
  const id = newId(now);
  await tx.insert(User, {
    id,
    name,
    picture: null,
    status: 'ACTIVE',
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  });
  return id;
}

/**
 * Inserts a user with address and password.
 * @throws EmailTakenError also to the second of two who come at the same instant
 */
export async function insertUser(tx: EntityManager, now: Date, user: NewUser): Promise<string> {
  const id = await insertAccount(tx, now, user.name);
  try {
    await tx.insert(UserEmail, {
      address: user.address,
      userId: id,
      email: user.email.trim(),
      verifiedAt: null,
      createdAt: now,
    });
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) throw new EmailTakenError();
    throw error;
  }
  await tx.insert(PasswordCredential, { userId: id, passwordHash: user.passwordHash, changedAt: now });
  return id;
}
