import pg from 'pg';
import { until } from './run-signet.js';
import type { TestApp } from './test-app.js';

/** A table that nobody can write to until the test says so: it makes transactions overlap for certain. */
export interface Gate {
  /** Comes back when so many statements of the app wait for a lock, at this table or behind one who does. */
  untilWaiting(count: number): Promise<void>;
  open(): Promise<void>;
}

export async function gate(app: TestApp, table: string): Promise<Gate> {
  const holder = new pg.Client({ connectionString: app.databaseUrl });
  await holder.connect();
  await holder.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
  return {
    untilWaiting: (count) => untilWaiting(holder, count),
    async open() {
      await holder.query('COMMIT');
      await holder.end();
    },
  };
}

/** Comes back when so many statements in the client's database wait for a lock. */
export async function untilWaiting(client: pg.Client, count: number): Promise<void> {
  await until(`${count} wait for a lock`, async () => {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rowCount! >= count;
  });
}
