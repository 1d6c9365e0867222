import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../src/domain/caller.js';
import type { TestApp } from '../support/test-app.js';
import { OBSERVER, PEOPLE } from './commands.js';
import type { Ids } from './inputs.js';
import type { Words } from './pictures.js';

const HOUR_MS = 3_600_000;
/** Of groups that were never made. */
const NOBODY = '01890000-0000-7000-8000-000000000000';

/**
 * The people of one run with a session each, in a database in which nothing else is left, and what they and
 * their groups are called there.
 */
export class Stage implements Ids, Words {
  private readonly ids = new Map(
    [...PEOPLE, OBSERVER].map((name) => [name as string, randomUUID() as string]),
  );
  private readonly names = new Map([...this.ids].map(([name, id]) => [id, name]));
  private readonly sessions = new Map<string, string>();
  readonly groups: string[] = [];
  private startMs = 0;

  private constructor(private readonly app: TestApp) {}

  static async set(app: TestApp): Promise<Stage> {
    const stage = new Stage(app);
    app.clock.advance(1);
    stage.startMs = app.clock.now().getTime();
    await app.sql(EMPTY);
    await app.sql(
      `INSERT INTO users (id, name, status, created_at, updated_at)
       SELECT id, name, 'ACTIVE', $3::timestamptz, $3 FROM unnest($1::uuid[], $2::text[]) AS person (id, name)`,
      [[...stage.ids.values()], [...stage.ids.keys()], app.clock.now()],
    );
    await app.sql(
      `WITH role AS (
         INSERT INTO role_grants (id, user_id, role_id, created_at)
         SELECT gen_random_uuid(), $1, r.id, now() FROM roles r WHERE r.name = 'administrator')
       INSERT INTO permission_grants (id, user_id, permission, created_at)
       VALUES (gen_random_uuid(), $2, 'signet:permissions.read', now())`,
      [stage.personId('root'), stage.personId(OBSERVER)],
    );
    for (const name of stage.ids.keys()) await stage.signIn(name);
    return stage;
  }

  /** A session as a sign-in makes it, without the hash that a sign-in costs. */
  async signIn(name: string): Promise<void> {
    const id = randomUUID();
    await this.app.sql(
      `INSERT INTO sessions (id, user_id, client_id, amr, ip_address, network, created_at, authenticated_at,
         refresh_generation, refreshed_at, idle_expires_at, absolute_expires_at)
       VALUES ($1, $2, 'signet-graphql', '{pwd}', '', '', $3, $3, 1, $3, $4, $4)`,
      [id, this.personId(name), this.app.clock.now(), this.moment(10_000)],
    );
    this.sessions.set(name, id);
  }

  viewer(name: string): Viewer {
    const sessionId = this.sessions.get(name)!;
    return { userId: this.personId(name), sessionId, permissions: new Set(), client: null };
  }

  async token(name: string): Promise<string> {
    const { userId, sessionId } = this.viewer(name);
    const { token } = await this.app.identity.accessTokens.mint({
      userId,
      sessionId,
      clientId: 'signet-graphql',
      authenticatedAt: this.app.clock.now(),
      amr: ['pwd'],
      permissions: [],
      sessionEndsAt: this.moment(10_000),
    });
    return token;
  }

  personId(name: string): string {
    return this.ids.get(name)!;
  }

  person = (id: string): string => this.names.get(id) ?? id;

  groupId(group: number): string {
    return this.groups[group] ?? NOBODY;
  }

  group = (id: string): number => this.groups.indexOf(id);

  moment(hoursFromNow: number): Date {
    return new Date(this.app.clock.now().getTime() + hoursFromNow * HOUR_MS);
  }

  hours = (moment: string | null): number | null =>
    moment === null ? null : (new Date(moment).getTime() - this.startMs) / HOUR_MS;
}

/** Takes everything away that a run may have left, but not the audit trail, which nobody may shorten. */
const EMPTY = [
  ...['role_grants', 'permission_grants', 'group_role_grants', 'group_permission_grants'],
  ...['group_members', 'group_nestings', 'group_ancestors', 'user_groups'],
  ...[
    `role_permissions WHERE permission NOT LIKE 'signet:%'`,
    `role_permissions USING roles r WHERE r.id = role_id AND r.service IS NULL`,
  ],
  ...[`roles WHERE service IS DISTINCT FROM 'signet'`, `permissions WHERE service <> 'signet'`],
  ...[`services WHERE slug <> 'signet'`, 'sessions', 'users'],
]
  .map((what) => `DELETE FROM ${what}`)
  .join('; ');
