import { Presets, SingleBar } from 'cli-progress';
import type { EventRecord } from '../../domain/audit/index.js';

/** How far an export is, in time between the first event and the newest: nobody counts them before. */
export function exportProgress() {
  // Shows nothing unless standard error is a terminal.
  const bar = new SingleBar(
    { format: ' {bar} {percentage}% | {events} events, up to {moment}', stream: process.stderr },
    Presets.shades_classic,
  );
  let events = 0;
  let first: number | undefined;
  return {
    advance(batch: EventRecord[], written: number, newest: EventRecord): void {
      events += written;
      const last = batch.at(-1)!.occurredAt;
      const payload = { events, moment: last.toISOString() };
      const [position, end] = [last.getTime(), newest.occurredAt.getTime()];
      if (first === undefined) {
        first = batch[0]!.occurredAt.getTime();
        bar.start(Math.max(1, end - first), 0, payload);
      }
      bar.update(Math.min(position, end) - first, payload);
    },
    stop: () => bar.stop(),
  };
}
