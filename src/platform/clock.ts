/** Where time comes from. Domain code never reads the machine's clock. */
export interface Clock {
  /** The present moment. */
  now(): Date;
}

/**
 * A clock that all nodes share: PostgreSQL's time, carried forward by the monotonic clock of this
 * process. Nodes whose own clocks differ, or step by a minute, still agree on whether a refresh token
 * was replaced two seconds ago, which decides between a retry and a theft.
 */
export class DatabaseClock implements Clock {
  private offsetMs = Date.now() - performance.now();

  now(): Date {
    return new Date(performance.now() + this.offsetMs);
  }

  /** Reads the database's time once; half of the round trip is taken as the way back. */
  async synchronise(readDatabaseTime: () => Promise<Date>): Promise<void> {
    const sentAt = performance.now();
    const databaseTime = await readDatabaseTime();
    const receivedAt = performance.now();
    this.offsetMs = databaseTime.getTime() - (sentAt + receivedAt) / 2;
  }
}

export function secondsLater(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000);
}
