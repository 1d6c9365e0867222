import { recordEvents, type AuditEventType } from '../audit/index.js';
import { removeClientsOfService } from '../clients/index.js';
import {
  Permission,
  findRole,
  insertRole,
  removeRole,
  pgArray,
  revokeAllOfPermissions,
  updateStoredRole,
  type PermissionChange,
} from '../permissions/index.js';
import { desired, type ChangeAction, type ServiceChange, type ServicePlan } from './plan.js';
import type { ServiceManifest } from './manifest.js';
import { Service } from './service.entity.js';
import type { StoredService } from './stored-service.js';

/** Makes a plan so, in the order in which nothing refers to what is not there. */
export async function applyPlan(
  change: PermissionChange,
  plan: ServicePlan,
  stored: StoredService | null,
  manifest: ServiceManifest,
): Promise<void> {
  const of = (kind: ServiceChange['kind'], ...actions: ChangeAction[]) =>
    plan.changes.filter((one) => one.kind === kind && actions.includes(one.action));
  for (const one of of('SERVICE', 'ADD', 'CHANGE')) await writeHead(change, one, manifest);
  for (const one of of('PERMISSION', 'ADD', 'CHANGE', 'DEPRECATE', 'RESTORE'))
    await writePermission(change, one, manifest.slug);
  await writeRoles(change, plan, stored, manifest);
  await removePermissions(change, of('PERMISSION', 'REMOVE'));
}

async function writeHead(
  change: PermissionChange,
  one: ServiceChange,
  manifest: ServiceManifest,
): Promise<void> {
  const { tx, now } = change;
  const { slug, name, description, access } = manifest;
  const head = { name, description, access, updatedAt: now };
  if (one.action === 'ADD') await tx.insert(Service, { slug, ...head, createdAt: now });
  else await tx.nativeUpdate(Service, { slug }, head);
  await record(change, one.action === 'ADD' ? 'service.registered' : 'service.changed', 'service', one);
}

async function writePermission(change: PermissionChange, one: ServiceChange, service: string): Promise<void> {
  const { tx, now } = change;
  const words = one.after as { description: string | null; deprecated: string | null };
  if (one.action === 'ADD')
    await tx.insert(Permission, { name: one.name, service, ...words, createdAt: now });
  else await tx.nativeUpdate(Permission, { name: one.name }, words);
  await record(
    change,
    one.action === 'ADD' ? 'permission.declared' : 'permission.changed',
    'permission',
    one,
  );
}

async function writeRoles(
  change: PermissionChange,
  plan: ServicePlan,
  stored: StoredService | null,
  manifest: ServiceManifest,
): Promise<void> {
  const present = new Map(stored?.roles.map((role) => [role.name.toLowerCase(), role]));
  const changed = new Map(
    plan.changes.filter(({ kind }) => kind === 'ROLE').map((one) => [one.name.toLowerCase(), one]),
  );
  for (const { action, name } of changed.values())
    if (action === 'REMOVE') await removeRole(change, present.get(name.toLowerCase())!);
  for (const role of desired(manifest).roles) {
    const action = changed.get(role.name.toLowerCase())?.action;
    const old = present.get(role.name.toLowerCase());
    if (action === 'ADD') await insertRole(change, { ...role, service: manifest.slug });
    else if (action === 'CHANGE') await updateStoredRole(change, old!, role);
  }
}

/** Removes permissions with everything that gave them: who declares the names again gives them to nobody. */
async function removePermissions(
  change: PermissionChange,
  removed: readonly Pick<ServiceChange, 'name' | 'before'>[],
): Promise<void> {
  if (removed.length === 0) return;
  const { tx, now, caller, actorId } = change;
  const names = removed.map(({ name }) => name);
  await revokeAllOfPermissions(change, names);
  const roles: { name: string }[] = await tx.execute(
    `SELECT DISTINCT r.name FROM role_permissions rp JOIN roles r ON r.id = rp.role_id
     WHERE rp.permission = ANY(?::text[])`,
    [pgArray(names)],
  );
  const gone = new Set(names);
  for (const role of roles) {
    const found = (await findRole(tx, role.name))!;
    const permissions = found.permissions.filter((permission) => !gone.has(permission));
    await updateStoredRole(change, found, { ...found, permissions });
  }
  await tx.nativeDelete(Permission, { name: { $in: names } });
  await recordEvents(
    tx,
    now,
    caller,
    removed.map(({ name, before }) => ({
      type: 'permission.removed',
      actorId,
      userId: null,
      subject: { kind: 'permission', name },
      before,
      after: null,
    })),
  );
}

async function record(
  change: PermissionChange,
  type: AuditEventType,
  kind: 'service' | 'permission',
  { name, before, after }: Pick<ServiceChange, 'name' | 'before' | 'after'>,
): Promise<void> {
  await recordEvents(change.tx, change.now, change.caller, [
    { type, actorId: change.actorId, userId: null, subject: { kind, name }, before, after },
  ]);
}

/** Removes a service with its clients, its roles, its permissions and its groups' tie to it. */
export async function removeService(change: PermissionChange, stored: StoredService): Promise<void> {
  const { tx } = change;
  await removeClientsOfService(change, stored.slug);
  for (const role of stored.roles) await removeRole(change, role);
  await removePermissions(
    change,
    stored.permissions.map(({ name, description, deprecated }) => ({
      name,
      before: { description, deprecated },
    })),
  );
  await releaseGroups(change, stored.slug);
  await tx.nativeDelete(Service, { slug: stored.slug });
  const { name, description, access } = stored;
  await record(change, 'service.removed', 'service', {
    name: stored.slug,
    before: { name, description, access },
    after: null,
  });
}

/** Groups of the service stay, with those who manage every service: people may be in them for other reasons. */
async function releaseGroups({ tx, now, caller, actorId }: PermissionChange, service: string): Promise<void> {
  const groups: { id: string; name: string; description: string | null }[] = await tx.execute(
    'UPDATE user_groups SET service = NULL WHERE service = ? RETURNING id, name, description',
    [service],
  );
  await recordEvents(
    tx,
    now,
    caller,
    groups.map(({ id, name, description }) => ({
      type: 'group.changed',
      actorId,
      userId: null,
      subject: { kind: 'group', name },
      before: { name, description, service },
      after: { name, description, service: null },
      details: { groupId: id, because: `service ${service} was removed` },
    })),
  );
}
