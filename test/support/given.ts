import { randomBytes } from 'node:crypto';
import type { Identity } from '../../src/app.js';
import { LoginDocument, RegisterDocument } from './operations.js';
import type { GraphqlClient } from './client.js';

export const GOOD_PASSWORD = 'seven blue kettles sing';

/** Somebody who holds tokens. */
export interface SignedInPerson {
  id: string;
  email: string;
  sessionId: string;
  accessToken: string;
  refreshToken: string;
}

/** A person with a session, made through the door that people use. */
export interface Person extends SignedInPerson {
  password: string;
  name: string;
}

/** An address that no other test uses. */
export function newAddress(): string {
  return `person-${randomBytes(8).toString('hex')}@example.com`;
}

/** Registers somebody. */
export async function signUp(
  client: GraphqlClient,
  overrides: Partial<{ email: string; password: string; name: string }> = {},
): Promise<Person> {
  const input = { email: newAddress(), password: GOOD_PASSWORD, name: 'Ada Byron', ...overrides };
  const { register } = (await client.send(RegisterDocument, { input })).data;
  if (register.__typename !== 'RegisterSuccess')
    throw new Error(`no registration: ${JSON.stringify(register)}`);
  return { ...input, ...held(register) };
}

/** Signs somebody in who has registered, or the administrator. */
export async function signIn(
  client: GraphqlClient,
  email: string,
  password = GOOD_PASSWORD,
): Promise<SignedInPerson> {
  const { login } = (await client.send(LoginDocument, { input: { email, password } })).data;
  if (login.__typename !== 'LoginSuccess') throw new Error(`no login: ${JSON.stringify(login)}`);
  return { email, ...held(login) };
}

function held(success: {
  user: { id: string };
  session: { id: string };
  tokens: { accessToken: string; refreshToken?: string | null };
}) {
  const { accessToken, refreshToken } = success.tokens;
  if (!refreshToken) throw new Error('the refresh token is not in the body');
  return { id: success.user.id, sessionId: success.session.id, accessToken, refreshToken };
}

/** Makes what a test starts from. Every one is new, so that no test depends on another. */
export class Given {
  constructor(
    private readonly client: GraphqlClient,
    private readonly identity: Identity,
  ) {}

  email(): string {
    return newAddress();
  }

  /** Somebody who has just registered. */
  user(overrides: Partial<{ email: string; password: string; name: string }> = {}): Promise<Person> {
    return signUp(this.client, overrides);
  }

  /** Somebody who may do everything in Signet. */
  async administrator(): Promise<Person> {
    const input = { email: this.email(), password: GOOD_PASSWORD, name: 'Grace Admin' };
    const outcome = await this.identity.createAccount(input, { administrator: true });
    if (outcome.kind !== 'created') throw new Error(`no administrator: ${outcome.kind}`);
    return this.login(input);
  }

  /** Another session of the same person. */
  async login(person: Pick<Person, 'email' | 'password' | 'name'>): Promise<Person> {
    return { ...person, ...(await signIn(this.client, person.email, person.password)) };
  }

  /** Gives a single permission straight in the database. */
  async permission(userId: string, permission: string): Promise<void> {
    await this.identity.database.pool.query(
      `INSERT INTO permission_grants (id, user_id, permission, created_at) VALUES (gen_random_uuid(), $1, $2, now())`,
      [userId, permission],
    );
  }
}
