import type { Clock } from '../../src/platform/clock.js';

/** A clock that moves when a test says so. */
export class FakeClock implements Clock {
  private time = new Date();

  now(): Date {
    return new Date(this.time);
  }

  advance(seconds: number): void {
    this.time = new Date(this.time.getTime() + seconds * 1000);
  }
}
