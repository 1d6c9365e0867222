import { jest } from '@jest/globals';
import { RefreshDocument, ViewerDocument } from '../../support/operations.js';
import type { Person } from '../../support/given.js';
import { givenClient } from '../../support/service-client.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const HOUR = 3600;
const settings = {
  SIGNET_SESSIONS_PER_USER: '3',
  SIGNET_SESSION_IDLE_SECONDS: String(2 * HOUR),
  SIGNET_SESSION_ABSOLUTE_SECONDS: String(5 * HOUR),
  SIGNET_ACCESS_TOKEN_SECONDS: '3600',
};

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp(settings);
});
afterEach(() => app.close());

const isSignedIn = async ({ accessToken }: Pick<Person, 'accessToken'>) =>
  (await app.client.send(ViewerDocument, {}, { token: accessToken })).codes.length === 0;

/** The next tokens of a session, or the name of the refusal. */
async function refresh(refreshToken: string) {
  const outcome = (await app.client.send(RefreshDocument, { input: { refreshToken } })).data.refresh;
  return outcome.__typename === 'RefreshSuccess' ? outcome.tokens : outcome.__typename;
}

describe('how many sessions a user may have (SE-8)', () => {
  it('ends the oldest when there are more', async () => {
    const sessions = [await app.given.user()];
    for (let login = 1; login < 5; login += 1) {
      app.clock.advance(1);
      sessions.push(await app.given.login(sessions[0]!));
    }
    expect(await Promise.all(sessions.map(isSignedIn))).toEqual([false, false, true, true, true]);
    expect(await refresh(sessions[0]!.refreshToken)).toBe('InvalidRefreshToken');
    const reasons = await app.sql('SELECT end_reason FROM sessions WHERE ended_at IS NOT NULL');
    expect(reasons).toEqual([{ end_reason: 'TOO_MANY_SESSIONS' }, { end_reason: 'TOO_MANY_SESSIONS' }]);
    const events = await app.sql(
      `SELECT actor_id, user_id FROM audit_events WHERE details ->> 'reason' = 'TOO_MANY_SESSIONS'`,
    );
    expect(events).toEqual(Array(2).fill({ actor_id: null, user_id: sessions[0]!.id }));
  });

  it('counts each user apart, and sessions that have ended not at all', async () => {
    const ada = await app.given.user();
    for (let login = 0; login < 2; login += 1) await app.given.login(ada);
    await app.sql(`UPDATE sessions SET ended_at = now() WHERE id <> $1`, [ada.sessionId]);
    app.clock.advance(1);
    for (let login = 0; login < 2; login += 1) await app.given.login(ada);
    await app.given.user();
    expect(await isSignedIn(ada)).toBe(true);
  });
});

describe('a session’s two clocks (SE-4)', () => {
  it('ends when it was not refreshed for the idle time, and not a second before', async () => {
    const ada = await app.given.user();
    app.clock.advance(2 * HOUR - 1);
    const tokens = await refresh(ada.refreshToken);
    if (typeof tokens === 'string') throw new Error(tokens);
    expect(await isSignedIn(tokens)).toBe(true);
    app.clock.advance(2 * HOUR);
    expect(await refresh(tokens.refreshToken!)).toBe('InvalidRefreshToken');
  });

  it('RT-6: ends after its absolute time, however often it was refreshed', async () => {
    let tokens: { accessToken: string; refreshToken?: string | null } = await app.given.user();
    for (let hour = 1; hour < 5; hour += 1) {
      app.clock.advance(HOUR);
      const next = await refresh(tokens.refreshToken!);
      if (typeof next === 'string') throw new Error(`${next} after ${hour} hours`);
      tokens = next;
    }
    const [session] = await app.sql<{ same: boolean }>(
      'SELECT idle_expires_at = absolute_expires_at AS same FROM sessions',
    );
    expect(session).toEqual({ same: true });
    app.clock.advance(HOUR - 1);
    expect(await isSignedIn(tokens)).toBe(true);
    app.clock.advance(1);
    expect(await isSignedIn(tokens)).toBe(false);
    expect(await refresh(tokens.refreshToken!)).toBe('InvalidRefreshToken');
  });
});

describe('a sign-in', () => {
  it('SE-1: always has an id of its own', async () => {
    const ada = await app.given.user();
    const ids = new Set([ada.sessionId]);
    for (let login = 0; login < 3; login += 1) ids.add((await app.given.login(ada)).sessionId);
    expect(ids.size).toBe(4);
  });
});

