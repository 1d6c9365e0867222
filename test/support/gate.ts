import pg from 'pg';
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
    async untilWaiting(count) {
      for (let waiting = -1; waiting < count;) {
        const { rows } = await holder.query<{ waiting: string }>(
          `SELECT count(*) AS waiting FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        waiting = Number(rows[0]!.waiting);
      }
    },
    async open() {
      await holder.query('COMMIT');
      await holder.end();
    },
  };
}
