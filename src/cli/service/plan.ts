import { CommandError } from '../command-error.js';
import type { SignetClient } from './client.js';
import { FaultsError } from './faults.js';
import type { Manifest } from './manifest.js';
import { PLAN } from './operations.js';
import type { ManifestFile } from './read-manifest.js';
import { renderPlan, tally, type Plan } from './render-plan.js';
import { painter, print, printJson, visible } from './terminal.js';

/** A manifest as Signet takes it: everything is said, so that what the file leaves out is gone afterwards. */
export function toInput({ slug, name, description, access, permissions, roles }: Manifest) {
  return {
    slug,
    name,
    description: description ?? null,
    access: access === 'closed' ? ('CLOSED' as const) : ('OPEN' as const),
    permissions: permissions.map((permission) => ({
      name: permission.name,
      description: permission.description ?? null,
      deprecated: permission.deprecated ?? null,
    })),
    roles: roles.map((role) => ({
      name: role.name,
      description: role.description ?? null,
      permissions: role.permissions,
    })),
  };
}

/**
 * What would change.
 * @throws FaultsError for what only Signet can know, at its place in the file
 */
export async function planOf(file: ManifestFile, signet: SignetClient): Promise<Plan> {
  const { servicePlan } = await signet.send(PLAN, { input: toInput(file.manifest) });
  return servicePlan.__typename === 'ServicePlanSuccess' ? servicePlan : refused(servicePlan, file);
}

/** @throws always: faults of fields at their places in the file, everything else as its sentence */
export function refused(
  problem: { message: string; fields?: { path: string; code: string; message: string }[] },
  file: ManifestFile,
): never {
  if (problem.fields?.length)
    throw new FaultsError(problem.fields.map(({ path, code, message }) => file.faultAt(path, code, message)));
  throw new CommandError(`${visible(problem.message)} Nothing was changed.`);
}

/** Shows a plan; the difference goes to standard output, for people or for machines. */
export function showPlan(plan: Plan, { manifest }: ManifestFile, signet: SignetClient): void {
  const title = `${manifest.slug} at ${signet.url}${plan.isNew ? ', which is new there' : ''}`;
  print(`\n${title}\n\n${renderPlan(plan, painter(process.stdout))}\n`);
}

/** `signet service plan`: 2 tells a script that there is something to do, where it asked for that. */
export async function showDifference(
  file: ManifestFile,
  signet: SignetClient,
  options: { json: boolean; detailedExitcode: boolean },
): Promise<void> {
  const found = await planOf(file, signet);
  if (options.json) printJson(planForMachines(found, file));
  else if (found.changes.length === 0)
    print(`Nothing to change: Signet has ${file.manifest.slug} as ${file.source.name} declares it.`);
  else {
    showPlan(found, file, signet);
    print(
      `${tally(found.changes, { '+': 'to add', '~': 'to change', '-': 'to remove' })}. Nothing was changed yet.`,
    );
  }
  if (options.detailedExitcode && found.changes.length > 0) process.exitCode = 2;
}

export function planForMachines({ isNew, changes, losses }: Plan, { manifest }: ManifestFile) {
  return { service: manifest.slug, isNew, changes, losses };
}
