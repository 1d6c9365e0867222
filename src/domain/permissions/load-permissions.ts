import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { effectivePermissionsSql } from './permissions.js';

const LOAD = {
  name: 'load-permissions',
  text: `SELECT u.id, ${effectivePermissionsSql('u.id', '$2')} AS permissions FROM users u
         WHERE u.id = ANY($1) AND u.status = 'ACTIVE'`,
};

/** Effective permissions of many users by one statement, sorted. Who may not sign in has none. */
export function createLoadPermissions({ database, clock }: { database: Database; clock: Clock }) {
  return async function loadPermissions(userIds: readonly string[]): Promise<Map<string, string[]>> {
    const rows = await database.query<{ id: string; permissions: string[] }>(LOAD, [userIds, clock.now()]);
    return new Map(rows.map((row) => [row.id, row.permissions]));
  };
}

export type LoadPermissions = ReturnType<typeof createLoadPermissions>;
