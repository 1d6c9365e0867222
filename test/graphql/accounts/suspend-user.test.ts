import { gate } from '../../support/gate.js';
import {
  LoginDocument,
  ReactivateUserDocument,
  RefreshDocument,
  SuspendUserDocument,
  ViewerDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.close());

const suspend = (userId: string, token: string) =>
  app.client.send(SuspendUserDocument, { input: { userId } }, { token });
const reactivate = (userId: string, token: string) =>
  app.client.send(ReactivateUserDocument, { input: { userId } }, { token });

describe('suspendUser', () => {
  it('ends the sessions at once and bars login and refresh (SE-6)', async () => {
    const [admin, ada] = [await app.given.administrator(), await app.given.user()];
    const { suspendUser } = (await suspend(ada.id, admin.accessToken)).data;
    expect(suspendUser).toEqual({
      __typename: 'SuspendUserSuccess',
      user: { id: ada.id, status: 'SUSPENDED' },
    });

    expect((await app.client.send(ViewerDocument, {}, { token: ada.accessToken })).codes).toEqual([
      'UNAUTHENTICATED',
    ]);
    const { refresh } = (
      await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } })
    ).data;
    expect(refresh.__typename).toBe('InvalidRefreshToken');
    const { login } = (
      await app.client.send(LoginDocument, { input: { email: ada.email, password: ada.password } })
    ).data;
    expect(login).toMatchObject({ __typename: 'AccountSuspended', code: 'ACCOUNT_SUSPENDED' });
  });

  it('is told only to who knows the password', async () => {
    const [admin, ada] = [await app.given.administrator(), await app.given.user()];
    await suspend(ada.id, admin.accessToken);
    const input = { email: ada.email, password: 'not the password at all' };
    expect((await app.client.send(LoginDocument, { input })).data.login.__typename).toBe(
      'InvalidCredentials',
    );
  });

  it('may be done twice, and leaves one trace', async () => {
    const [admin, ada] = [await app.given.administrator(), await app.given.user()];
    for (let time = 0; time < 2; time += 1)
      expect((await suspend(ada.id, admin.accessToken)).data.suspendUser.__typename).toBe(
        'SuspendUserSuccess',
      );
    const events = await app.sql(
      `SELECT 1 FROM audit_events WHERE type = 'user.suspended' AND user_id = $1`,
      [ada.id],
    );
    expect(events).toHaveLength(1);
  });

  it('needs signet:users.manage', async () => {
    const [ada, eve] = [await app.given.user(), await app.given.user()];
    await app.given.permission(eve.id, 'signet:users.read');
    expect((await suspend(ada.id, eve.accessToken)).codes).toEqual(['FORBIDDEN']);
    expect((await reactivate(ada.id, eve.accessToken)).codes).toEqual(['FORBIDDEN']);
    expect((await suspend(ada.id, '')).codes).toEqual(['UNAUTHENTICATED']);
    expect((await app.client.send(ViewerDocument, {}, { token: ada.accessToken })).data.viewer?.status).toBe(
      'ACTIVE',
    );
  });

  it.each([
    ['no id', 'nobody'],
    ['an unknown id', '01890000-0000-7000-8000-000000000000'],
    ['nothing', ''],
  ])('answers NOT_FOUND for %s', async (_what, userId) => {
    const admin = await app.given.administrator();
    expect((await suspend(userId, admin.accessToken)).codes).toEqual(['NOT_FOUND']);
    expect((await reactivate(userId, admin.accessToken)).codes).toEqual(['NOT_FOUND']);
  });

  it('never bars the last administrator, however the id is written', async () => {
    const admin = await app.given.administrator();
    const other = await app.given.administrator();
    expect((await suspend(other.id, admin.accessToken)).data.suspendUser.__typename).toBe(
      'SuspendUserSuccess',
    );
    for (const id of [admin.id, admin.id.toUpperCase()]) {
      const { suspendUser } = (await suspend(id, admin.accessToken)).data;
      expect(suspendUser).toMatchObject({ __typename: 'LastAdministrator', code: 'LAST_ADMINISTRATOR' });
    }
    expect(
      (await app.client.send(ViewerDocument, {}, { token: admin.accessToken })).data.viewer?.status,
    ).toBe('ACTIVE');
  });

  it('shows the new status when the id was written in capitals', async () => {
    const [admin, ada] = [await app.given.administrator(), await app.given.user()];
    const { suspendUser } = (await suspend(ada.id.toUpperCase(), admin.accessToken)).data;
    expect(suspendUser).toMatchObject({ user: { id: ada.id, status: 'SUSPENDED' } });
  });

  it('keeps one of two administrators who are suspended at the same instant', async () => {
    const [grace, joan] = [await app.given.administrator(), await app.given.administrator()];
    // Somebody who may suspend and is no administrator, from two sessions, so that neither waits for the other's.
    const manager = await app.given.user();
    await app.given.permission(manager.id, 'signet:users.manage');
    const elsewhere = await app.given.login(manager);
    // Both have looked who the administrators are when the first of them commits.
    const barrier = await gate(app, 'audit_events');
    const answers = [suspend(joan.id, manager.accessToken), suspend(grace.id, elsewhere.accessToken)];
    await barrier.untilWaiting(2);
    await barrier.open();
    const outcomes = (await Promise.all(answers)).map((answer) => answer.data.suspendUser.__typename);
    expect(outcomes.toSorted()).toEqual(['LastAdministrator', 'SuspendUserSuccess']);
    const active = await app.sql(`SELECT 1 FROM users WHERE status = 'ACTIVE' AND id = ANY($1)`, [
      [grace.id, joan.id],
    ]);
    expect(active).toHaveLength(1);
  });
});

describe('reactivateUser', () => {
  it('lets the user sign in again, but brings no session back', async () => {
    const [admin, ada] = [await app.given.administrator(), await app.given.user()];
    await suspend(ada.id, admin.accessToken);
    const { reactivateUser } = (await reactivate(ada.id, admin.accessToken)).data;
    expect(reactivateUser).toMatchObject({ user: { id: ada.id, status: 'ACTIVE' } });
    expect((await app.client.send(ViewerDocument, {}, { token: ada.accessToken })).codes).toEqual([
      'UNAUTHENTICATED',
    ]);
    const { refresh } = (
      await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } })
    ).data;
    expect(refresh.__typename).toBe('InvalidRefreshToken');
    await app.given.login(ada);
  });
});
