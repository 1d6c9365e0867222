import { createDatabase } from '../support/postgres.js';
import { SLOW_TEST_MS, endProcesses, runSignet } from '../support/run-signet.js';
import { testEnvironment } from '../support/test-app.js';

let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => {
  await endProcesses();
  await database.drop();
});

const signet = (...args: string[]) =>
  runSignet(args, { env: testEnvironment(database.url, { SIGNET_LOG_LEVEL: 'info' }) }).ended;

it(
  'signet keys: list, rotate and revoke tell what they did',
  async () => {
    const first = await signet('keys', 'list');
    expect(first.code).toBe(0);
    expect(first.output).toMatch(/ES256.*active/);

    const rotated = await signet('keys', 'rotate');
    const kid = /^Published the next key (\S+)\.$/m.exec(rotated.output)![1]!;
    expect((await signet('keys', 'list')).output).toMatch(new RegExp(`${kid}.*ES256.*next`));

    expect(await signet('keys', 'revoke', kid)).toMatchObject({
      code: 0,
      output: expect.stringContaining(`Revoked ${kid}`),
    });
    const last = await signet('keys', 'list');
    expect(last.output).toContain('active');
    expect(last.output).not.toContain(kid);

    const dashed = await signet('keys', 'revoke', '-no-such-kid');
    expect(dashed.output).toContain('There is no published key -no-such-kid;');
    const again = await signet('keys', 'revoke', kid);
    expect(again.code).toBe(1);
    expect(again.output).toContain(`There is no published key ${kid}; see signet keys list.`);
    expect(last.output + rotated.output).not.toMatch(/"d"|private/i);
  },
  SLOW_TEST_MS,
);

it('signet --help shows every command', async () => {
  const { code, output } = await runSignet(['--help']).ended;
  expect(code).toBe(0);
  for (const command of ['start', 'migrate', 'keys', 'user'])
    expect(output).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  expect((await runSignet(['--version']).ended).output).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('signet with an unknown command is an error that says where to look, and starts nothing', async () => {
  const { code, output } = await runSignet(['strat']).ended;
  expect(code).toBe(1);
  expect(output).toMatch(/signet --help/);
  expect(output).not.toMatch(/listening|^\s+at /m);
});
