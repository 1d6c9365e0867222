import { isInterfaceType, isObjectType, buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { problems } from '../../src/graphql/problems.js';
import { endWhileUnderWay } from '../support/end-while-under-way.js';
import { GOOD_PASSWORD } from '../support/given.js';
import {
  ChangePasswordDocument,
  CreateRoleDocument,
  DeleteRoleDocument,
  GrantRoleDocument,
  LoginDocument,
  LogoutEverywhereDocument,
  RefreshDocument,
  RegisterDocument,
  SuspendUserDocument,
} from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const apps: TestApp[] = [];
const start = async (env: Record<string, string> = {}) => {
  const app = await startTestApp(env);
  apps.push(app);
  return app;
};
let app: TestApp;
beforeAll(async () => {
  app = await start();
});
afterAll(async () => {
  for (const one of apps) await one.close();
});

interface Problem {
  __typename: string;
  code: string;
  message: string;
  retryAfterSeconds?: number;
}

const register = async (at: TestApp, over: Partial<Record<'email' | 'password' | 'name', string>> = {}) => {
  const input = { email: at.given.email(), password: GOOD_PASSWORD, name: 'Ada', ...over };
  return (await at.client.send(RegisterDocument, { input })).data.register as Problem;
};
const login = async (at: TestApp, email: string, password: string, service: string | null = null) =>
  (await at.client.send(LoginDocument, { input: { email, password, service } })).data.login as Problem;

/** Every code that a client may meet, and how to meet it. */
const provocations: Record<string, () => Promise<Problem>> = {
  INVALID_INPUT: () => register(app, { name: '' }),
  EMAIL_TAKEN: async () => register(app, { email: (await app.given.user()).email.toUpperCase() }),
  REGISTRATION_CLOSED: async () => register(await start({ SIGNET_REGISTRATION: 'closed' })),
  INVALID_CREDENTIALS: () => login(app, app.given.email(), GOOD_PASSWORD),
  async ACCOUNT_SUSPENDED() {
    const ada = await app.given.user();
    await app.sql(`UPDATE users SET status = 'SUSPENDED' WHERE id = $1`, [ada.id]);
    return login(app, ada.email, ada.password);
  },
  async TOO_MANY_ATTEMPTS() {
    const strict = await start({ SIGNET_LOGIN_FAILURES_PER_ACCOUNT: '1' });
    const email = strict.given.email();
    await login(strict, email, 'wrong');
    return login(strict, email, 'wrong');
  },
  async SERVICE_BUSY() {
    const small = await start({ SIGNET_HASH_CONCURRENCY: '1', SIGNET_HASH_WAIT_SECONDS: '1' });
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => login(small, small.given.email(), GOOD_PASSWORD)),
    );
    return answers.find(({ code }) => code === 'SERVICE_BUSY')!;
  },
  INVALID_REFRESH_TOKEN: async () =>
    (await app.client.send(RefreshDocument, { input: { refreshToken: 'none' } })).data.refresh as Problem,
  async REFRESH_TOKEN_REUSED() {
    const ada = await app.given.user();
    await app.sql('UPDATE sessions SET refresh_generation = 3 WHERE id = $1', [ada.sessionId]);
    const { data } = await app.client.send(RefreshDocument, { input: { refreshToken: ada.refreshToken } });
    return data.refresh as Problem;
  },
  async SESSION_ENDED() {
    const ada = await app.given.user();
    const { data } = await endWhileUnderWay(app, ada, () =>
      app.client.send(LogoutEverywhereDocument, {}, { token: ada.accessToken }),
    );
    return data.logoutEverywhere as Problem;
  },
  async LAST_ADMINISTRATOR() {
    const at = await start();
    const admin = await at.given.administrator();
    const input = { userId: admin.id };
    const { data } = await at.client.send(SuspendUserDocument, { input }, { token: admin.accessToken });
    return data.suspendUser as Problem;
  },
  async NAME_TAKEN() {
    const admin = await app.given.acting();
    await admin.does(CreateRoleDocument, { name: 'Clerk' });
    return admin.fails(CreateRoleDocument, { name: 'CLERK' });
  },
  async CONFIRMATION_REQUIRED() {
    const admin = await app.given.acting();
    const permissions = ['signet:users.read', 'signet:audit.read'];
    await admin.does(CreateRoleDocument, { name: 'Auditor', permissions });
    for (const { id } of [await app.given.user(), await app.given.user()])
      await admin.does(GrantRoleDocument, { userId: id, role: 'Auditor' });
    return admin.fails(DeleteRoleDocument, { name: 'Auditor' });
  },
  async SERVICE_ACCESS_DENIED() {
    const ada = await app.given.user();
    const { slug } = await app.given.service({ access: 'CLOSED' });
    return login(app, ada.email, ada.password, slug);
  },
};

const made = [
  problems.invalidInput([]),
  problems.emailTaken(),
  problems.closed(),
  problems.invalidCredentials(),
  problems.suspended(),
  problems.tooManyAttempts(1),
  problems.busy(1),
  problems.invalidRefreshToken(),
  problems.refreshTokenReused(),
  problems.lastAdministrator(),
  problems.sessionEnded(),
  problems.nameTaken('CLERK'),
  problems.confirmationRequired([
    { permission: 'signet:audit.read', userCount: 2, userIds: [] },
    { permission: 'signet:users.read', userCount: 2, userIds: [] },
  ]),
  problems.serviceAccessDenied(),
];

describe('every expected failure', () => {
  it.each(Object.entries(provocations))('can be met: %s', async (code, provoke) => {
    const expected = made.find((problem) => problem.code === code)!;
    const problem = await provoke();
    expect(problem).toMatchObject({
      __typename: expected.constructor.name,
      code,
      message: expected.message,
    });
    if ('retryAfterSeconds' in expected) expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(1);
  });

  it('is in this list: by its maker, its type in the schema and its code', () => {
    const codes = made.map(({ code }) => code);
    expect(codes.toSorted()).toEqual(Object.keys(provocations).toSorted());
    expect(made).toHaveLength(Object.keys(problems).length);
    const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'), { assumeValidSDL: true });
    const problem = schema.getType('IdentityProblem');
    if (!isInterfaceType(problem)) throw new Error('IdentityProblem is no interface');
    const types = schema.getPossibleTypes(problem).filter(isObjectType);
    expect(types.map(({ name }) => name).toSorted()).toEqual(
      made.map((one) => one.constructor.name).toSorted(),
    );
  });
});

describe('changePassword shares the failures of login', () => {
  const change = async (at: TestApp, token: string, currentPassword: string, newPassword: string) => {
    const answer = await at.client.send(
      ChangePasswordDocument,
      { input: { currentPassword, newPassword } },
      { token },
    );
    return (answer.data.changePassword as Problem).__typename;
  };

  it('answers InvalidCredentials, InvalidIdentityInput and TooManyAttempts', async () => {
    const strict = await start({ SIGNET_LOGIN_FAILURES_PER_ACCOUNT: '1' });
    const ada = await strict.given.user();
    const good = 'eight green kettles hum';
    expect(await change(strict, ada.accessToken, GOOD_PASSWORD, 'short')).toBe('InvalidIdentityInput');
    expect(await change(strict, ada.accessToken, 'wrong', good)).toBe('InvalidCredentials');
    expect(await change(strict, ada.accessToken, GOOD_PASSWORD, good)).toBe('TooManyAttempts');
  });
});
