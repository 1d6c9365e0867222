import type { AuditEventType } from '../../../src/domain/audit/index.js';
import {
  ChangePasswordDocument,
  DeleteUserDocument,
  LoginDocument,
  LogoutDocument,
  LogoutEverywhereDocument,
  ReactivateUserDocument,
  RefreshDocument,
  RegisterDocument,
  RevokeSessionDocument,
  SuspendUserDocument,
  UpdateProfileDocument,
} from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const PASSWORD = 'seven blue kettles sing';
const NEW_PASSWORD = 'eight green kettles hum';
const REQUEST_ID = 'audited-request-1';
const headers = {
  'x-request-id': REQUEST_ID,
  'x-forwarded-for': '198.51.100.77',
  'user-agent': 'AuditedBrowser/1.0',
};

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ SIGNET_TRUSTED_PROXIES: '1' });
});
afterEach(() => app.close());

interface Event {
  type: string;
  actor: string | null;
  user: string | null;
  session: string | null;
  ip: string | null;
  agent: string | null;
  before: object | null;
  after: object | null;
  details: Record<string, unknown>;
}

/** What the audited request has left, in order of type. */
const trail = () =>
  app.sql<Event>(
    `SELECT type, actor_id AS actor, user_id AS user, session_id AS session, ip_address AS ip, user_agent AS agent,
       "before", "after", details
     FROM audit_events WHERE request_id = $1 ORDER BY type, id`,
    [REQUEST_ID],
  );
const from = { ip: '198.51.100.77', agent: 'AuditedBrowser/1.0' };

async function signIn() {
  const ada = await app.given.user();
  const admin = await app.given.administrator();
  return {
    ada,
    admin,
    asAda: { token: ada.accessToken, headers },
    asAdmin: { token: admin.accessToken, headers },
  };
}

/**
 * Those of permissions, in permission-events.test.ts, of clients, in client-events.test.ts, of consents, in
 * pages/account.test.ts, and of services of sessions, in sessions/revoke-session-service.test.ts and
 * oidc/backchannel-logout.test.ts, are the others.
 */
type AccountEvent = Exclude<
  AuditEventType,
  | `${'permission' | 'role' | 'group' | 'service' | 'client' | 'client-secret' | 'consent' | 'logout'}.${string}`
  | 'session.service-left'
>;

