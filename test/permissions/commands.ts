import fc from 'fast-check';

/** People of a run. Nothing happens to the observer, who may read everything. */
export const PEOPLE = ['root', 'olga', 'bill', 'temp', 'ann', 'bob', 'eve'] as const;
export type PersonName = (typeof PEOPLE)[number];
export const OBSERVER = 'observer';

export interface DeclaredPermission {
  name: string;
  deprecated: boolean;
}
export interface DeclaredRole {
  name: string;
  permissions: string[];
}
/** One of each pair, when the command is well-formed. */
export interface Receiver {
  user?: PersonName;
  group?: number;
}
export type Given = { role: string } | { permission: string };

/** What may happen. A group is the n-th that was ever made in the run, whether it is still there or not. */
export type Change =
  | {
      do: 'register service';
      slug: string;
      access: 'OPEN' | 'CLOSED';
      permissions: DeclaredPermission[];
      roles: DeclaredRole[];
    }
  | {
      do: 'update service';
      slug: string;
      access?: 'OPEN' | 'CLOSED';
      permissions?: DeclaredPermission[];
      roles?: DeclaredRole[];
      confirm: boolean;
    }
  | { do: 'delete service'; slug: string; confirm: boolean }
  | { do: 'create role'; name: string; permissions: string[] }
  | { do: 'update role'; name: string; newName?: string; permissions?: string[] }
  | { do: 'delete role'; name: string; confirm: boolean }
  | { do: 'create group'; name: string; service?: string }
  | { do: 'rename group'; group: number; name: string }
  | { do: 'delete group'; group: number; confirm: boolean }
  | { do: 'add member' | 'remove member'; group: number; user?: PersonName; memberGroup?: number }
  | { do: 'grant'; to: Receiver; what: Given; reason?: string; hours?: number }
  | { do: 'revoke'; to: Receiver; what: Given }
  | { do: 'suspend' | 'reactivate' | 'delete user'; user: PersonName }
  | { do: 'time passes'; hours: number };

/** A change of something that is there, the n-th of it: guesses would mostly miss. */
export type Pick = { do: 'revoke one' | 'remove one member'; pick: number };

export interface Command {
  /** Null on the command line of an operator. */
  actor: PersonName | null;
  /** Through GraphQL over HTTP, or the use case that stands behind it. */
  door: 'http' | 'use case';
  change: Change;
}

export type Picked = Omit<Command, 'change'> & { change: Change | Pick };

export const SLUGS = ['orders', 'billing', 'stock'];
export const OWN = ['read', 'refund', 'ship'];
const STANDING = ['permissions.manage', 'sign-in'];
const SIGNET = ['users.read', 'users.manage', 'permissions.read', 'permissions.manage', 'audit.read'];
/** Every name that a permission ever has, and one that nobody ever declares. */
export const PERMISSIONS = [
  ...SIGNET.map((what) => `signet:${what}`),
  ...SLUGS.flatMap((slug) => [...OWN, ...STANDING].map((what) => `${slug}:${what}`)),
];
const UNKNOWN_PERMISSION = 'orders:fly';
const ROLES = ['Lead', 'Clerk', 'Helper', 'lead'];
const DECLARED_ROLES = ['Agent', 'agent', 'Seller'];
const GROUPS = ['Support', 'support', 'Night shift', 'Leads', 'Everyone', 'Guests', 'Staff'];

const { constantFrom, record, option, boolean, oneof, subarray, constant } = fc;
const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => option(arbitrary, { nil: undefined, freq: 2 });

const slug = oneof(
  often(5, constant('orders')),
  often(3, constant('billing')),
  often(2, constant('stock')),
  often(1, constant('signet')),
);
const permission = oneof(
  often(6, constantFrom(...OWN.map((name) => `orders:${name}`), 'orders:permissions.manage')),
  often(4, constantFrom(...PERMISSIONS)),
  often(1, constantFrom('signet:permissions.manage', UNKNOWN_PERMISSION)),
);
const permissions = oneof(
  often(5, fc.array(permission, { maxLength: 3 })),
  often(4, subarray(['orders:read', 'orders:refund', 'orders:ship', 'orders:sign-in'], { minLength: 1 })),
);
const role = oneof(
  often(8, constantFrom(...ROLES)),
  often(3, constantFrom(...DECLARED_ROLES)),
  often(1, constantFrom('administrator', 'nobody made it')),
);
const declaredRole = oneof(often(8, constantFrom(...DECLARED_ROLES)), often(1, role));
const group = oneof(often(9, fc.nat({ max: 4 })), often(2, fc.nat({ max: 12 })));
const user = constantFrom(...PEOPLE);
const confirm = boolean();
const access = constantFrom<'OPEN' | 'CLOSED'>('OPEN', 'CLOSED');

