import type { EntityManager } from '../../platform/database.js';
import { refuse, refuseField } from './change-permissions.js';
import { isPermissionName } from './permission-name.js';

export interface StoredRole {
  id: string;
  name: string;
  description: string | null;
  service: string | null;
  /** Sorted. */
  permissions: string[];
}

/** SQL for the columns of a StoredRole from `roles r`; how PostgreSQL sorts depends on its language. */
export const STORED_ROLE = `r.id, r.name, r.description, r.service,
  ARRAY(SELECT rp.permission FROM role_permissions rp WHERE rp.role_id = r.id) AS permissions`;

export function toStoredRole(row: StoredRole): StoredRole {
  return { ...row, permissions: sorted(row.permissions) };
}

/** Each once, in one order, so that the same set is the same list. */
export function sorted(permissions: readonly string[]): string[] {
  return [...new Set(permissions)].toSorted();
}

/** A role with its permissions, by a name in any case; null when there is none. */
export async function findRole(tx: EntityManager, name: string): Promise<StoredRole | null> {
  if (name.includes('\0')) return null; // PostgreSQL's text cannot hold it, so no role is called that
  const [role]: StoredRole[] = await tx.execute(
    `SELECT ${STORED_ROLE} FROM roles r WHERE lower(r.name) = lower(?)`,
    [name.normalize('NFC').trim()],
  );
  return role ? toStoredRole(role) : null;
}

/** @throws a refusal when there is no such role */
export async function requireRole(tx: EntityManager, name: string): Promise<StoredRole> {
  return (await findRole(tx, name)) ?? refuse({ kind: 'notFound', what: 'role' });
}

/**
 * Makes sure that permissions exist and may be given to somebody. `pathOf` names the field of each.
 * @throws a refusal with every one that is unknown or deprecated
 */
export async function requireGrantable(
  tx: EntityManager,
  names: readonly string[],
  pathOf: (index: number) => string,
): Promise<void> {
  // What is no name is not looked for: PostgreSQL's text cannot even hold every one of them.
  const possible = names.filter(isPermissionName);
  const rows: { name: string; deprecated: string | null }[] =
    possible.length === 0
      ? []
      : await tx.execute(
          `SELECT name, deprecated FROM permissions WHERE name IN (${possible.map(() => '?').join(', ')})`,
          possible,
        );
  const deprecated = new Map(rows.map((row) => [row.name, row.deprecated]));
  const problems = names.flatMap((name, index) => {
    const hint = deprecated.get(name);
    if (hint === null) return [];
    const path = pathOf(index);
    return hint === undefined
      ? [{ path, code: 'UNKNOWN', message: `No service has declared the permission ${name}.` }]
      : [
          {
            path,
            code: 'DEPRECATED',
            message: `${name} is deprecated and cannot be given anew. ${hint}`.trim(),
          },
        ];
  });
  if (problems.length > 0) refuse({ kind: 'invalidInput', problems });
}

/** @throws a refusal when the text is no permission of any service */
export async function requirePermission(
  tx: EntityManager,
  name: string,
): Promise<{ name: string; deprecated: string | null }> {
  if (!isPermissionName(name))
    refuseField(
      'permission',
      'INVALID',
      'A permission has the form <service>:<what>, such as orders:refund.',
    );
  const [found]: { name: string; deprecated: string | null }[] = await tx.execute(
    'SELECT name, deprecated FROM permissions WHERE name = ?',
    [name],
  );
  return found ?? refuse({ kind: 'notFound', what: 'permission' });
}
