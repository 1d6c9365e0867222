import type { EntityManager } from '../../platform/database.js';
import { UserEmail } from '../users/user.entity.js';
import { OutgoingMail } from './outgoing-mail.entity.js';
import { newId } from '../new-id.js';

export interface Notice {
  subject: string;
  text: string;
}

/**
 * Puts a notice to a user into the outbox, in the transaction that is its reason. A user without an
 * address gets none.
 */
export async function queueMail(tx: EntityManager, now: Date, userId: string, notice: Notice): Promise<void> {
  const address = await tx.findOne(UserEmail, { userId });
  if (!address) return;
  await tx.insert(OutgoingMail, {
    id: newId(now),
    userId,
    recipient: address.email,
    subject: notice.subject,
    text: notice.text,
    createdAt: now,
    nextAttemptAt: now,
    attempts: 0,
  });
}
