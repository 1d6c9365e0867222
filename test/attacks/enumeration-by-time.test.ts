import { LoginDocument } from '../support/operations.js';
import { mannWhitneyZ, median, trimmed } from '../support/statistics.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const PAIRS = 200;
const WARM_UP_PAIRS = 20;
const RUNS = 3;
/** Of the median: what a hash that is missing or doubled exceeds twentyfold, and noise of a busy machine does not. */
const BUDGET = 0.03;
/** Two-sided, p < 0.01. */
const SIGNIFICANT = 2.58;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_HASH_WAIT_SECONDS: '60' });
});
afterAll(() => app.close());

async function milliseconds(email: string, password: string): Promise<number> {
  const startedAt = performance.now();
  const { data } = await app.client.send(LoginDocument, { input: { email, password } });
  const took = performance.now() - startedAt;
  expect(data.login.__typename).toBe('InvalidCredentials');
  return took;
}

/** Times two kinds of attempts in turn, so that whatever else the machine does meets both alike. */
async function compare(attempt: (index: number) => [known: [string, string], unknown: [string, string]]) {
  const known: number[] = [];
  const unknown: number[] = [];
  for (let index = -WARM_UP_PAIRS; index < PAIRS; index += 1) {
    const [ofKnown, ofUnknown] = attempt(index + WARM_UP_PAIRS);
    const knownFirst = index % 2 === 0;
    const first = await milliseconds(...(knownFirst ? ofKnown : ofUnknown));
    const second = await milliseconds(...(knownFirst ? ofUnknown : ofKnown));
    if (index < 0) continue;
    known.push(knownFirst ? first : second);
    unknown.push(knownFirst ? second : first);
  }
  const z = mannWhitneyZ(trimmed(known), trimmed(unknown));
  const difference = (median(known) - median(unknown)) / median(unknown);
  return { differs: Math.abs(z) > SIGNIFICANT && Math.abs(difference) > BUDGET, z, difference };
}

/** Fails only when every run finds a difference that is both significant and large enough to be used. */
async function expectNoDifference(attempt: Parameters<typeof compare>[0]) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const result = await compare(attempt);
    runs.push(result);
    if (!result.differs) return;
  }
  expect(runs).toEqual([]);
}

describe('EN-2: the time of a refused login', () => {
  it('does not tell whether the account exists', async () => {
    const accounts = await Promise.all(Array.from({ length: 10 }, () => app.given.user()));
    await expectNoDifference((index) => [
      [accounts[index % accounts.length]!.email, 'a wrong guess at the password'],
      [app.given.email(), 'a wrong guess at the password'],
    ]);
  }, 300_000);
});