/** Every kind of event of accounts and sessions: what causes it, and the trail that this leaves. */
const causes: Record<AccountEvent, () => Promise<[unknown, Partial<Event>[]]>> = {
  async 'user.registered'() {
    const input = { email: app.given.email(), password: PASSWORD, name: 'Ada' };
    const { register } = (await app.client.send(RegisterDocument, { input }, { headers })).data;
    if (register.__typename !== 'RegisterSuccess') throw new Error(register.__typename);
    const [user, session] = [register.user.id, register.session.id];
    return [
      register,
      [
        { type: 'session.started', actor: user, user, session, details: { amr: ['pwd'] } },
        { type: 'user.registered', actor: user, user, session: null, details: {} },
      ],
    ];
  },
  async 'user.created'() {
    const input = { email: app.given.email(), password: PASSWORD, name: 'Ada' };
    const outcome = await app.identity.createAccount(input, { administrator: false });
    if (outcome.kind !== 'created') throw new Error(outcome.kind);
    const events = await app.sql(`SELECT type, actor_id, user_id FROM audit_events`);
    expect(events).toEqual([{ type: 'user.created', actor_id: null, user_id: outcome.userId }]);
    return [outcome, []];
  },
  async 'session.started'() {
    const ada = await app.given.user();
    const input = { email: ada.email, password: ada.password };
    const { login } = (await app.client.send(LoginDocument, { input }, { headers })).data;
    if (login.__typename !== 'LoginSuccess') throw new Error(login.__typename);
    return [login, [{ type: 'session.started', actor: ada.id, user: ada.id, session: login.session.id }]];
  },
  async 'login.failed'() {
    const ada = await app.given.user();
    const answer = await app.client.send(
      LoginDocument,
      { input: { email: ada.email, password: 'wrong' } },
      { headers },
    );
    return [
      answer.data,
      [
        {
          type: 'login.failed',
          actor: null,
          user: ada.id,
          session: null,
          details: { reason: 'wrong credentials' },
        },
      ],
    ];
  },
  async 'user.profile-updated'() {
    const { ada, asAda } = await signIn();
    const answer = await app.client.send(UpdateProfileDocument, { input: { name: 'Countess' } }, asAda);
    return [
      answer.data,
      [{ type: 'user.profile-updated', actor: ada.id, user: ada.id, details: { fields: ['name'] } }],
    ];
  },
  async 'password.changed'() {
    const { ada, asAda } = await signIn();
    const other = await app.given.login(ada);
    const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const answer = await app.client.send(ChangePasswordDocument, { input }, asAda);
    return [
      answer.data,
      [
        { type: 'password.changed', actor: ada.id, user: ada.id, session: ada.sessionId },
        {
          type: 'session.ended',
          actor: ada.id,
          user: ada.id,
          session: other.sessionId,
          details: { reason: 'PASSWORD_CHANGED' },
        },
      ],
    ];
  },
  async 'session.ended'() {
    const { ada, asAda } = await signIn();
    const answer = await app.client.send(LogoutDocument, {}, asAda);
    return [
      answer.data,
      [
        {
          type: 'session.ended',
          actor: ada.id,
          user: ada.id,
          session: ada.sessionId,
          details: { reason: 'LOGOUT' },
        },
      ],
    ];
  },
  async 'refresh-token.reused'() {
    const { ada } = await signIn();
    const input = { refreshToken: ada.refreshToken };
    await app.client.send(RefreshDocument, { input });
    app.clock.advance(3600);
    const answer = await app.client.send(RefreshDocument, { input }, { headers });
    return [
      answer.data,
      [
        {
          type: 'refresh-token.reused',
          actor: null,
          user: ada.id,
          session: ada.sessionId,
          details: { generation: 1 },
        },
        { type: 'session.ended', actor: null, details: { reason: 'REFRESH_TOKEN_REUSED' } },
      ],
    ];
  },
  async 'user.suspended'() {
    const { ada, admin, asAdmin } = await signIn();
    const answer = await app.client.send(SuspendUserDocument, { input: { userId: ada.id } }, asAdmin);
    return [
      answer.data,
      [
        { type: 'session.ended', actor: admin.id, user: ada.id, details: { reason: 'USER_SUSPENDED' } },
        {
          type: 'user.suspended',
          actor: admin.id,
          user: ada.id,
          before: { status: 'ACTIVE' },
          after: { status: 'SUSPENDED' },
        },
      ],
    ];
  },
  async 'user.reactivated'() {
    const { ada, admin, asAdmin } = await signIn();
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [ada.id]);
    const answer = await app.client.send(ReactivateUserDocument, { input: { userId: ada.id } }, asAdmin);
    return [answer.data, [{ type: 'user.reactivated', actor: admin.id, user: ada.id }]];
  },
  async 'user.deleted'() {
    const { ada, admin, asAdmin } = await signIn();
    const answer = await app.client.send(DeleteUserDocument, { input: { userId: ada.id } }, asAdmin);
    return [
      answer.data,
      [
        { type: 'session.ended', actor: admin.id, user: ada.id, details: { reason: 'USER_DELETED' } },
        { type: 'user.deleted', actor: admin.id, user: ada.id },
      ],
    ];
  },
};

describe('the audit trail', () => {
  it.each(Object.keys(causes) as AccountEvent[])(
    'has %s with who did it, to whom, in which session, from where and in which request',
    async (type) => {
      const [, expected] = await causes[type]();
      expect(await trail()).toEqual(expected.map((event) => expect.objectContaining({ ...from, ...event })));
    },
  );

  it('names the service that did not let somebody in', async () => {
    const ada = await app.given.user();
    const { slug: service } = await app.given.service({ access: 'CLOSED' });
    const input = { email: ada.email, password: ada.password, service };
    const { login } = (await app.client.send(LoginDocument, { input }, { headers })).data;
    expect(login.__typename).toBe('ServiceAccessDenied');
    expect(await trail()).toEqual([
      expect.objectContaining({
        ...{ type: 'login.failed', actor: null, user: ada.id, session: null },
        details: { reason: 'not admitted', service },
      }),
    ]);
  });

  it.each(['LOGOUT_EVERYWHERE', 'REVOKED'])('names the reason %s of an ended session', async (reason) => {
    const { ada, asAda } = await signIn();
    if (reason === 'LOGOUT_EVERYWHERE') await app.client.send(LogoutEverywhereDocument, {}, asAda);
    else await app.client.send(RevokeSessionDocument, { input: { sessionId: ada.sessionId } }, asAda);
    expect(await trail()).toEqual([
      expect.objectContaining({ type: 'session.ended', session: ada.sessionId, details: { reason } }),
    ]);
  });
});
