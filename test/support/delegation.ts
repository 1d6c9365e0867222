import type { Person } from './given.js';
import { sendChange, type Answered } from './send-change.js';
import { startTestApp, type TestApp } from './test-app.js';

/** Two services, somebody who manages each of them and nothing else, and people who manage nothing. */
export interface Delegation {
  app: TestApp;
  /** May do everything. */
  root: Person;
  /** Manages orders. */
  olga: Person;
  /** Manages billing. */
  bill: Person;
  /** Has nothing. */
  ann: Person;
  /** Sends a mutation as somebody. */
  change(person: Person, mutation: string, input: object, selection?: string): Promise<Answered>;
  /** Sends one that has to succeed, and gives what was selected of it. */
  make(person: Person, mutation: string, input: object, selection?: string): Promise<Record<string, any>>;
  /** Makes a group and gives its id. */
  group(name: string, service?: string): Promise<string>;
  /**
   * Tries something that has to be refused with this code, and for invalid input with this fault, and checks that
   * everybody has what they had, and that nothing was written from which somebody could have more later.
   */
  expectRefused(attempt: () => Promise<Answered>, code: string, field?: string): Promise<void>;
  /** Effective permissions of everybody. */
  everybody(): Promise<Record<string, string[]>>;
  /** What one of them may do at this moment. */
  may(person: Person): Promise<string[]>;
}

export const OWN_PERMISSIONS = ['read', 'refund', 'ship'];

export async function startDelegation(databaseUrl?: string): Promise<Delegation> {
  const app = await startTestApp({ SIGNET_ACCESS_TOKEN_SECONDS: '3600' }, databaseUrl);
  const root = await app.given.administrator();
  const change: Delegation['change'] = (person, mutation, input, selection) =>
    sendChange(app.client, mutation, input, person.accessToken, selection);
  const make: Delegation['make'] = async (person, mutation, input, selection) => {
    const { code, fields, success } = await change(person, mutation, input, selection);
    if (code !== 'OK') throw new Error(`${mutation}: ${code} ${fields.join()}`);
    return success;
  };
  for (const slug of ['orders', 'billing'])
    await make(root, 'registerService', {
      slug,
      name: slug,
      permissions: OWN_PERMISSIONS.map((name) => ({ name })),
      roles: [{ name: `${slug} agent`, permissions: ['read', 'refund'] }],
    });
  const [olga, bill, ann] = [await app.given.user(), await app.given.user(), await app.given.user()];
  for (const [person, slug] of [[olga, 'orders'] as const, [bill, 'billing'] as const])
    await make(root, 'grantPermission', { userId: person.id, permission: `${slug}:permissions.manage` });

  async function everybody(): Promise<Record<string, string[]>> {
    const users = await app.sql<{ id: string }>('SELECT id FROM users ORDER BY id');
    const held = await app.identity.useCases.loadPermissions(users.map(({ id }) => id));
    return Object.fromEntries(users.map(({ id }) => [id, held.get(id) ?? []]));
  }
  return {
    app,
    ...{ root, olga, bill, ann },
    ...{ change, make, everybody },
    group: async (name, service) => {
      const input = { name, ...(service ? { service } : {}) };
      return (await make(root, 'createGroup', input, 'group { id }'))['group'].id as string;
    },
    expectRefused: async (attempt, code, field) => {
      const before = { everybody: await everybody(), rows: await rows(app) };
      const { code: answered, fields } = await attempt();
      expect({ code: answered, fields }).toEqual({ code, fields: field === undefined ? [] : [field] });
      expect({ everybody: await everybody(), rows: await rows(app) }).toEqual(before);
    },
    may: async ({ id }) => (await app.identity.useCases.loadPermissions([id])).get(id) ?? [],
  };
}

const TABLES = [
  ...[
    'oauth_clients',
    'client_secrets',
    'services',
    'permissions',
    'roles',
    'role_permissions',
    'user_groups',
    'group_members',
  ],
  ...['group_nestings', 'group_ancestors', 'role_grants', 'permission_grants', 'group_role_grants'],
  ...['group_permission_grants', 'users', 'audit_events'],
];

/** Every row from which it follows who may do what, and the traces of changes. */
async function rows(app: TestApp): Promise<Record<string, unknown>> {
  const read = TABLES.map(
    (table) =>
      `(SELECT json_agg(row ORDER BY row::text) FROM ${table} row${
        table === 'audit_events' ? ` WHERE type NOT LIKE 'session.%' AND type NOT LIKE 'login.%'` : ''
      }) AS ${table}`,
  );
  const [all] = await app.sql<Record<string, unknown>>(`SELECT ${read.join(', ')}`);
  return all!;
}
