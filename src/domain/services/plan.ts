import type { FieldProblem } from '../caller.js';
import { sorted, type StoredRole } from '../permissions/index.js';
import { standingPermissions, type ManifestPermission, type ServiceManifest } from './manifest.js';
import type { StoredService } from './stored-service.js';

export type ChangeAction = 'ADD' | 'CHANGE' | 'DEPRECATE' | 'RESTORE' | 'REMOVE';

/** One difference between a manifest and what stands. Names of permissions are with the slug. */
export interface ServiceChange {
  action: ChangeAction;
  kind: 'SERVICE' | 'PERMISSION' | 'ROLE';
  name: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface ServicePlan {
  changes: ServiceChange[];
  /** Why the manifest cannot be applied as it is. */
  problems: FieldProblem[];
  /** Permissions that go altogether. */
  removedPermissions: string[];
  /** Permissions that roles get which people may have already. */
  addedToRoles: string[];
  /** Permissions that leave roles, or go with them. */
  removedFromRoles: { roleId: string; permission: string }[];
}

type Permission = ManifestPermission;

/** A manifest with the slug in front of every permission, as the database has it. */
export function desired(manifest: ServiceManifest) {
  const full = (name: string) => `${manifest.slug}:${name}`;
  return {
    permissions: [...standingPermissions(manifest.name), ...manifest.permissions].map((permission) => ({
      ...permission,
      name: full(permission.name),
    })),
    roles: manifest.roles.map((role) => ({
      name: role.name.normalize('NFC').trim(),
      description: role.description,
      permissions: sorted(role.permissions.map(full)),
    })),
  };
}

/** What has to change for a service to be what its manifest says. Pure; the same manifest twice plans nothing. */
export function planService(stored: StoredService | null, manifest: ServiceManifest): ServicePlan {
  const wanted = desired(manifest);
  const plan: ServicePlan = {
    changes: [],
    problems: [],
    removedPermissions: [],
    addedToRoles: [],
    removedFromRoles: [],
  };
  planHead(plan, stored, manifest);
  planPermissions(plan, stored?.permissions ?? [], wanted.permissions, manifest);
  planRoles(plan, stored?.roles ?? [], wanted.roles);
  // A whole manifest may move to another Signet as it is.
  if (stored) refuseDeprecated(plan, stored.roles, manifest);
  return plan;
}

function planHead(plan: ServicePlan, stored: StoredService | null, manifest: ServiceManifest): void {
  const head = ({ name, description, access }: Pick<ServiceManifest, 'name' | 'description' | 'access'>) => ({
    name,
    description,
    access,
  });
  const before = stored && head(stored);
  const after = head(manifest);
  if (same(before, after)) return;
  plan.changes.push({
    action: before ? 'CHANGE' : 'ADD',
    kind: 'SERVICE',
    name: manifest.slug,
    before,
    after,
  });
}

function planPermissions(
  plan: ServicePlan,
  stored: readonly Permission[],
  wanted: readonly Permission[],
  manifest: ServiceManifest,
): void {
  const present = new Map(stored.map((permission) => [permission.name, permission]));
  const kind = 'PERMISSION';
  const words = ({ description, deprecated }: Permission) => ({ description, deprecated });
  for (const permission of wanted) {
    const { name } = permission;
    const old = present.get(name);
    present.delete(name);
    const after = words(permission);
    if (!old) plan.changes.push({ action: 'ADD', kind, name, before: null, after });
    else if (!same(words(old), after)) {
      const turn = Number(permission.deprecated !== null) - Number(old.deprecated !== null);
      const action = turn > 0 ? 'DEPRECATE' : turn < 0 ? 'RESTORE' : 'CHANGE';
      plan.changes.push({ action, kind, name, before: words(old), after });
    }
  }
  for (const [name, old] of present) {
    if (old.deprecated === null)
      plan.problems.push({
        path: 'permissions',
        code: 'NOT_DEPRECATED',
        message:
          `${name} is in use and the manifest leaves it out. Deprecate it first: keep ` +
          `{ name: ${name.slice(manifest.slug.length + 1)}, deprecated: "what to use instead" }, apply, and remove it later.`,
      });
    plan.removedPermissions.push(name);
    plan.changes.push({ action: 'REMOVE', kind, name, before: words(old), after: null });
  }
}

function planRoles(
  plan: ServicePlan,
  stored: readonly StoredRole[],
  wanted: readonly { name: string; description: string | null; permissions: string[] }[],
): void {
  const present = new Map(stored.map((role) => [role.name.toLowerCase(), role]));
  const kind = 'ROLE';
  const words = ({ description, permissions }: { description: string | null; permissions: string[] }) => ({
    description,
    permissions,
  });
  const leave = (role: StoredRole, permissions: readonly string[]) =>
    plan.removedFromRoles.push(...permissions.map((permission) => ({ roleId: role.id, permission })));
  for (const role of wanted) {
    const old = present.get(role.name.toLowerCase());
    present.delete(role.name.toLowerCase());
    const after = words(role);
    if (!old) plan.changes.push({ action: 'ADD', kind, name: role.name, before: null, after });
    else if (old.name !== role.name || !same(words(old), after)) {
      leave(
        old,
        old.permissions.filter((permission) => !role.permissions.includes(permission)),
      );
      plan.addedToRoles.push(
        ...role.permissions.filter((permission) => !old.permissions.includes(permission)),
      );
      plan.changes.push({ action: 'CHANGE', kind, name: role.name, before: words(old), after });
    }
  }
  for (const old of present.values()) {
    leave(old, old.permissions);
    plan.changes.push({ action: 'REMOVE', kind, name: old.name, before: words(old), after: null });
  }
}

/** A deprecated permission stays in the roles that hold it, and comes into no other. */
function refuseDeprecated(plan: ServicePlan, stored: readonly StoredRole[], manifest: ServiceManifest): void {
  const hints = new Map(manifest.permissions.map(({ name, deprecated }) => [name, deprecated]));
  const present = new Map(stored.map((role) => [role.name.toLowerCase(), role.permissions]));
  manifest.roles.forEach((role, index) => {
    const held = present.get(role.name.normalize('NFC').trim().toLowerCase()) ?? [];
    role.permissions.forEach((name, position) => {
      const hint = hints.get(name) ?? null;
      if (hint === null || held.includes(`${manifest.slug}:${name}`)) return;
      plan.problems.push({
        path: `roles[${index}].permissions[${position}]`,
        code: 'DEPRECATED',
        message: `${name} is deprecated and cannot be given anew. ${hint}`.trim(),
      });
    });
  });
}

function same(a: object | null, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
