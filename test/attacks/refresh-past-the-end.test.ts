import { decodeJwt } from 'jose';
import {
  DeleteUserDocument,
  ReactivateUserDocument,
  SuspendUserDocument,
  ViewerDocument,
} from '../support/operations.js';
import { refresh, refreshed, successor, viewerWith } from '../support/refresh.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const IDLE = 1000;
const ABSOLUTE = 3000;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    SIGNET_SESSION_IDLE_SECONDS: String(IDLE),
    SIGNET_SESSION_ABSOLUTE_SECONDS: String(ABSOLUTE),
  });
});
afterAll(() => app.close());

const scopeOf = (accessToken: string) => decodeJwt<{ scope: string }>(accessToken).scope;

describe('the absolute end of a session (RT-6)', () => {
  it('stays where it was at the sign-in, however often the session is refreshed', async () => {
    const ada = await app.given.user();
    const absoluteEnd = async () =>
      (
        await app.sql<{ at: string }>('SELECT absolute_expires_at::text AS at FROM sessions WHERE id = $1', [
          ada.sessionId,
        ])
      )[0]!.at;
    const atSignIn = await absoluteEnd();
    const end = app.clock.now().getTime() + ABSOLUTE * 1000;
    let token = ada.refreshToken;
    for (let elapsed = 0; elapsed + 900 < ABSOLUTE; elapsed += 900) {
      app.clock.advance(900);
      const answer = await refreshed(app.client, token);
      token = answer.refreshToken;
      expect(Date.parse(answer.refreshTokenExpiresAt)).toBeLessThanOrEqual(end);
      expect(decodeJwt(token).exp! * 1000).toBeLessThanOrEqual(end);
    }
    expect(await absoluteEnd()).toBe(atSignIn);
    app.clock.advance(ABSOLUTE - 2700 - 1);
    token = await successor(app.client, token);
    app.clock.advance(1);
    expect(await refresh(app.client, token)).toEqual({ kind: 'InvalidRefreshToken' });
  });

  it('is not passed by asking again inside the window', async () => {
    const ada = await app.given.user();
    let token = ada.refreshToken;
    for (const step of [900, 900, 900, ABSOLUTE - 2701]) {
      app.clock.advance(step);
      token = await successor(app.client, token);
    }
    await successor(app.client, token);
    app.clock.advance(1);
    expect(await refresh(app.client, token)).toEqual({ kind: 'InvalidRefreshToken' });
  });

  it.each(['idle_expires_at', 'absolute_expires_at'])(
    'is what the database says, not the token: %s',
    async (column) => {
      const ada = await app.given.user();
      const next = await successor(app.client, ada.refreshToken);
      await app.sql(`UPDATE sessions SET ${column} = $2 WHERE id = $1`, [ada.sessionId, app.clock.now()]);
      for (const token of [ada.refreshToken, next])
        expect(await refresh(app.client, token)).toEqual({ kind: 'InvalidRefreshToken' });
      expect(await viewerWith(app.client, ada.accessToken)).toBe('UNAUTHENTICATED');
    },
  );

  it('comes earlier for a session that nobody refreshes', async () => {
    const ada = await app.given.user();
    app.clock.advance(IDLE);
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'InvalidRefreshToken' });
    expect(
      await app.sql('SELECT 1 FROM audit_events WHERE session_id = $1 AND type = $2', [
        ada.sessionId,
        'refresh-token.reused',
      ]),
    ).toEqual([]);
  });
});

describe('a refresh sees what has changed since the sign-in (RT-9)', () => {
  it('refuses a suspended user, and the old session stays ended after the reactivation', async () => {
    const [ada, admin] = [await app.given.user(), await app.given.administrator()];
    const next = await refreshed(app.client, ada.refreshToken);
    await app.client.send(SuspendUserDocument, { input: { userId: ada.id } }, { token: admin.accessToken });
    for (const token of [ada.refreshToken, next.refreshToken])
      expect(await refresh(app.client, token)).toEqual({ kind: 'InvalidRefreshToken' });

    const { reactivateUser } = (
      await app.client.send(
        ReactivateUserDocument,
        { input: { userId: ada.id } },
        { token: admin.accessToken },
      )
    ).data;
    expect(reactivateUser).toMatchObject({ user: { status: 'ACTIVE' } });
    for (const token of [ada.refreshToken, next.refreshToken])
      expect(await refresh(app.client, token)).toEqual({ kind: 'InvalidRefreshToken' });
    expect(await viewerWith(app.client, next.accessToken)).toBe('UNAUTHENTICATED');
  });

  it('reads the status of the user itself, and does not trust the session to have been ended', async () => {
    const ada = await app.given.user();
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [ada.id]);
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'InvalidRefreshToken' });
  });

  it('gives no second answer inside the window to somebody who was suspended meanwhile', async () => {
    const ada = await app.given.user();
    await successor(app.client, ada.refreshToken);
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [ada.id]);
    expect((await refresh(app.client, ada.refreshToken)).kind).not.toBe('RefreshSuccess');
  });

  it('refuses a deleted user', async () => {
    const [ada, admin] = [await app.given.user(), await app.given.administrator()];
    const next = await successor(app.client, ada.refreshToken);
    const answer = await app.client.send(
      DeleteUserDocument,
      { input: { userId: ada.id } },
      { token: admin.accessToken },
    );
    expect(answer.data.deleteUser.__typename).toBe('DeleteUserSuccess');
    for (const token of [ada.refreshToken, next])
      expect(await refresh(app.client, token)).toEqual({ kind: 'InvalidRefreshToken' });
  });

  it('puts a new permission into the next access token, and takes a withdrawn or expired one out', async () => {
    const ada = await app.given.user();
    expect(scopeOf(ada.accessToken)).toBe('');
    await app.given.permission(ada.id, 'orders:refund');
    await app.given.permission(ada.id, 'orders:read');
    const second = await refreshed(app.client, ada.refreshToken);
    expect(scopeOf(second.accessToken)).toBe('orders:read orders:refund');
    const { viewer } = (await app.client.send(ViewerDocument, {}, { token: second.accessToken })).data;
    expect(viewer!.permissions.map(({ name }) => name)).toEqual(['orders:read', 'orders:refund']);

    await app.sql(`DELETE FROM permission_grants WHERE user_id = $1 AND permission = 'orders:refund'`, [
      ada.id,
    ]);
    const third = await refreshed(app.client, second.refreshToken);
    expect(scopeOf(third.accessToken)).toBe('orders:read');

    await app.sql(`UPDATE permission_grants SET expires_at = $2 WHERE user_id = $1`, [
      ada.id,
      app.clock.now(),
    ]);
    expect(scopeOf((await refreshed(app.client, third.refreshToken)).accessToken)).toBe('');
  });

  it('sees the change also when the answer is the second one inside the window', async () => {
    const ada = await app.given.user();
    await app.given.permission(ada.id, 'orders:refund');
    const first = await refreshed(app.client, ada.refreshToken);
    await app.sql(`DELETE FROM permission_grants WHERE user_id = $1`, [ada.id]);
    const again = await refreshed(app.client, ada.refreshToken);
    expect(scopeOf(first.accessToken)).toBe('orders:refund');
    expect(scopeOf(again.accessToken)).toBe('');
  });
});