describe('pruning', () => {
  it('takes what is past its time, in small batches, and nothing else', async () => {
    const ada = await app.given.user();
    const insertSessions = (count: number, expired: string) =>
      app.sql(
        `INSERT INTO sessions (id, user_id, client_id, amr, ip_address, network, created_at, authenticated_at,
           refresh_generation, refreshed_at, idle_expires_at, absolute_expires_at)
         SELECT gen_random_uuid(), $1, 'old', '{pwd}', '', '', now(), now(), 1, now(), now(), now() - $2::interval
         FROM generate_series(1, $3)`,
        [ada.id, expired, count],
      );
    await insertSessions(2500, '31 days');
    await insertSessions(5, '29 days');
    await app.sql(
      `INSERT INTO throttle_buckets (key, points, expire)
       SELECT 'old:' || n, 1, extract(epoch FROM now() - interval '25 hours') * 1000 FROM generate_series(1, 1500) n`,
    );
    const mail = `INSERT INTO outgoing_mails (id, user_id, recipient, subject, text, created_at, next_attempt_at, attempts)
                  VALUES (gen_random_uuid(), $1, 'a@example.com', $2::text, '', now() - $2::text::interval, now(), 9)`;
    await app.sql(mail, [ada.id, '8 days']);
    await app.sql(mail, [ada.id, '6 days']);
    const artifacts = `INSERT INTO oidc_artifacts (model, id_hash, payload, expires_at, consumed_at)
      SELECT 'AuthorizationCode', $1 || n, '{}', now() + $1::text::interval, now() FROM generate_series(1, $2) n`;
    await app.sql(artifacts, ['-1 hour', 1200]);
    await app.sql(artifacts, ['1 hour', 3]);
    const clients = `INSERT INTO session_clients (session_id, client_id, created_at, last_used_at)
      SELECT id, $1, now(), now() FROM sessions`;
    const { clientId } = await givenClient(app, await app.given.administrator());
    await app.sql(clients, [clientId]);
    const secret = `INSERT INTO client_secrets (id, client_id, secret_hash, created_at, expires_at)
      VALUES (gen_random_uuid(), $1, $2::text, now(), now() + $2::text::interval)`;
    await app.sql(secret, [clientId, '-1 hour']);
    await app.sql(secret, [clientId, '1 hour']);
    const delivery = `INSERT INTO logout_deliveries (id, client_id, user_id, session_id, created_at, next_attempt_at, attempts)
      VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), now() - $3::interval, now(), 9)`;
    await app.sql(delivery, [clientId, ada.id, '49 hours']);
    await app.sql(delivery, [clientId, ada.id, '23 hours']);

    const query = jest.spyOn(app.identity.database.pool, 'query');
    const gone = await app.identity.prune();
    const results = (await Promise.all(query.mock.results.map(({ value }) => value as unknown))) as {
      rowCount: number;
    }[];
    query.mockRestore();
    expect(gone).toBe(2500 + 1500 + 1 + 1200 + 1 + 1);
    expect(Math.max(...results.map(({ rowCount }) => rowCount))).toBe(1000);

    const old = `SELECT count(*)::int AS left FROM sessions s JOIN session_clients k ON k.session_id = s.id WHERE s.client_id = 'old'`;
    expect(await app.sql(old)).toEqual([{ left: 5 }]);
    expect(await app.sql(`SELECT count(*)::int AS left FROM sessions WHERE client_id = 'old'`)).toEqual([
      { left: 5 },
    ]);
    expect(await isSignedIn(ada)).toBe(true);
    expect(await app.sql(`SELECT count(*)::int AS left FROM oidc_artifacts`)).toEqual([{ left: 3 }]);
    expect(await app.sql(`SELECT count(*)::int AS left FROM client_secrets`)).toEqual([{ left: 1 + 1 }]);
    expect(await app.sql(`SELECT count(*)::int AS left FROM logout_deliveries`)).toEqual([{ left: 1 }]);
    expect(await app.sql(`SELECT subject FROM outgoing_mails`)).toEqual([{ subject: '6 days' }]);
    expect(await isSignedIn(ada)).toBe(true);
    expect(await app.identity.prune()).toBe(0);
  });
});
