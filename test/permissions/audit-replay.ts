import type { TestApp } from '../support/test-app.js';
import type { Picture, Words } from './pictures.js';

interface Event {
  id: string;
  type: string;
  actor_id: string | null;
  user_id: string | null;
  subject_name: string;
  before: Record<string, any> | null;
  after: Record<string, any> | null;
  details: Record<string, any>;
}

/** Comes before every event. */
export const NO_EVENT = '00000000-0000-0000-0000-000000000000';

/** What the audit trail tells, without the closure, and without who declares a role, which it does not name. */
export type Told = Omit<Picture, 'around'>;

export function told({ around: _follows, roles, ...rest }: Picture): Told {
  const unnamed = Object.entries(roles).map(([name, role]) => [name, { ...role, service: null }]);
  return { ...rest, roles: Object.fromEntries(unnamed) as Picture['roles'] };
}

/**
 * Makes from a picture and the events since then the picture that must stand now: each event has to be a change,
 * and to say truly what stood there before.
 */
export async function replay(
  app: Pick<TestApp, 'sql'>,
  before: Told,
  since: string,
  words: Words,
): Promise<{ now: Told; last: string; types: string[] }> {
  const events = await app.sql<Event>(
    `SELECT id, type, actor_id, user_id, subject_name, "before", "after", details FROM audit_events
     WHERE id > $1 AND type NOT LIKE 'session.%' ORDER BY id`,
    [since],
  );
  const now = structuredClone(before);
  for (const event of events) {
    const stood = JSON.stringify(now);
    tell(now, event, words);
    if (JSON.stringify(now) === stood) throw new Error(`no change behind ${JSON.stringify(event)}`);
  }
  return { now, last: events.at(-1)?.id ?? since, types: events.map(({ type }) => type) };
}

function tell(now: Told, event: Event, { person, group, hours }: Words): void {
  const { type, subject_name: name, before, after, details } = event;
  const wasThere = (stood: unknown, said: unknown) => {
    if (JSON.stringify(stood) !== JSON.stringify(said))
      throw new Error(`${JSON.stringify(event)} but there stood ${JSON.stringify(stood)}`);
  };
  const groupId = details['groupId'] === undefined ? null : group(details['groupId'] as string);
  switch (type) {
    case 'user.suspended':
    case 'user.reactivated':
    case 'user.deleted': {
      const user = person(event.user_id!);
      wasThere(now.users[user], before!['status']);
      now.users[user] = after!['status'] as string;
      // What they had went before, line by line.
      if (type === 'user.deleted' && holdsSomething(now, user))
        throw new Error(`${user} has something still`);
      return;
    }
    case 'service.registered':
    case 'service.changed':
      wasThere(now.services[name] ?? null, before && before['access']);
      now.services[name] = after!['access'] as string;
      return;
    case 'service.removed':
      wasThere(now.services[name], before!['access']);
      delete now.services[name];
      return;
    case 'permission.declared':
    case 'permission.changed':
    case 'permission.removed':
      wasThere(now.permissions[name], before ? state(before) : undefined);
      if (after) now.permissions[name] = state(after);
      else delete now.permissions[name];
      return;
    case 'role.created':
    case 'role.changed':
    case 'role.deleted':
      return tellRole(now, event, wasThere);
    case 'role.granted':
    case 'permission.granted':
    case 'role.revoked':
    case 'permission.revoked': {
      const receiver = event.user_id ? person(event.user_id) : `group ${groupId}`;
      const key = `${receiver} ← ${type.startsWith('role') ? `role ${name}` : name}`;
      const terms = (of: Record<string, any> | null) =>
        of && { reason: of['reason'] as string | null, expiresAt: hours(of['expiresAt'] as string | null) };
      const present = now.grants[key];
      wasThere(present ? { reason: present.reason, expiresAt: present.expiresAt } : null, terms(before));
      if (after) now.grants[key] = { by: event.actor_id && person(event.actor_id), ...terms(after)! };
      else delete now.grants[key];
      return;
    }
    case 'group.created':
      now.groups[groupId!] = { name, service: after!['service'] as string | null, users: [], groups: [] };
      return;
    case 'group.changed':
      wasThere(now.groups[groupId!]!.name, before!['name']);
      wasThere(now.groups[groupId!]!.service, before!['service']);
      now.groups[groupId!]!.name = after!['name'] as string;
      now.groups[groupId!]!.service = after!['service'] as string | null;
      return;
    case 'group.deleted': {
      // Whoever was in it has a line of their own before this one.
      wasThere([now.groups[groupId!]!.users, now.groups[groupId!]!.groups], [[], []]);
      delete now.groups[groupId!];
      for (const one of Object.values(now.groups)) one.groups = one.groups.filter((id) => id !== groupId);
      return;
    }
    case 'group.member-added':
    case 'group.member-removed': {
      const { users, groups } = now.groups[groupId!]!;
      const [list, member]: [(string | number)[], string | number] = event.user_id
        ? [users, person(event.user_id)]
        : [groups, group(details['memberGroupId'] as string)];
      wasThere(list.includes(member), type === 'group.member-removed');
      if (type === 'group.member-added') list.push(member);
      else list.splice(list.indexOf(member), 1);
      list.sort((one, other) => (one < other ? -1 : 1));
      return;
    }
    default:
      throw new Error(`what is ${type}?`);
  }
}

const state = ({ deprecated }: Record<string, any>) => (deprecated === null ? 'in use' : 'deprecated');

function tellRole(now: Told, { before, after }: Event, wasThere: (stood: unknown, said: unknown) => void) {
  const old = before?.['name'] as string | undefined;
  if (before) wasThere(now.roles[old!]?.permissions, before['permissions']);
  if (old !== undefined) delete now.roles[old];
  if (!after) return;
  const name = after['name'] as string;
  now.roles[name] = { service: null, permissions: after['permissions'] as string[] };
  if (old === undefined || old === name) return;
  for (const [key, grant] of Object.entries(now.grants))
    if (key.endsWith(` ← role ${old}`)) {
      delete now.grants[key];
      now.grants[key.replace(/ ← role .*$/, ` ← role ${name}`)] = grant;
    }
}

/** Whether an account is left with a grant or in a group. */
function holdsSomething(now: Told, user: string): boolean {
  const holds = Object.keys(now.grants).some((key) => key.startsWith(`${user} ← `));
  return holds || Object.values(now.groups).some((one) => one.users.includes(user));
}
