import type { Database } from '../../platform/database.js';
import { GRANT_COLUMNS, toGrantRecord, type GrantRecord, type GrantRow } from './grant-record.js';
import { inForceSql } from './permissions.js';
import type { Clock } from '../../platform/clock.js';

export interface PermissionRecord {
  name: string;
  service: string;
  description: string | null;
  deprecated: string | null;
}

export interface RoleRecord {
  id: string;
  name: string;
  description: string | null;
  service: string | null;
  createdAt: Date;
  updatedAt: Date;
}

const PERMISSION = 'p.name, p.service, p.description, p.deprecated';
const ROLE = `r.id, r.name, r.description, r.service, r.created_at AS "createdAt", r.updated_at AS "updatedAt"`;
/** `%` and `_` of a search mean themselves. */
const pattern = (search: string | null) =>
  search === null
    ? null
    : `%${search
        .normalize('NFC')
        .toLowerCase()
        .replace(/[\\%_]/g, '\\$&')}%`;

const LIST_PERMISSIONS = {
  name: 'list-permissions',
  text: `SELECT ${PERMISSION} FROM permissions p
         WHERE ($1::text IS NULL OR p.service = $1) AND p.name > $3
           AND ($2::text IS NULL OR lower(p.name) LIKE $2 OR lower(p.description) LIKE $2)
         ORDER BY p.name LIMIT $4`,
};
const LIST_ROLES = {
  name: 'list-roles',
  text: `SELECT ${ROLE} FROM roles r
         WHERE ($1::text IS NULL OR r.service = $1)
           AND ($2::text IS NULL OR EXISTS (SELECT 1 FROM role_permissions rp WHERE rp.role_id = r.id AND rp.permission = $2))
           AND ($3::text IS NULL OR lower(r.name) LIKE $3 OR lower(r.description) LIKE $3) AND lower(r.name) > lower($4)
         ORDER BY lower(r.name) LIMIT $5`,
};
const PERMISSIONS_BY_NAME = {
  name: 'permissions-by-name',
  text: `SELECT ${PERMISSION} FROM permissions p WHERE p.name = ANY($1)`,
};
const ROLES_BY_ID = { name: 'roles-by-id', text: `SELECT ${ROLE} FROM roles r WHERE r.id = ANY($1)` };
const ROLE_BY_NAME = {
  name: 'role-by-name',
  text: `SELECT ${ROLE} FROM roles r WHERE lower(r.name) = lower($1)`,
};
const PERMISSIONS_OF_ROLES = {
  name: 'permissions-of-roles',
  text: `SELECT rp.role_id AS key, ${PERMISSION} FROM role_permissions rp JOIN permissions p ON p.name = rp.permission
         WHERE rp.role_id = ANY($1) ORDER BY p.name`,
};
const ROLES_OF_PERMISSIONS = {
  name: 'roles-of-permissions',
  text: `SELECT rp.permission AS key, ${ROLE} FROM role_permissions rp JOIN roles r ON r.id = rp.role_id
         WHERE rp.permission = ANY($1) ORDER BY lower(r.name)`,
};
const PERMISSIONS_OF_SERVICES = {
  name: 'permissions-of-services',
  text: `SELECT p.service AS key, ${PERMISSION} FROM permissions p WHERE p.service = ANY($1) ORDER BY p.name`,
};
const ROLES_OF_SERVICES = {
  name: 'roles-of-services',
  text: `SELECT r.service AS key, ${ROLE} FROM roles r WHERE r.service = ANY($1) ORDER BY lower(r.name)`,
};
const ROLES_OF_USERS = {
  name: 'roles-of-users',
  text: `SELECT DISTINCT way.user_id AS key, lower(r.name) AS position, ${ROLE} FROM (
           SELECT g.user_id, g.role_id, g.expires_at FROM role_grants g WHERE g.user_id = ANY($1)
           UNION ALL
           SELECT m.user_id, g.role_id, g.expires_at FROM group_members m
             JOIN group_ancestors a ON a.group_id = m.group_id
             JOIN group_role_grants g ON g.group_id = a.ancestor_id WHERE m.user_id = ANY($1)
         ) way JOIN roles r ON r.id = way.role_id WHERE ${inForceSql('way', '$2')} ORDER BY 1, 2`,
};
const GRANTS_OF_USERS = {
  name: 'grants-of-users',
  text: `SELECT way.* FROM (
           SELECT g.user_id AS key, ${GRANT_COLUMNS.role_grants} FROM role_grants g WHERE g.user_id = ANY($1)
           UNION ALL
           SELECT g.user_id, ${GRANT_COLUMNS.permission_grants} FROM permission_grants g WHERE g.user_id = ANY($1)
           UNION ALL
           SELECT DISTINCT m.user_id, ${GRANT_COLUMNS.group_role_grants} FROM group_members m
             JOIN group_ancestors a ON a.group_id = m.group_id
             JOIN group_role_grants g ON g.group_id = a.ancestor_id WHERE m.user_id = ANY($1)
           UNION ALL
           SELECT DISTINCT m.user_id, ${GRANT_COLUMNS.group_permission_grants} FROM group_members m
             JOIN group_ancestors a ON a.group_id = m.group_id
             JOIN group_permission_grants g ON g.group_id = a.ancestor_id WHERE m.user_id = ANY($1)
         ) way WHERE ${inForceSql('way', '$2')} ORDER BY way.created_at, way.grant_id`,
};
const GRANTS_OF_GROUPS = {
  name: 'grants-of-groups',
  text: `SELECT way.* FROM (
           SELECT g.group_id AS key, ${GRANT_COLUMNS.group_role_grants} FROM group_role_grants g WHERE g.group_id = ANY($1)
           UNION ALL
           SELECT g.group_id, ${GRANT_COLUMNS.group_permission_grants} FROM group_permission_grants g WHERE g.group_id = ANY($1)
         ) way WHERE ${inForceSql('way', '$2')} ORDER BY way.created_at, way.grant_id`,
};

