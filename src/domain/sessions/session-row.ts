import type { Session, SessionEndReason } from './session.entity.js';

/** Columns of `sessions s` under names that collide with no other table's. */
export const SESSION_COLUMNS = `s.id AS session_id, s.user_id AS session_user_id, s.client_id, s.service, s.amr, s.ip_address,
  s.network, s.user_agent, s.created_at AS session_created_at, s.authenticated_at, s.refresh_generation,
  s.refreshed_at, s.idle_expires_at, s.absolute_expires_at, s.ended_at, s.end_reason`;

/** SQL for "the session lives": it has not ended, and neither of its two clocks has run out at `now`. */
export function livesSql(alias: string, now: string): string {
  return `${alias}.ended_at IS NULL AND ${alias}.idle_expires_at > ${now} AND ${alias}.absolute_expires_at > ${now}`;
}

/**
 * SQL for "the client is signed in by the session, and was when the token was made": its row may go while the session stays, and
 * come back when the user signs in to it again, but not for tokens of before. Placeholders: client id; `iat` in seconds.
 */
export function clientSignedInSql(session: string, clientId: string, issuedAt: string): string {
  return `EXISTS (SELECT 1 FROM session_clients k WHERE k.session_id = ${session} AND k.client_id = ${clientId}
    AND date_trunc('second', k.created_at) <= to_timestamp(${issuedAt}))`;
}

export interface SessionRow {
  session_id: string;
  session_user_id: string;
  client_id: string;
  service: string | null;
  amr: string[];
  ip_address: string;
  network: string;
  user_agent: string | null;
  session_created_at: Date;
  authenticated_at: Date;
  refresh_generation: number;
  refreshed_at: Date;
  idle_expires_at: Date;
  absolute_expires_at: Date;
  ended_at: Date | null;
  end_reason: SessionEndReason | null;
}

export function toSession(row: SessionRow): Session {
  return {
    id: row.session_id,
    userId: row.session_user_id,
    clientId: row.client_id,
    service: row.service,
    amr: row.amr,
    ipAddress: row.ip_address,
    network: row.network,
    userAgent: row.user_agent,
    createdAt: row.session_created_at,
    authenticatedAt: row.authenticated_at,
    refreshGeneration: row.refresh_generation,
    refreshedAt: row.refreshed_at,
    idleExpiresAt: row.idle_expires_at,
    absoluteExpiresAt: row.absolute_expires_at,
    endedAt: row.ended_at,
    endReason: row.end_reason,
  };
}
