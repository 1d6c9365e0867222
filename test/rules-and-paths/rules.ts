import type { SessionEndReason } from '../../src/domain/sessions/index.js';
import type { UserStatus } from '../../src/domain/users/index.js';
import type { Person } from '../support/given.js';
import type { Subject } from './ask.js';
import { permissionRules } from './permission-rules.js';
import {
  ChangePasswordDocument,
  DeleteUserDocument,
  LoginDocument,
  LogoutDocument,
  LogoutEverywhereDocument,
  RefreshDocument,
  RevokeSessionDocument,
  SuspendUserDocument,
} from '../support/operations.js';
import type { TestApp } from '../support/test-app.js';

export interface Rule {
  /** The reasons and statuses of the code that it stands for. */
  covers: (SessionEndReason | UserStatus)[];
  /** Brings a signed-in administrator under the rule, and returns what they then hold. */
  breakIt: (app: TestApp, person: Person) => Promise<Subject>;
}

const NEW_PASSWORD = 'eight red lanterns glow';

/** Ages one session in the database, as if time had passed for it alone. */
const age = (column: string) => async (app: TestApp, person: Person) => {
  await app.sql(`UPDATE sessions SET ${column} = created_at - interval '1 second' WHERE id = $1`, [
    person.sessionId,
  ]);
  return person;
};

/** Everything that takes away what a person could do before. */
export const rules = {
  suspended: {
    covers: ['USER_SUSPENDED', 'SUSPENDED'],
    async breakIt(app, person) {
      const admin = await app.given.administrator();
      await app.client.send(
        SuspendUserDocument,
        { input: { userId: person.id } },
        { token: admin.accessToken },
      );
      return person;
    },
  },
  deleted: {
    covers: ['USER_DELETED', 'DELETED'],
    async breakIt(app, person) {
      const admin = await app.given.administrator();
      await app.client.send(
        DeleteUserDocument,
        { input: { userId: person.id } },
        { token: admin.accessToken },
      );
      return person;
    },
  },
  'password changed since': {
    covers: ['PASSWORD_CHANGED'],
    async breakIt(app, person) {
      const elsewhere = await app.given.login(person);
      const input = { currentPassword: person.password, newPassword: NEW_PASSWORD };
      await app.client.send(ChangePasswordDocument, { input }, { token: elsewhere.accessToken });
      return person;
    },
  },
  'session revoked': {
    covers: ['REVOKED'],
    async breakIt(app, person) {
      const elsewhere = await app.given.login(person);
      const input = { sessionId: person.sessionId };
      await app.client.send(RevokeSessionDocument, { input }, { token: elsewhere.accessToken });
      return person;
    },
  },
  'logged out': {
    covers: ['LOGOUT'],
    async breakIt(app, person) {
      await app.client.send(LogoutDocument, {}, { token: person.accessToken });
      return person;
    },
  },
  'logged out everywhere': {
    covers: ['LOGOUT_EVERYWHERE'],
    async breakIt(app, person) {
      const elsewhere = await app.given.login(person);
      await app.client.send(LogoutEverywhereDocument, {}, { token: elsewhere.accessToken });
      return person;
    },
  },
  'refresh token reused': {
    covers: ['REFRESH_TOKEN_REUSED'],
    async breakIt(app, person) {
      let { refreshToken } = person;
      for (let round = 0; round < 2; round += 1) {
        const { refresh } = (await app.client.send(RefreshDocument, { input: { refreshToken } })).data;
        if (refresh.__typename !== 'RefreshSuccess') throw new Error(refresh.__typename);
        refreshToken = refresh.tokens.refreshToken!;
      }
      await app.client.send(RefreshDocument, { input: { refreshToken: person.refreshToken } });
      return { ...person, refreshToken };
    },
  },
  'too many sessions': {
    covers: ['TOO_MANY_SESSIONS'],
    async breakIt(app, person) {
      for (let round = 0; round < 3; round += 1) {
        app.clock.advance(1);
        await app.given.login(person);
      }
      return person;
    },
  },
  'idle too long': { covers: [], breakIt: age('idle_expires_at') },
  'absolute lifetime over': { covers: [], breakIt: age('absolute_expires_at') },
  'access token expired': {
    covers: [],
    async breakIt(app, person) {
      app.clock.advance(301);
      return person;
    },
  },
  'signing key revoked': {
    covers: [],
    async breakIt(app, person) {
      await app.identity.keys.revokeKey(app.identity.keyRing.active().kid);
      return person;
    },
  },
  'account throttled': {
    covers: [],
    async breakIt(app, person) {
      for (let round = 0; round < 3; round += 1)
        await app.client.send(LoginDocument, {
          input: { email: person.email, password: 'a wrong password' },
        });
      return person;
    },
  },
  ...permissionRules,
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;
