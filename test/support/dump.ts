import type { TestApp } from './test-app.js';

/** One value that the database holds, and where. */
export interface StoredValue {
  place: string;
  value: string;
}

/** Every value of every column of every table, as text: what somebody with a dump of the database reads. */
export async function everyValue(app: Pick<TestApp, 'sql'>): Promise<StoredValue[]> {
  const values: StoredValue[] = [];
  for (const name of await tables(app))
    values.push(
      ...(await app.sql<StoredValue>(
        `SELECT '${name}.' || column_value.key AS place, column_value.value
         FROM "${name}" AS stored, jsonb_each_text(to_jsonb(stored)) AS column_value
         WHERE column_value.value IS NOT NULL`,
      )),
    );
  return values;
}

/** One row of a table, as JSON. */
export interface StoredRow {
  table: string;
  row: string;
}

/** Every row of every table. */
export async function everyRow(app: Pick<TestApp, 'sql'>): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for (const table of await tables(app))
    rows.push(
      ...(await app.sql<StoredRow>(
        `SELECT '${table}' AS "table", to_jsonb(stored)::text AS "row" FROM "${table}" AS stored`,
      )),
    );
  return rows;
}

async function tables(app: Pick<TestApp, 'sql'>): Promise<string[]> {
  const found = await app.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  return found.map(({ name }) => name);
}
