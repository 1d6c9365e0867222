import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';

const MEASURE = {
  name: 'measure-logouts',
  text: `SELECT count(*)::int AS waiting, min(created_at) AS oldest FROM logout_deliveries`,
};

/** How many logouts services have yet to hear of, and for how many seconds the oldest has waited. */
export function createMeasureLogouts({ database, clock }: { database: Database; clock: Clock }) {
  return async function measureLogouts(): Promise<{ waiting: number; oldestSeconds: number }> {
    const [row] = await database.query<{ waiting: number; oldest: Date | null }>(MEASURE, []);
    const { waiting, oldest } = row!;
    const oldestSeconds = oldest ? Math.max(0, clock.now().getTime() - oldest.getTime()) / 1000 : 0;
    return { waiting, oldestSeconds };
  };
}
