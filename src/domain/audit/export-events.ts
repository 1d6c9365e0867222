import type { Database } from '../../platform/database.js';
import { readEvents, type EventFilter, type EventRecord } from './event-page.js';

/** Events that are in memory at once: some hundred kilobytes. */
const BATCH = 1000;

/** All events that fit the filter, the oldest first, read in batches as fast as they are taken. */
export function createExportEvents({ database }: { database: Database }) {
  return async function* exportEvents(
    filter: EventFilter,
    /** Id of an event, or of a moment: only what is later. */
    after: string | null,
  ): AsyncGenerator<EventRecord[]> {
    for (let position = after; ;) {
      const events = await readEvents(database, {
        filter,
        order: 'oldestFirst',
        after: position,
        limit: BATCH,
      });
      if (events.length > 0) yield events;
      if (events.length < BATCH) return;
      position = events.at(-1)!.id;
    }
  };
}

export type ExportEvents = ReturnType<typeof createExportEvents>;
