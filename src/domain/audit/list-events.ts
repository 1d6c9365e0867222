import type { Database } from '../../platform/database.js';
import { readEvents, type EventFilter, type EventRecord } from './event-page.js';

export interface EventPage {
  events: EventRecord[];
  hasNextPage: boolean;
}

/** Pages through the trail, the newest event first. What is added meanwhile comes before the first page. */
export function createListEvents({ database }: { database: Database }) {
  return async function listEvents(request: {
    first: number;
    /** Id of the last event of the page before. */
    after: string | null;
    filter: EventFilter;
  }): Promise<EventPage> {
    const { first, after, filter } = request;
    const rows = await readEvents(database, { filter, order: 'newestFirst', after, limit: first + 1 });
    return { events: rows.slice(0, first), hasNextPage: rows.length > first };
  };
}
