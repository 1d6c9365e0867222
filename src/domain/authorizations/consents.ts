import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { recordEvents } from '../audit/index.js';
import type { Caller } from '../caller.js';
import { queueLogouts, type SignedInTo } from '../logouts/index.js';
import { endSessions } from '../sessions/index.js';

const FIND = {
  name: 'find-consent',
  text: 'SELECT scopes FROM consents WHERE user_id = $1 AND client_id = $2',
};
const LIST = {
  name: 'list-consents',
  text: `SELECT k.client_id AS "clientId", c.name AS "clientName", k.scopes, k.granted_at AS "grantedAt"
         FROM consents k JOIN oauth_clients c ON c.id = k.client_id
         WHERE k.user_id = $1 AND NOT c.is_first_party ORDER BY lower(c.name), c.id`,
};
const SAVE = `INSERT INTO consents (user_id, client_id, scopes, granted_at) VALUES (?, ?, ?::text[], ?)
  ON CONFLICT (user_id, client_id) DO UPDATE SET granted_at = excluded.granted_at,
    scopes = ARRAY(SELECT DISTINCT unnest(consents.scopes || excluded.scopes) ORDER BY 1)`;
/** Codes, refresh tokens and whatever else the client got for this user. */
const REMOVE_ARTIFACTS = 'DELETE FROM oidc_artifacts WHERE account_id = ? AND client_id = ?';
/** Sessions forget the client too: its next sign-in asks again. */
const LEAVE_SESSIONS = `DELETE FROM session_clients WHERE client_id = ?
  AND session_id IN (SELECT id FROM sessions WHERE user_id = ?)
  RETURNING session_id AS "sessionId", client_id AS "clientId"`;
/** Of devices, which are for the client alone. */
const OWNED_SESSIONS = 'SELECT id FROM sessions WHERE user_id = ? AND client_id = ? AND ended_at IS NULL';

/** What a person lets a third party have. */
export interface Consent {
  clientId: string;
  clientName: string;
  scopes: string[];
  grantedAt: Date;
}

/** What people let third parties have. */
export function createConsents({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** Scopes that the user gave the client before; empty for none. */
    async findConsent(userId: string, clientId: string): Promise<string[]> {
      const [row] = await database.query<{ scopes: string[] }>(FIND, [userId, clientId]);
      return row?.scopes ?? [];
    },

    listConsents: (userId: string) => database.query<Consent>(LIST, [userId]),

    /** Remembers what was given, beside what was given before. */
    async saveConsent(
      userId: string,
      clientId: string,
      scopes: readonly string[],
      caller: Caller,
    ): Promise<void> {
      await database.transaction(async (tx) => {
        const now = clock.now();
        const list = `{${scopes.map((scope) => JSON.stringify(scope)).join(',')}}`;
        await tx.execute(SAVE, [userId, clientId, list, now]);
        const subject = { kind: 'client' as const, name: clientId };
        const after = { scopes };
        await recordEvents(tx, now, caller, [
          { type: 'consent.given', actorId: userId, userId, subject, after },
        ]);
      });
    },

    /** Ends at once what the client got by it; access tokens that are out already live for minutes. */
    async takeBackConsent(userId: string, clientId: string, caller: Caller): Promise<void> {
      await database.transaction(async (tx) => {
        const now = clock.now();
        const [taken]: { scopes: string[] }[] = await tx.execute(
          'DELETE FROM consents WHERE user_id = ? AND client_id = ? RETURNING scopes',
          [userId, clientId],
        );
        if (!taken) return;
        await tx.execute(REMOVE_ARTIFACTS, [userId, clientId]);
        const left: SignedInTo[] = await tx.execute(LEAVE_SESSIONS, [clientId, userId]);
        await queueLogouts(tx, now, userId, left);
        const owned: { id: string }[] = await tx.execute(OWNED_SESSIONS, [userId, clientId]);
        const sessionIds = owned.map(({ id }) => id);
        await endSessions(tx, now, caller, { userId, sessionIds, reason: 'REVOKED', actorId: userId });
        const subject = { kind: 'client' as const, name: clientId };
        const before = { scopes: taken.scopes };
        await recordEvents(tx, now, caller, [
          { type: 'consent.taken-back', actorId: userId, userId, subject, before },
        ]);
      });
    },
  };
}
