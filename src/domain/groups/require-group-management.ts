import type { PermissionChange, StoredGroup } from '../permissions/index.js';
import { managerPermission } from '../permissions/index.js';
import { permissionsThrough } from './ancestors.js';

/**
 * Who changes the members of a group gives and takes all that the group gives and all that the groups around it give, so they
 * have to manage all of it, and each of these groups: who could add themselves to an empty group would wait for what
 * it is given later. A group of no service belongs to those who manage every service.
 */
export async function requireGroupManagement(change: PermissionChange, group: StoredGroup): Promise<void> {
  const around: { service: string | null }[] = await change.tx.execute(
    `SELECT DISTINCT g.service FROM group_ancestors a JOIN user_groups g ON g.id = a.ancestor_id
     WHERE a.group_id = ?`,
    [group.id],
  );
  const owners = around.flatMap(({ service }) => (service === null ? [] : [managerPermission(service)]));
  if (owners.length < around.length) return change.requireManagement([]);
  return change.requireManagement([...owners, ...(await permissionsThrough(change.tx, group.id))]);
}
