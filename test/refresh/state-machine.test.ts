import fc from 'fast-check';
import { LIMITS, command } from './commands.js';
import { Run } from './run-commands.js';
import { startTwoNodes } from '../support/two-nodes.js';

const RUNS = 8;
const COMMANDS = { minLength: 15, maxLength: 30 };

let two: Awaited<ReturnType<typeof startTwoNodes>>;
beforeAll(async () => {
  two = await startTwoNodes({
    SIGNET_REFRESH_GRACE_SECONDS: String(LIMITS.graceSeconds),
    SIGNET_SESSION_IDLE_SECONDS: String(LIMITS.idleSeconds),
    SIGNET_SESSION_ABSOLUTE_SECONDS: String(LIMITS.absoluteSeconds),
    SIGNET_ACCESS_TOKEN_SECONDS: '3600',
  });
}, 120_000);
afterAll(() => two?.close(), 120_000);

// RT-3, RT-4, RT-5, RT-6, RT-7 and RT-8 together, in orders that nobody thought of. A failure prints the
// seed and the shortest sequence found; `fc.assert(…, { seed, path })` runs it again.
describe('two nodes on one database, some of them killed, against the reference model', () => {
  it('answer every refresh as the model allows, and end in a state that it allows', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(command, COMMANDS), async (commands) => {
        const run = await Run.begin(two, seen);
        for (const command of commands) await run.do(command);
        await run.check();
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 240_000, verbose: fc.VerbosityLevel.Verbose },
    );
    // What was never seen was not tried.
    expect([...seen.keys()].toSorted()).toEqual([
      'InvalidRefreshToken',
      'RefreshSuccess',
      'RefreshTokenReused',
      'no answer',
    ]);
  }, 300_000);
});
