import type { TestApp } from './test-app.js';

/** One value that the database holds, and where. */
export interface StoredValue {
  place: string;
  value: string;
}

/** Every value of every column of every table, as text: what somebody with a dump of the database reads. */
export async function everyValue(app: Pick<TestApp, 'sql'>): Promise<StoredValue[]> {
  const tables = await app.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const values: StoredValue[] = [];
  for (const { name } of tables)
    values.push(
      ...(await app.sql<StoredValue>(
        `SELECT '${name}.' || column_value.key AS place, column_value.value
         FROM "${name}" AS stored, jsonb_each_text(to_jsonb(stored)) AS column_value
         WHERE column_value.value IS NOT NULL`,
      )),
    );
  return values;
}
