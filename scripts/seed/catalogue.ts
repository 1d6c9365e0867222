import { MANAGE, SIGN_IN } from '../../src/domain/permissions/index.js';
import { DAY_MS, Lots, pick } from './lots.js';
import type { SeedPlan } from './plan.js';

/** More services than that are numbered. */
const SLUGS =
  'orders payments catalogue shipping support billing inventory returns pricing loyalty analytics marketing ' +
  'content messaging reports fraud partners search warehouse accounting';
const NOUNS = 'items invoices customers prices stock notes reports settings exports campaigns'.split(' ');
const VERBS = 'read create update delete approve export assign archive'.split(' ');
/** Standing ones first, which every service has, then those that the story of ada@example.com needs. */
const FIRST = [MANAGE, SIGN_IN, 'read', 'write', 'refund'];
const JOBS = 'clerk lead analyst auditor approver operator'.split(' ');

export interface ServiceRow {
  slug: string;
  name: string;
  access: 'OPEN' | 'CLOSED';
}

export interface PermissionRow {
  name: string;
  service: string;
  description: string;
  deprecated: string | null;
}

export interface RoleRow {
  id: string;
  name: string;
  description: string;
  service: string | null;
  permissions: string[];
}

export interface Catalogue {
  services: ServiceRow[];
  permissions: PermissionRow[];
  roles: RoleRow[];
}

/** What services declare, and roles over it: the same for the same plan. */
export function makeCatalogue(plan: SeedPlan): Catalogue {
  const lots = new Lots(plan);
  const services = makeServices(plan, lots);
  const permissions = makePermissions(plan, lots, services);
  return { services, permissions, roles: makeRoles(plan, lots, services, permissions) };
}

function makeServices({ services }: SeedPlan, lots: Lots): ServiceRow[] {
  const slugs = SLUGS.split(' ');
  return Array.from({ length: services }, (_, index) => {
    const slug = slugs[index] ?? `service-${index + 1}`;
    const access = index > 0 && lots.draw('service', index)(0) < 0.2 ? 'CLOSED' : 'OPEN';
    return { slug, name: slug[0]!.toUpperCase() + slug.slice(1).replaceAll('-', ' '), access };
  });
}

/** Dealt out to the services in turn, so that all have as many. */
function makePermissions({ permissions }: SeedPlan, lots: Lots, services: ServiceRow[]): PermissionRow[] {
  return Array.from({ length: permissions }, (_, index) => {
    const { slug, name } = services[index % services.length]!;
    const place = Math.floor(index / services.length);
    const what = FIRST[place] ?? laterPermission(place - FIRST.length);
    const isDeprecated = place >= FIRST.length && lots.draw('permission', index)(0) < 0.03;
    return {
      name: `${slug}:${what}`,
      service: slug,
      description: `${name}: ${what.replaceAll(/[.-]/g, ' ')}.`,
      deprecated: isDeprecated ? `use ${slug}:write` : null,
    };
  });
}

function laterPermission(index: number): string {
  const verb = VERBS[index % VERBS.length]!;
  const noun = NOUNS[Math.floor(index / VERBS.length) % NOUNS.length]!;
  const round = Math.floor(index / VERBS.length / NOUNS.length);
  return `${noun}.${verb}${round > 0 ? `.${round + 1}` : ''}`;
}

/** Three fifths belong to a service, the others span several; nobody gets to manage permissions by one. */
function makeRoles(
  plan: SeedPlan,
  lots: Lots,
  services: ServiceRow[],
  permissions: PermissionRow[],
): RoleRow[] {
  const grantable = permissions.filter((_, index) => index >= services.length);
  const ownPermissions = Map.groupBy(grantable, ({ service }) => service);
  return Array.from({ length: plan.roles }, (_, index) => {
    const draw = lots.draw('role', index);
    const id = lots.id('role', index, Date.parse(plan.asOf) - 900 * DAY_MS + index);
    const known = knownRole(index, permissions);
    if (known) return { id, service: null, ...known };
    const service = draw(0) < 0.6 ? pick(services, draw(1)) : null;
    const job = pick(JOBS, draw(2));
    // A third of the service's own, or what makes about twenty over all of them.
    const [candidates, share] = service
      ? [ownPermissions.get(service.slug)!, 0.33]
      : [grantable, Math.min(1, 20 / grantable.length)];
    return {
      id,
      name: `${service?.slug ?? 'company'}-${job}-${index + 1}`,
      description: service ? `Works with ${service.name}.` : 'Works across products.',
      service: service?.slug ?? null,
      permissions: candidates
        .filter((_candidate, place) => lots.draw(`role ${index}`, place)(0) < share)
        .map(({ name }) => name),
    };
  });
}

/** Two that are always there: what everybody has, and what lets ada@example.com refund. */
function knownRole(index: number, permissions: PermissionRow[]): Omit<RoleRow, 'id' | 'service'> | null {
  if (index === 0)
    return {
      name: 'employee',
      description: 'May sign in to every product.',
      permissions: permissions.filter(({ name }) => name.endsWith(`:${SIGN_IN}`)).map(({ name }) => name),
    };
  if (index === 1)
    return {
      name: 'refund-agent',
      description: 'Reads orders and pays customers back.',
      permissions: ['orders:read', 'orders:refund'],
    };
  return null;
}
