import { AUDIT_EVENT_TYPES, type AuditEventType } from '../../../src/domain/audit/index.js';
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
import { from, headers, ofAccount, trail, type Event } from './audited.js';
import { groupAndServiceCauses } from './group-and-service-causes.js';
import { permissionCauses } from './permission-causes.js';

const PASSWORD = 'seven blue kettles sing';
const NEW_PASSWORD = 'eight green kettles hum';
let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ SIGNET_TRUSTED_PROXIES: '1' });
});
afterEach(() => app.close());

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

/** Every kind of event about accounts and sessions: what causes it, and the trail that this leaves. */
const accountCauses = {
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
          details: { from: 'ACTIVE', to: 'SUSPENDED' },
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
} satisfies Partial<Record<AuditEventType, () => Promise<[unknown, Partial<Event>[]]>>>;

const withSubjects = { ...permissionCauses, ...groupAndServiceCauses };

/** What the cause of an event leaves altogether. */
const causes: Record<AuditEventType, () => Promise<Partial<Event>[]>> = {
  ...mapped(accountCauses, async (cause) => (await cause())[1].map((event) => ({ ...ofAccount, ...event }))),
  ...mapped(withSubjects, (cause) => cause(app)),
};

function mapped<Key extends string, From>(
  of: Record<Key, From>,
  act: (from: From) => Promise<Partial<Event>[]>,
) {
  return Object.fromEntries(Object.entries<From>(of).map(([key, from]) => [key, () => act(from)])) as Record<
    Key,
    () => Promise<Partial<Event>[]>
  >;
}

describe('the audit trail', () => {
  it.each(Object.keys(AUDIT_EVENT_TYPES) as AuditEventType[])(
    'has %s with who did it, to whom or what, what stood there before and after, from where and in which request',
    async (type) => {
      const expected = await causes[type]();
      expect(await trail(app)).toEqual(
        expected.map((event) => expect.objectContaining({ ...from, ...event })),
      );
    },
  );

  it('names the service that did not let somebody in', async () => {
    const ada = await app.given.user();
    const { slug: service } = await app.given.service({ access: 'CLOSED' });
    const input = { email: ada.email, password: ada.password, service };
    const { login } = (await app.client.send(LoginDocument, { input }, { headers })).data;
    expect(login.__typename).toBe('ServiceAccessDenied');
    expect(await trail(app)).toEqual([
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
    expect(await trail(app)).toEqual([
      expect.objectContaining({ type: 'session.ended', session: ada.sessionId, details: { reason } }),
    ]);
  });
});
