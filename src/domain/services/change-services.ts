import type { Clock } from '../../platform/clock.js';
import type { Database, EntityManager } from '../../platform/database.js';
import type { Caller, FieldProblem, Viewer } from '../caller.js';
import {
  findLosses,
  findRole,
  managerPermission,
  refuse,
  refuseField,
  type ChangePermissions,
  type PermissionLoss,
  type Refusal,
} from '../permissions/index.js';
import { applyPlan, removeService } from './apply-plan.js';
import { checkManifest, standingPermissions, tidyManifest, type ServiceManifest } from './manifest.js';
import { planService, type ServiceChange, type ServicePlan } from './plan.js';
import { readService, type StoredService } from './stored-service.js';

export type ServiceOutcome = { kind: 'applied'; slug: string; changes: ServiceChange[] } | Refusal;
export type DeleteServiceOutcome = { kind: 'deleted'; slug: string } | Refusal;
export type ServicePlanOutcome =
  | { kind: 'planned'; isNew: boolean; changes: ServiceChange[]; losses: PermissionLoss[] }
  | { kind: 'invalidInput'; problems: FieldProblem[] };

/** What to change of a service; what is undefined stays. `permissions` and `roles` are whole lists. */
export type ServiceUpdate = Pick<ServiceManifest, 'slug'> & Partial<Omit<ServiceManifest, 'slug'>>;

interface Deps {
  database: Database;
  clock: Clock;
  changePermissions: ChangePermissions;
}

/** Registers, changes and removes services by their manifests. */
export function createChangeServices({ database, clock, changePermissions }: Deps) {
  async function registerService(
    given: ServiceManifest,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<ServiceOutcome> {
    const manifest = tidyManifest(given);
    return changePermissions(viewer, caller, async (change) => {
      change.requireManagement([]);
      const stored = await readService(change.tx, manifest.slug);
      const plan = await requirePlan(change.tx, stored, manifest);
      // The same manifest once more is no conflict: a deploy may be tried again.
      if (stored && plan.changes.length > 0) refuse({ kind: 'nameTaken', name: manifest.slug });
      await applyPlan(change, plan, stored, manifest);
      return { kind: 'applied', slug: manifest.slug, changes: plan.changes };
    });
  }

  async function updateService(
    update: ServiceUpdate,
    confirm: boolean,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<ServiceOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { tx } = change;
      change.requireManagement([managerPermission(update.slug)]);
      const stored = (await readService(tx, update.slug)) ?? refuse({ kind: 'notFound', what: 'service' });
      const manifest = tidyManifest(complete(update, stored));
      const plan = await requirePlan(tx, stored, manifest);
      change.requireLasting(plan.addedToRoles, null);
      if (!confirm) await requireNoLoss(tx, change.now, plan);
      await applyPlan(change, plan, stored, manifest);
      return { kind: 'applied', slug: stored.slug, changes: plan.changes };
    });
  }

  async function deleteService(
    input: { slug: string; confirm: boolean },
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<DeleteServiceOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      change.requireManagement([]);
      const stored = await readService(change.tx, input.slug);
      if (!stored) return refuse({ kind: 'notFound', what: 'service' });
      if (stored.slug === 'signet')
        return refuseField('slug', 'RESERVED', 'Signet itself cannot be removed.');
      if (!input.confirm)
        await requireNoLoss(change.tx, change.now, {
          removedPermissions: stored.permissions.map(({ name }) => name),
          removedFromRoles: [],
        });
      await removeService(change, stored);
      return { kind: 'deleted', slug: stored.slug };
    });
  }

  /** What applying a manifest would change and who would lose by it. Changes nothing. */
  async function previewService(given: ServiceManifest): Promise<ServicePlanOutcome> {
    const manifest = tidyManifest(given);
    return database.transaction(async (tx): Promise<ServicePlanOutcome> => {
      const stored = await readService(tx, manifest.slug);
      const { plan, problems } = await planWithProblems(tx, stored, manifest);
      if (problems.length > 0) return { kind: 'invalidInput', problems };
      const losses = await lossesOf(tx, clock.now(), plan);
      return { kind: 'planned', isNew: stored === null, changes: plan.changes, losses };
    });
  }

  return { registerService, updateService, deleteService, previewService };
}

/** A whole manifest from a partial one and what stands. */
function complete(update: ServiceUpdate, stored: StoredService): ServiceManifest {
  const bare = (name: string) => name.slice(stored.slug.length + 1);
  const standing = new Set(standingPermissions('').map(({ name }) => name));
  return {
    slug: stored.slug,
    name: update.name ?? stored.name,
    description: update.description === undefined ? stored.description : update.description,
    access: update.access ?? stored.access,
    permissions:
      update.permissions ??
      stored.permissions
        .map((permission) => ({ ...permission, name: bare(permission.name) }))
        .filter(({ name }) => !standing.has(name)),
    roles:
      update.roles ??
      stored.roles.map(({ name, description, permissions }) => ({
        name,
        description,
        permissions: permissions.map(bare),
      })),
  };
}

async function planWithProblems(
  tx: EntityManager,
  stored: StoredService | null,
  manifest: ServiceManifest,
): Promise<{ plan: ServicePlan; problems: FieldProblem[] }> {
  const faults = checkManifest(manifest);
  const plan = planService(stored, manifest);
  if (faults.length > 0) return { plan, problems: faults };
  return { plan, problems: [...plan.problems, ...(await rolesOfOthers(tx, manifest))] };
}

/** A manifest must not take over a role that it did not declare. */
async function rolesOfOthers(tx: EntityManager, manifest: ServiceManifest): Promise<FieldProblem[]> {
  const problems: FieldProblem[] = [];
  for (const [index, { name }] of manifest.roles.entries()) {
    const other = await findRole(tx, name);
    if (!other || other.service === manifest.slug) continue;
    const owner = other.service === null ? 'an administrator made' : `${other.service} declares`;
    const message = `There is a role ${other.name} that ${owner}. Choose another name.`;
    problems.push({ path: `roles[${index}].name`, code: 'TAKEN', message });
  }
  return problems;
}

async function requirePlan(
  tx: EntityManager,
  stored: StoredService | null,
  manifest: ServiceManifest,
): Promise<ServicePlan> {
  const { plan, problems } = await planWithProblems(tx, stored, manifest);
  if (problems.length > 0) refuse({ kind: 'invalidInput', problems });
  return plan;
}

type Removed = Pick<ServicePlan, 'removedPermissions' | 'removedFromRoles'>;

function lossesOf(tx: EntityManager, now: Date, plan: Removed): Promise<PermissionLoss[]> {
  return findLosses(tx, now, {
    permissions: plan.removedPermissions,
    rolePermissions: plan.removedFromRoles,
  });
}

async function requireNoLoss(tx: EntityManager, now: Date, plan: Removed): Promise<void> {
  const losses = await lossesOf(tx, now, plan);
  if (losses.length > 0) refuse({ kind: 'lossNotConfirmed', losses });
}
