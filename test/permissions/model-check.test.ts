import fc from 'fast-check';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { BEGINNING, command } from './commands.js';
import { Run } from './run-commands.js';

/** More by SIGNET_MODEL_RUNS: each is about seventy commands, and a second. */
const RUNS = Number(process.env['SIGNET_MODEL_RUNS'] ?? 60);
/** Also of the search for a shorter sequence, so that a failure is told in time. */
const DEADLINE_MS = Math.max(240_000, RUNS * 8_000);
const COMMANDS = { minLength: 1, maxLength: 100, size: 'max' } as const;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
}, 120_000);
afterAll(() => app?.close());

// A failure prints the seed and the shortest sequence found; `fc.assert(…, { seed, path })` runs it again.
describe('changes of who may do what, against the reference model', () => {
  it(
    'end as the model says, and leave everybody with what the model gives them',
    async () => {
      const seen = new Map<string, number>();
      let runs = 0;
      const startedAt = Date.now();
      await fc.assert(
        fc.asyncProperty(fc.noBias(fc.array(command, COMMANDS)), async (commands) => {
          runs += 1;
          const run = await Run.begin(app, seen);
          await run.prepare(BEGINNING);
          for (const next of commands) await run.do(next);
          await run.compareAll();
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: DEADLINE_MS },
      );
      const steps = [...seen.values()].reduce((sum, count) => sum + count, 0);
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      process.stderr.write(`model check: ${steps} commands in ${runs} runs, ${seconds} s\n`);
      // What was never seen was not tried.
      const made = [...seen.keys()].filter((what) => what.endsWith(': done'));
      expect(made.map((what) => what.split(':')[0]!).toSorted()).toEqual(VERBS);
      expect([...new Set([...seen.keys()].map((what) => what.split(': ')[1]!))].toSorted()).toEqual(OUTCOMES);
    },
    DEADLINE_MS + 60_000,
  );
});

const VERBS = [
  ...['add member', 'create group', 'create role', 'delete group', 'delete role', 'delete service'],
  ...['delete user', 'grant', 'reactivate', 'register service', 'remove member', 'rename group', 'revoke'],
  ...['suspend', 'time passes', 'update role', 'update service'],
];
const OUTCOMES = [
  ...['done', 'forbidden', 'invalidInput', 'lastAdministrator', 'lossNotConfirmed', 'nameTaken'],
  ...['notFound', 'sessionEnded', 'unauthenticated'],
];
