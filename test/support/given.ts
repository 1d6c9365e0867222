import { randomBytes } from 'node:crypto';
import type { Identity } from '../../src/identity.js';
import { Actor } from './actor.js';
import type { GraphqlClient } from './client.js';
import {
  GrantPermissionDocument,
  LoginDocument,
  RegisterDocument,
  RegisterServiceDocument,
  type ManifestPermissionInput,
  type ManifestRoleInput,
  type RegisterServiceInput,
} from './operations.js';

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

/** A manifest that was registered, with the full names of its usual permissions. */
export type RegisteredService = RegisterServiceInput & {
  permissions: ManifestPermissionInput[];
  roles: ManifestRoleInput[];
  read: string;
  refund: string;
};

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
  service: string | null = null,
): Promise<SignedInPerson> {
  const { login } = (await client.send(LoginDocument, { input: { email, password, service } })).data;
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

  /** Another session of the same person, for a service or for none. */
  async login(
    person: Pick<Person, 'email' | 'password' | 'name'>,
    service: string | null = null,
  ): Promise<Person> {
    return { ...person, ...(await signIn(this.client, person.email, person.password, service)) };
  }

  /** Somebody who may do everything in Signet, and does. */
  async acting(person?: Person): Promise<Actor> {
    return new Actor(this.client, person ?? (await this.administrator()));
  }

  /** A slug that no other test uses. */
  slug(): string {
    return `s-${randomBytes(6).toString('hex')}`;
  }

  /** A service that an administrator has registered, with the permissions `read` and `refund` unless told otherwise. */
  async service(overrides: Partial<RegisterServiceInput> = {}, by?: Actor): Promise<RegisteredService> {
    const slug = overrides.slug ?? this.slug();
    const manifest = {
      slug,
      name: `Service ${slug}`,
      permissions: [{ name: 'read' }, { name: 'refund' }],
      roles: [],
      ...overrides,
    };
    await (by ?? (await this.acting())).does(RegisterServiceDocument, manifest);
    return { ...manifest, read: `${slug}:read`, refund: `${slug}:refund` };
  }

  /** Somebody who manages the permissions of one service and nothing else. */
  async manager(slug: string, by?: Actor): Promise<Person> {
    const person = await this.user({ name: `Manager of ${slug}` });
    const input = { userId: person.id, permission: `${slug}:permissions.manage` };
    await (by ?? (await this.acting())).does(GrantPermissionDocument, input);
    return person;
  }

  /** Gives a single permission straight in the database, in the catalogue of which it is put if need be. */
  async permission(userId: string, permission: string): Promise<void> {
    const { pool } = this.identity.database;
    const [slug] = permission.split(':');
    await pool.query(
      `INSERT INTO services (slug, name, access, created_at, updated_at) VALUES ($1, $1, 'OPEN', now(), now())
       ON CONFLICT DO NOTHING`,
      [slug],
    );
    await pool.query(
      `INSERT INTO permissions (name, service, created_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING`,
      [permission, slug],
    );
    await pool.query(
      `INSERT INTO permission_grants (id, user_id, permission, created_at) VALUES (gen_random_uuid(), $1, $2, now())`,
      [userId, permission],
    );
  }
}