const declaredPermissions = oneof(
  often(8, subarray(OWN, { minLength: 1 })),
  often(1, constantFrom(['read', 'read'], ['permissions.manage'])),
).chain((names) => fc.tuple(...names.map((name) => record({ name: constant(name), deprecated: boolean() }))));
/** Mostly of what the manifest declares, now and then of what it does not. */
const declaredRoles = fc.array(
  record({
    name: declaredRole,
    permissions: oneof(
      often(4, subarray(['read', 'refund'])),
      often(1, subarray([...OWN, 'sign-in', 'permissions.manage', 'fly'])),
    ),
  }),
  { maxLength: 2 },
);
const receiver = oneof<fc.WeightedArbitrary<Receiver>[]>(
  often(10, record({ user })),
  often(8, record({ group })),
  often(1, constantFrom({}, { user: 'eve', group: 0 } as const)),
);
const what = oneof<fc.WeightedArbitrary<Given>[]>(
  often(5, record({ permission })),
  often(4, record({ role })),
);
const member = oneof<fc.WeightedArbitrary<{ user?: PersonName; memberGroup?: number }>[]>(
  often(10, record({ user })),
  often(9, record({ memberGroup: group })),
  often(1, constantFrom({}, { user: 'eve', memberGroup: 0 } as const)),
);
const hours = constantFrom(2, 24, 100, -1);

/** Optional properties are left out when they are undefined, as a client leaves them out. */
const compact = <T extends object>(arbitrary: fc.Arbitrary<T>) =>
  arbitrary.map((value) => JSON.parse(JSON.stringify(value)) as Change);
const change = (weight: number, shape: object) =>
  often(weight, compact(record(shape as Record<string, fc.Arbitrary<unknown>>)));

const changes: fc.Arbitrary<Change | Pick> = oneof(
  change(3, {
    do: constant('register service'),
    slug,
    access,
    permissions: declaredPermissions,
    roles: declaredRoles,
  }),
  change(8, {
    do: constant('update service'),
    slug,
    access: maybe(access),
    permissions: maybe(declaredPermissions),
    roles: maybe(declaredRoles),
    confirm,
  }),
  change(1, { do: constant('delete service'), slug, confirm }),
  change(4, { do: constant('create role'), name: role, permissions }),
  change(5, {
    do: constant('update role'),
    name: role,
    newName: maybe(role),
    permissions: maybe(permissions),
  }),
  change(1, { do: constant('delete role'), name: role, confirm }),
  change(4, {
    do: constant('create group'),
    name: constantFrom(...GROUPS),
    service: option(slug, { nil: undefined, freq: 3 }),
  }),
  change(2, { do: constant('rename group'), group, name: constantFrom(...GROUPS) }),
  change(1, { do: constant('delete group'), group, confirm }),
  often(
    9,
    fc.tuple(group, member).map(([n, who]) => ({ do: 'add member' as const, group: n, ...who })),
  ),
  often(
    3,
    fc.tuple(group, member).map(([n, who]) => ({ do: 'remove member' as const, group: n, ...who })),
  ),
  change(14, {
    do: constant('grant'),
    to: receiver,
    what,
    reason: maybe(constant('asked for')),
    hours: maybe(hours),
  }),
  change(2, { do: constant('revoke'), to: receiver, what }),
  often(5, record({ do: constant('revoke one' as const), pick: fc.nat({ max: 20 }) })),
  often(4, record({ do: constant('remove one member' as const), pick: fc.nat({ max: 20 }) })),
  change(1, { do: constant('suspend'), user }),
  change(2, { do: constant('reactivate'), user }),
  change(1, { do: constant('delete user'), user }),
  change(3, { do: constant('time passes'), hours: constantFrom(1, 3, 30) }),
);

const actor = oneof<fc.WeightedArbitrary<PersonName | null>[]>(
  often(9, constant('root')),
  often(4, constant('olga')),
  often(3, constant('bill')),
  often(2, constant('temp')),
  often(2, constantFrom('ann', 'bob', 'eve')),
  often(1, constant(null)),
);

const door = oneof(often(1, constant('http' as const)), often(3, constant('use case' as const)));

export const command: fc.Arbitrary<Picked> = record({ actor, door, change: changes });

/** What every run begins with: services, who manages them, one who manages all for a day, roles, groups in groups. */
export const BEGINNING: Change[] = [
  ...['orders', 'billing'].map((slug) => ({
    do: 'register service' as const,
    slug,
    access: 'OPEN' as const,
    permissions: OWN.map((name) => ({ name, deprecated: name === 'ship' })),
    roles: slug === 'orders' ? [{ name: 'Agent', permissions: ['read', 'refund'] }] : [],
  })),
  { do: 'create role', name: 'Lead', permissions: ['orders:refund', 'orders:sign-in'] },
  { do: 'create role', name: 'Clerk', permissions: ['orders:read', 'billing:read', 'billing:refund'] },
  ...[
    { to: { user: 'olga' }, what: { permission: 'orders:permissions.manage' } } as const,
    { to: { user: 'bill' }, what: { permission: 'billing:permissions.manage' } } as const,
    { to: { user: 'temp' }, what: { permission: 'signet:permissions.manage' }, hours: 24 } as const,
  ].map((grant) => ({ do: 'grant' as const, ...grant })),
  ...['orders', undefined, 'billing', 'orders', undefined].map((service, index) => ({
    do: 'create group' as const,
    name: GROUPS.toSpliced(1, 1)[index]!,
    ...(service ? { service } : {}),
  })),
  { do: 'grant', to: { group: 0 }, what: { role: 'Agent' } },
  { do: 'grant', to: { group: 2 }, what: { role: 'Clerk' }, hours: 100 },
  { do: 'grant', to: { group: 3 }, what: { permission: 'orders:permissions.manage' } },
  { do: 'add member', group: 0, user: 'ann' },
  { do: 'add member', group: 1, memberGroup: 0 },
  { do: 'add member', group: 3, user: 'bob' },
];
