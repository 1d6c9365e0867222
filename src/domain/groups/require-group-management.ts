import type { PermissionChange, StoredGroup } from '../permissions/index.js';
import { managerPermission } from '../permissions/index.js';
import { permissionsThrough } from './ancestors.js';

/**
 * Who changes the members of a group gives and takes all that the group gives, so they have to manage all of it.
 * A group of no service belongs to those who manage every service, even while it gives nothing: who could add
 * themselves to an empty group would wait for what it is given later.
 */
export async function requireGroupManagement(change: PermissionChange, group: StoredGroup): Promise<void> {
  if (group.service === null) return change.requireManagement([]);
  const through = await permissionsThrough(change.tx, group.id);
  return change.requireManagement([managerPermission(group.service), ...through]);
}
