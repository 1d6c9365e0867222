import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { queueMail } from '../mail/index.js';
import { endSessions } from './end-sessions.js';
import { livesSql } from './session-row.js';

/** Ends the session, leaves a trace, and tells the owner. */
export async function endStolenSession(
  tx: EntityManager,
  now: Date,
  caller: Caller,
  session: { id: string; userId: string },
  details: Record<string, unknown>,
): Promise<void> {
  const { id: sessionId, userId } = session;
  await recordEvents(tx, now, caller, [
    {
      type: 'refresh-token.reused',
      actorId: null,
      userId,
      sessionId,
      details,
    },
  ]);
  await endSessions(tx, now, caller, {
    userId,
    sessionIds: [sessionId],
    reason: 'REFRESH_TOKEN_REUSED',
    actorId: null,
  });
  await queueMail(tx, now, userId, {
    subject: 'We ended one of your sessions',
    text: [
      'A sign-in of yours was used in two places at once, which happens when somebody has copied it.',
      'To be safe, we ended that session. Your other sessions go on.',
      '',
      'If you did not expect this, sign in again, change your password and look at your sessions.',
      '',
      `Time: ${now.toUTCString()}`,
      `Network address: ${caller.ipAddress}`,
    ].join('\n'),
  });
}

/** The same for a refresh token of an OAuth client that was presented again long after it had been replaced. */
export function createReportTokenTheft({ database, clock }: { database: Database; clock: Clock }) {
  return async function reportTokenTheft(
    sessionId: string,
    { clientId, firstParty }: { clientId: string; firstParty: boolean },
    caller: Caller,
  ): Promise<void> {
    await database.transaction(async (tx) => {
      const now = clock.now();
      const [session]: { user_id: string }[] = await tx.execute(
        `SELECT s.user_id FROM sessions s WHERE s.id = ? AND ${livesSql('s', '?')} FOR UPDATE`,
        [sessionId, now, now],
      );
      if (!session) return;
      const userId = session.user_id;
      if (firstParty) return endStolenSession(tx, now, caller, { id: sessionId, userId }, { clientId });
      // A third party must not be able to end what is not its own: the grant goes, and the session stays.
      await recordEvents(tx, now, caller, [
        { type: 'refresh-token.reused', actorId: null, userId, sessionId, details: { clientId } },
      ]);
    });
  };
}
