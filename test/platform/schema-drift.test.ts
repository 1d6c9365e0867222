import { startTestApp } from '../support/test-app.js';

/** Tables without an entity: rows to lock, what rate-limiter-flexible works on, MikroORM's list. */
const TABLES_WITHOUT_ENTITY = [
  ...['signet_migration_lock', 'permission_locks'],
  ...['throttle_buckets', 'signet_migrations'],
];

/** Migrations may have more constraints and indexes than entities can or need say; never fewer. */
const MADE_BY_HAND = /^(alter table "\w+" drop constraint|drop index) "\w+"$/;

it('migrations and entities agree on every table, column, type and default', async () => {
  const app = await startTestApp();
  const sql = await app.identity.database.orm.schema.getUpdateSchemaSQL({ wrap: false });
  await app.close();
  const statements = sql
    .split(';')
    .map((statement) => statement.trim().replaceAll(/\s+/g, ' '))
    .filter(Boolean)
    .flatMap(splitAlterations);
  const drift = statements.filter(
    (statement) =>
      !MADE_BY_HAND.test(statement) &&
      !TABLES_WITHOUT_ENTITY.some((table) => statement.includes(`drop table if exists "${table}"`)),
  );
  expect(drift).toEqual([]);
});

/** `alter table t a, b` as `alter table t a` and `alter table t b`, so that no change hides behind another. */
function splitAlterations(statement: string): string[] {
  const [, table, changes] = /^(alter table "\w+") (.*)$/.exec(statement) ?? [];
  if (!table || !changes) return [statement];
  return changes.split(/, (?=(?:add|drop|alter) )/).map((change) => `${table} ${change}`);
}
