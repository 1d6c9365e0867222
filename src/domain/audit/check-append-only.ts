import type { Database } from '../../platform/database.js';

/** What `erase` clears when an account is deleted; every other column stays as it was written. */
const ERASABLE = ['ip_address', 'user_agent'];

/** Superusers, members of a role that may, and tables restored without their privileges: all come out here. */
const MAY_CHANGE = `
  SELECT has_table_privilege('audit_events', 'DELETE') OR has_table_privilege('audit_events', 'TRUNCATE')
    OR EXISTS (
      SELECT 1 FROM pg_attribute
      WHERE attrelid = 'audit_events'::regclass AND attnum > 0 AND NOT attisdropped
        AND attname <> ALL($1) AND has_column_privilege(attrelid, attnum, 'UPDATE')) AS may_change`;

/** Whether the role that Signet is connected as can add audit events and not change or delete them. */
export function createCheckAppendOnly({ database }: { database: Database }) {
  return async function isAppendOnly(): Promise<boolean> {
    const { rows } = await database.pool.query<{ may_change: boolean }>(MAY_CHANGE, [ERASABLE]);
    return !rows[0]!.may_change;
  };
}
