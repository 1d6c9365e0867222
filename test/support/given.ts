import { randomBytes } from 'node:crypto';
import type { Identity } from '../../src/app.js';
import { LoginDocument, RegisterDocument } from './operations.js';
import type { GraphqlClient } from './client.js';

export const GOOD_PASSWORD = 'seven blue kettles sing';

/** A person with a session, made through the door that people use. */
export interface Person {
  id: string;
  email: string;
  password: string;
  name: string;
  sessionId: string;
  accessToken: string;
  refreshToken: string;
}

/** Makes what a test starts from. Every one is new, so that no test depends on another. */
export class Given {
  constructor(
    private readonly client: GraphqlClient,
    private readonly identity: Identity,
  ) {}

  /** An address that no other test uses. */
  email(): string {
    return `person-${randomBytes(6).toString('hex')}@example.com`;
  }

  /** Somebody who has just registered. */
  async user(overrides: Partial<{ email: string; password: string; name: string }> = {}): Promise<Person> {
    const input = { email: this.email(), password: GOOD_PASSWORD, name: 'Ada Byron', ...overrides };
    const { register } = (await this.client.send(RegisterDocument, { input })).data;
    if (register.__typename !== 'RegisterSuccess')
      throw new Error(`no registration: ${JSON.stringify(register)}`);
    return { ...input, id: register.user.id, ...tokensOf(register) };
  }

  /** Somebody who may do everything in Signet. */
  async administrator(): Promise<Person> {
    const input = { email: this.email(), password: GOOD_PASSWORD, name: 'Grace Admin' };
    const outcome = await this.identity.createAccount(input, { administrator: true });
    if (outcome.kind !== 'created') throw new Error(`no administrator: ${outcome.kind}`);
    return this.login({ ...input, id: outcome.userId });
  }

  /** Another session of the same person. */
  async login(person: Pick<Person, 'id' | 'email' | 'password' | 'name'>): Promise<Person> {
    const input = { email: person.email, password: person.password };
    const { login } = (await this.client.send(LoginDocument, { input })).data;
    if (login.__typename !== 'LoginSuccess') throw new Error(`no login: ${JSON.stringify(login)}`);
    return { ...person, ...tokensOf(login) };
  }

  /** Gives a single permission straight in the database. */
  async permission(userId: string, permission: string): Promise<void> {
    await this.identity.database.pool.query(
      `INSERT INTO permission_grants (id, user_id, permission, created_at) VALUES (gen_random_uuid(), $1, $2, now())`,
      [userId, permission],
    );
  }
}

function tokensOf(success: {
  session: { id: string };
  tokens: { accessToken: string; refreshToken?: string | null };
}) {
  const { accessToken, refreshToken } = success.tokens;
  if (!refreshToken) throw new Error('the refresh token is not in the body');
  return { sessionId: success.session.id, accessToken, refreshToken };
}
