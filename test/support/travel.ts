import { jest } from '@jest/globals';
import type { TestApp } from './test-app.js';

const realNow = Date.now.bind(Date);

/** Moves the time of Signet and of oidc-provider, which has a clock of its own; the latter until the end of the test file or `back`. */
export function travel(app: TestApp, seconds: number): { back(): void } {
  app.clock.advance(seconds);
  const before = Date.now() - realNow();
  const spy = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + before + seconds * 1000);
  return {
    back() {
      app.clock.advance(-seconds);
      spy.mockImplementation(() => realNow() + before);
    },
  };
}
