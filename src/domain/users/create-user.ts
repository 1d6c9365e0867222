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

/**
 * Inserts a user with address and password.
 * @throws EmailTakenError also to the second of two who come at the same instant
 */
export async function insertUser(tx: EntityManager, now: Date, user: NewUser): Promise<string> {
  const id = newId(now);
  await tx.insert(User, {
    id,
    name: user.name,
    picture: null,
    status: 'ACTIVE',
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  });
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