type Keyed<T> = T & { key: string };

/** Reads of services' permissions and roles and of grants, each for many keys by one statement. */
export function createReadCatalogue({ database, clock }: { database: Database; clock: Clock }) {
  type Statement = { name: string; text: string };
  async function grouped<Row extends object, T>(
    statement: Statement,
    values: unknown[],
    convert: (row: Keyed<Row>) => T,
  ): Promise<Map<string, T[]>> {
    const rows = await database.query<Keyed<Row>>(statement, values);
    const lists = new Map<string, T[]>();
    for (const row of rows) {
      const list = lists.get(row.key);
      if (list) list.push(convert(row));
      else lists.set(row.key, [convert(row)]);
    }
    return lists;
  }
  const same = <T>(row: T): T => row;

  return {
    listPermissions: (filter: {
      service: string | null;
      search: string | null;
      after: string;
      first: number;
    }) =>
      database.query<PermissionRecord>(LIST_PERMISSIONS, [
        filter.service,
        pattern(filter.search),
        filter.after,
        filter.first,
      ]),
    listRoles: (filter: {
      service: string | null;
      permission: string | null;
      search: string | null;
      after: string;
      first: number;
    }) =>
      database.query<RoleRecord>(LIST_ROLES, [
        filter.service,
        filter.permission,
        pattern(filter.search),
        filter.after,
        filter.first,
      ]),
    roleByName: async (name: string) =>
      (await database.query<RoleRecord>(ROLE_BY_NAME, [name.normalize('NFC').trim()]))[0] ?? null,
    permissionsByName: async (names: readonly string[]) => {
      const rows = await database.query<PermissionRecord>(PERMISSIONS_BY_NAME, [names]);
      return new Map(rows.map((row) => [row.name, row]));
    },
    rolesById: async (ids: readonly string[]) => {
      const rows = await database.query<RoleRecord>(ROLES_BY_ID, [ids]);
      return new Map(rows.map((row) => [row.id, row]));
    },
    permissionsOfRoles: (ids: readonly string[]) =>
      grouped<PermissionRecord, PermissionRecord>(PERMISSIONS_OF_ROLES, [ids], same),
    rolesOfPermissions: (names: readonly string[]) =>
      grouped<RoleRecord, RoleRecord>(ROLES_OF_PERMISSIONS, [names], same),
    permissionsOfServices: (slugs: readonly string[]) =>
      grouped<PermissionRecord, PermissionRecord>(PERMISSIONS_OF_SERVICES, [slugs], same),
    rolesOfServices: (slugs: readonly string[]) =>
      grouped<RoleRecord, RoleRecord>(ROLES_OF_SERVICES, [slugs], same),
    /** Roles that reach users at this moment, by themselves or through groups. */
    rolesOfUsers: (ids: readonly string[]) =>
      grouped<RoleRecord, RoleRecord>(ROLES_OF_USERS, [ids, clock.now()], same),
    /** Grants in force that reach users, their own and those of their groups. */
    grantsOfUsers: (ids: readonly string[]) =>
      grouped<GrantRow, GrantRecord>(GRANTS_OF_USERS, [ids, clock.now()], toGrantRecord),
    /** Grants in force that groups have themselves. */
    grantsOfGroups: (ids: readonly string[]) =>
      grouped<GrantRow, GrantRecord>(GRANTS_OF_GROUPS, [ids, clock.now()], toGrantRecord),
  };
}

export type ReadCatalogue = ReturnType<typeof createReadCatalogue>;
