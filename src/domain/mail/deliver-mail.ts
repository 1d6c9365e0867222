import type { Database } from '../../platform/database.js';
import type { Clock } from '../../platform/clock.js';
import { secondsLater } from '../../platform/clock.js';
import type { Mailer } from '../../platform/mailer.js';
import type { Logger } from '../../platform/logger.js';

/** A node that took a mail and died gives it back after so long. */
const LEASE_SECONDS = 120;
const FIRST_RETRY_SECONDS = 30;
const LONGEST_RETRY_SECONDS = 3600;
/** A notice that nobody could deliver for a week tells nobody anything any more. */
export const MAIL_LIFETIME_SECONDS = 7 * 24 * 3600;

const TAKE = {
  name: 'take-mail',
  text: `UPDATE outgoing_mails SET next_attempt_at = $2, attempts = attempts + 1
         WHERE id = (SELECT id FROM outgoing_mails WHERE next_attempt_at <= $1
                     ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, recipient, subject, text, attempts`,
};

interface TakenMail {
  id: string;
  recipient: string;
  subject: string;
  text: string;
  attempts: number;
}

/**
 * Sends what waits in the outbox, one after another, and returns how many the mail server took. At
 * least once: a crash after the server's answer sends a mail again.
 */
export function createDeliverMail(deps: {
  database: Database;
  clock: Clock;
  mailer: Mailer;
  logger: Logger;
}) {
  const { database, clock, mailer, logger } = deps;
  return async function deliverMail(): Promise<number> {
    for (let sent = 0; ;) {
      const now = clock.now();
      const [mail] = await database.query<TakenMail>(TAKE, [now, secondsLater(now, LEASE_SECONDS)]);
      if (!mail) return sent;
      try {
        await mailer.send({ to: mail.recipient, subject: mail.subject, text: mail.text });
        await database.pool.query('DELETE FROM outgoing_mails WHERE id = $1', [mail.id]);
        sent += 1;
      } catch (error) {
        const wait = Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (mail.attempts - 1));
        await database.pool.query('UPDATE outgoing_mails SET next_attempt_at = $2 WHERE id = $1', [
          mail.id,
          secondsLater(clock.now(), wait),
        ]);
        logger.warn(
          {
            event: 'mail.delayed',
            mailId: mail.id,
            attempts: mail.attempts,
            code: (error as { code?: string }).code,
          },
          'the mail server did not take a mail; it will be tried again',
        );
      }
    }
  };
}
