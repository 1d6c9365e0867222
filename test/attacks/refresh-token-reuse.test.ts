import { logoutWith, refresh, refreshed, successor, viewerWith } from '../support/refresh.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Seconds in which a replaced token still gives its successor; the default of the setting, made explicit. */
const WINDOW = 30;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_REFRESH_GRACE_SECONDS: String(WINDOW) });
});
afterAll(() => app.close());

interface TraceRow {
  type: string;
  session_id: string;
  details: Record<string, unknown>;
}

/** What the audit trail tells of a session after its start; events of one moment in no particular order. */
function traceOf(sessionId: string): Promise<TraceRow[]> {
  return app.sql<TraceRow>(
    `SELECT type, session_id, details FROM audit_events
     WHERE session_id = $1 AND type <> 'session.started' ORDER BY type`,
    [sessionId],
  );
}

function mailsTo(userId: string): Promise<{ recipient: string; subject: string }[]> {
  return app.sql('SELECT recipient, subject FROM outgoing_mails WHERE user_id = $1', [userId]);
}

describe('a refresh token of a generation that is gone (RT-4)', () => {
  it('ends the session for the thief and for the victim', async () => {
    const ada = await app.given.user();
    const second = await refreshed(app.client, ada.refreshToken);
    const third = await refreshed(app.client, second.refreshToken);

    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
    for (const token of [ada.refreshToken, second.refreshToken, third.refreshToken])
      expect(await refresh(app.client, token)).toEqual({ kind: 'InvalidRefreshToken' });
    for (const token of [ada.accessToken, second.accessToken, third.accessToken])
      expect(await viewerWith(app.client, token)).toBe('UNAUTHENTICATED');
  });

  it('is written into the audit trail and told to the owner, once', async () => {
    const ada = await app.given.user();
    await successor(app.client, await successor(app.client, ada.refreshToken));
    await Promise.all(Array.from({ length: 16 }, () => refresh(app.client, ada.refreshToken)));

    expect(await traceOf(ada.sessionId)).toEqual([
      { type: 'refresh-token.reused', session_id: ada.sessionId, details: { generation: 1 } },
      { type: 'session.ended', session_id: ada.sessionId, details: { reason: 'REFRESH_TOKEN_REUSED' } },
    ]);
    expect(await mailsTo(ada.id)).toEqual([
      { recipient: ada.email, subject: 'We ended one of your sessions' },
    ]);
  });

  it('leaves the other sessions of the owner alone', async () => {
    const ada = await app.given.user();
    const elsewhere = await app.given.login(ada);
    await successor(app.client, await successor(app.client, ada.refreshToken));
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });

    expect(await viewerWith(app.client, elsewhere.accessToken)).toBe('signed in');
    await refreshed(app.client, elsewhere.refreshToken);
  });

  it('stays a theft however much later it comes, even if the present token was never used', async () => {
    const ada = await app.given.user();
    const second = await successor(app.client, ada.refreshToken);
    app.clock.advance(24 * 3600);
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
    expect(await refresh(app.client, second)).toEqual({ kind: 'InvalidRefreshToken' });
  });

  it('of a session that was signed out is only invalid: there is nothing left to steal', async () => {
    const ada = await app.given.user();
    const third = await successor(app.client, await successor(app.client, ada.refreshToken));
    await logoutWith(app.client, third);
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'InvalidRefreshToken' });
    expect(await mailsTo(ada.id)).toEqual([]);
    expect((await traceOf(ada.sessionId)).map(({ type }) => type)).toEqual(['session.ended']);
  });
});

describe('the window of a replaced refresh token (RT-5)', () => {
  it('is open up to its last second, and closed after it', async () => {
    const inTime = await app.given.user();
    const late = await app.given.user();
    const next = await successor(app.client, inTime.refreshToken);
    await successor(app.client, late.refreshToken);

    app.clock.advance(WINDOW);
    expect(await successor(app.client, inTime.refreshToken)).toBe(next);
    app.clock.advance(1);
    expect(await refresh(app.client, late.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
  });

  it('does not slide: asking again inside it gains no time', async () => {
    const ada = await app.given.user();
    await successor(app.client, ada.refreshToken);
    for (let asked = 0; asked < 3; asked += 1) {
      app.clock.advance(WINDOW / 3);
      await successor(app.client, ada.refreshToken);
    }
    app.clock.advance(1);
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
  });

  it('covers the immediate predecessor only, however fresh the one before it is', async () => {
    const ada = await app.given.user();
    const second = await successor(app.client, ada.refreshToken);
    const third = await successor(app.client, second);
    expect(await successor(app.client, second)).toBe(third);
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
  });

  it('closes at the first use of the successor, with time left on the clock', async () => {
    const ada = await app.given.user();
    const second = await successor(app.client, ada.refreshToken);
    expect(await successor(app.client, ada.refreshToken)).toBe(second);
    await successor(app.client, second);
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
  });

  it('can be shut by setting: then every second use is a theft', async () => {
    const strict = await startTestApp({ SIGNET_REFRESH_GRACE_SECONDS: '0' });
    try {
      const ada = await strict.given.user();
      await successor(strict.client, ada.refreshToken);
      strict.clock.advance(1);
      expect(await refresh(strict.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
    } finally {
      await strict.close();
    }
  });
});
