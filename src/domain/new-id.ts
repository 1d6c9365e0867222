import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Room above the random start of a millisecond's counter, which has 32 bits. */
const MAX_START = 2 ** 31;

let lastMs = -Infinity;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562 §5.7, method 1: a counter) of a moment. Ids that one process makes in one
 * millisecond sort in the order in which they were made, which the audit trail is read in.
 */
export function newId(now: Date): string {
  const msecs = now.getTime();
  counter = msecs === lastMs ? counter + 1 : randomInt(MAX_START);
  lastMs = msecs;
  return uuidv7({ msecs, seq: counter });
}
