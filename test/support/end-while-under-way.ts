import pg from 'pg';
import { untilWaiting } from './gate.js';
import type { Person } from './given.js';
import type { TestApp } from './test-app.js';

/**
 * Ends a session in a transaction of its own, which commits only when the request, admitted while the session
 * lived, is already waiting for it.
 */
export async function endWhileUnderWay<T>(
  app: TestApp,
  person: Person,
  request: () => Promise<T>,
): Promise<T> {
  const other = new pg.Client({ connectionString: app.databaseUrl });
  await other.connect();
  await other.query('BEGIN');
  await other.query(`UPDATE sessions SET ended_at = now(), end_reason = 'REVOKED' WHERE id = $1`, [
    person.sessionId,
  ]);
  const answer = request();
  await untilWaiting(other, 1);
  await other.query('COMMIT');
  await other.end();
  return answer;
}
