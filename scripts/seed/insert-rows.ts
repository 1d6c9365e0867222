import type { ClientBase } from 'pg';

/** Inserts many rows by one statement. Each column is given its SQL type and its value in a row. */
export async function insertRows<Row>(
  client: ClientBase,
  table: string,
  rows: readonly Row[],
  columns: Record<string, [type: string, value: (row: Row) => unknown]>,
): Promise<void> {
  if (rows.length === 0) return;
  const entries = Object.entries(columns);
  const arrays = entries.map(([, [type]], index) => `$${index + 1}::${type}[]`);
  await client.query(
    `INSERT INTO ${table} (${entries.map(([name]) => `"${name}"`).join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`,
    entries.map(([, [, value]]) => rows.map(value)),
  );
}
