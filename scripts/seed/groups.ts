import { DAY_MS, Lots, pick } from './lots.js';
import type { Catalogue } from './catalogue.js';
import type { SeedPlan } from './plan.js';

const DEPARTMENTS =
  'Sales Support Finance Engineering Design Legal Marketing Logistics Purchasing Security Research Operations ' +
  'Facilities Payroll Training Quality Data Platform Partnerships Communications';
const CITIES =
  'Berlin Paris Lisbon Madrid Vienna Prague Warsaw Oslo Dublin Athens Rome Milan Zagreb Helsinki Tallinn Riga ' +
  'Vilnius Lagos Nairobi Cairo Accra Toronto Austin Denver Lima Bogota Santiago Tokyo Osaka Seoul Mumbai Delhi ' +
  'Sydney Perth Auckland';

export interface GroupRow {
  id: string;
  name: string;
  description: string;
  service: string | null;
}

export interface GroupGrantRow {
  id: string;
  groupId: string;
  /** A role's id, or a permission's name. */
  what: string;
  reason: string | null;
  createdAt: string;
  expiresAt: string | null;
}

export interface Groups {
  groups: GroupRow[];
  nestings: { groupId: string; memberGroupId: string }[];
  /** Each group with itself and every group that it is in, however deep. */
  ancestors: { groupId: string; ancestorId: string }[];
  roleGrants: GroupGrantRow[];
  permissionGrants: GroupGrantRow[];
}

/** Groups of people, some in others, and what they were given. */
export function makeGroups(plan: SeedPlan, catalogue: Catalogue): Groups {
  const lots = new Lots(plan);
  const asOfMs = Date.parse(plan.asOf);
  const groups = Array.from({ length: plan.groups }, (_, index) => ({
    id: lots.id('group', index, asOfMs - 800 * DAY_MS + index),
    ...describeGroup(index, lots, catalogue),
  }));
  const parents = groups.map((_, index) => parentsOf(index, lots));
  const idsOf = (indices: Iterable<number>) => [...indices].map((index) => groups[index]!.id);
  const closure: Set<number>[] = [];
  // Parents come first in the list, so what they are in is known by then, and there are no circles.
  for (const [index, own] of parents.entries())
    closure.push(new Set([index, ...own.flatMap((parent) => [...closure[parent]!])]));
  return {
    groups,
    nestings: groups.flatMap(({ id }, index) =>
      idsOf(parents[index]!).map((groupId) => ({ groupId, memberGroupId: id })),
    ),
    ancestors: groups.flatMap(({ id }, index) =>
      idsOf(closure[index]!).map((ancestorId) => ({ groupId: id, ancestorId })),
    ),
    roleGrants: groups.flatMap(({ id }, index) =>
      rolesOf(index, lots, catalogue).map((what, place) =>
        grant(`group-role-grant ${place}`, id, what, index, lots, asOfMs),
      ),
    ),
    permissionGrants: groups.flatMap(({ id }, index) => {
      const draw = lots.draw('group permission', index);
      if (index < 2 || draw(0) > 0.1) return [];
      return grant('group-permission-grant', id, pickGrantable(catalogue, draw(1)), index, lots, asOfMs);
    }),
  };
}

function describeGroup(index: number, lots: Lots, { services }: Catalogue): Omit<GroupRow, 'id'> {
  if (index === 0) return { name: 'Everyone', description: 'Most of the staff.', service: null };
  if (index === 1) return { name: 'Customer care', description: 'Answers customers.', service: null };
  const [departments, cities] = [DEPARTMENTS.split(' '), CITIES.split(' ')];
  const department = departments[index % departments.length]!;
  const city = cities[Math.floor(index / departments.length) % cities.length]!;
  const round = Math.floor(index / departments.length / cities.length);
  const draw = lots.draw('group', index);
  return {
    name: `${department} ${city}${round > 0 ? ` ${round + 1}` : ''}`,
    description: `${department} in ${city}.`,
    service: draw(0) < 0.1 ? pick(services, draw(1)).slug : null,
  };
}

/** Two fifths are in another group, a few in two. */
function parentsOf(index: number, lots: Lots): number[] {
  const draw = lots.draw('nesting', index);
  if (index < 3 || draw(0) > 0.4) return [];
  const earlier = (lot: number) => 2 + Math.floor(lot * (index - 2));
  const first = earlier(draw(1));
  const second = earlier(draw(2));
  return draw(3) < 0.1 && second !== first ? [first, second] : [first];
}

/** One role each, two for a few. */
function rolesOf(index: number, lots: Lots, { roles }: Catalogue): string[] {
  if (index < 2) return [roles[index]!.id];
  const draw = lots.draw('group role', index);
  const ids = [pick(roles, draw(0)).id, ...(draw(1) < 0.15 ? [pick(roles, draw(2)).id] : [])];
  return [...new Set(ids)];
}

function pickGrantable({ services, permissions }: Catalogue, lot: number): string {
  return pick(permissions.slice(services.length), lot).name;
}

/** Some have expired, some will. */
function grant(
  kind: string,
  groupId: string,
  what: string,
  index: number,
  lots: Lots,
  asOfMs: number,
): GroupGrantRow {
  const draw = lots.draw(kind, index);
  const createdMs = Math.floor(asOfMs - (100 + 600 * draw(0)) * DAY_MS);
  const expiresMs =
    index < 2 || draw(1) > 0.1 ? null : Math.floor(asOfMs + (draw(1) < 0.05 ? -90 : 180) * draw(2) * DAY_MS);
  return {
    id: lots.id(kind, index, createdMs),
    groupId,
    what,
    reason: draw(3) < 0.5 ? 'what this department needs' : null,
    createdAt: new Date(createdMs).toISOString(),
    expiresAt: expiresMs === null ? null : new Date(expiresMs).toISOString(),
  };
}
