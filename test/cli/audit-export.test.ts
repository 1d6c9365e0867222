import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordEvents, type AuditEntry } from '../../src/domain/audit/index.js';
import { BUSY_USER, EVENT_GAP_MS, TRAIL_BEGINS, seedEvents, seedTrail } from '../support/audit-events.js';
import {
  MAIN,
  SLOW_TEST_MS,
  emptyFolder,
  endProcesses,
  runSignet,
  until,
  type RunOptions,
} from '../support/run-signet.js';
import { startTestApp, testEnvironment, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(async () => {
  await endProcesses();
  await app.close();
});

const env = () => testEnvironment(app.databaseUrl, { SIGNET_LOG_LEVEL: 'info' });
const run = (args: string[], options: RunOptions = {}) =>
  runSignet(['audit', 'export', ...args], { ...options, env: { ...env(), ...options.env } });

type Line = Record<string, any>;
const linesOf = (text: string) => {
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
};
const idsOf = (text: string) => linesOf(text).map(({ id }) => id as string);

/** The command to its end, when nothing goes wrong. */
async function exported(...args: string[]): Promise<Line[]> {
  const signet = run(args);
  expect({ ...(await signet.ended), errors: signet.stderr }).toMatchObject({ code: 0, errors: '' });
  return linesOf(signet.stdout);
}

/** The one sentence with which the command refuses. */
async function refusal(...args: string[]): Promise<string> {
  const signet = run(args);
  expect((await signet.ended).code).toBe(1);
  expect(signet.stdout).toBe('');
  return signet.stderr.trim();
}

const stored = async (condition = 'true') =>
  (await app.sql<{ id: string }>(`SELECT id FROM audit_events WHERE ${condition} ORDER BY id`)).map(
    ({ id }) => id,
  );

const record = (...entries: AuditEntry[]) =>
  app.identity.database.transaction((tx) => recordEvents(tx, app.clock.now(), null, entries));

const newFile = async () => join(await emptyFolder(), 'trail.jsonl');

describe('signet audit export', () => {
  it('writes every event as one line of JSON, the oldest first, with all that the trail says', async () => {
    const ada = await app.given.user();
    app.clock.advance(1);
    await record({
      type: 'role.changed',
      actorId: ada.id,
      userId: null,
      subject: { kind: 'role', name: 'reviewer' },
      before: { permissions: [] },
      after: { permissions: ['orders:read'] },
    });
    const lines = await exported();
    expect(lines.map(({ type }) => type)).toEqual(['user.registered', 'session.started', 'role.changed']);
    expect(lines[1]).toEqual({
      ...{ id: expect.any(String), occurredAt: expect.any(String), type: 'session.started' },
      ...{ actorId: ada.id, userId: ada.id, sessionId: ada.sessionId },
      ...{ subjectKind: null, subjectName: null, before: null, after: null, details: { amr: ['pwd'] } },
      ...{ ipAddress: '127.0.0.1', userAgent: 'node', requestId: expect.any(String) },
    });
    expect(lines[2]).toMatchObject({
      occurredAt: app.clock.now().toISOString(),
      ...{ actorId: ada.id, userId: null, subjectKind: 'role', subjectName: 'reviewer' },
      ...{ before: { permissions: [] }, after: { permissions: ['orders:read'] } },
    });
  });

  it(
    'takes those of a time, a type, a user by address or id, an actor, or after an event',
    async () => {
      await app.sql(seedEvents(3000));
      const ada = await app.given.user({ email: 'ada@example.com' });
      const moment = (n: number) => new Date(TRAIL_BEGINS.getTime() + n * EVENT_GAP_MS).toISOString();
      const all = await stored();
      const cases: [args: string[], condition: string][] = [
        [['--since', moment(100)], `occurred_at >= '${moment(100)}'`],
        [
          ['--since', '2026-01-01T02:00:00+01:00', '--until', moment(1000)],
          `occurred_at >= '2026-01-01T01:00:00Z' AND occurred_at < '${moment(1000)}'`,
        ],
        [['--until', '2026-01-01'], 'false'],
        [['--type', 'role.granted'], `type = 'role.granted'`],
        [['--user', 'Ada@Example.com'], `user_id = '${ada.id}'`],
        [
          ['--user', ada.id, '--type', 'session.started'],
          `user_id = '${ada.id}' AND type = 'session.started'`,
        ],
        [
          ['--user', BUSY_USER, '--since', moment(1000)],
          `user_id = '${BUSY_USER}' AND occurred_at >= '${moment(1000)}'`,
        ],
        [['--actor', 'ada@example.com'], `actor_id = '${ada.id}'`],
        [['--after', all[2000]!], `id > '${all[2000]!}'`],
      ];
      for (const [args, condition] of cases)
        expect([args, (await exported(...args)).map(({ id }) => id)]).toEqual([
          args,
          await stored(condition),
        ]);
    },
    SLOW_TEST_MS,
  );

  it(
    'says in a sentence what it cannot read, and leaves no file',
    async () => {
      const file = await newFile();
      for (const [args, sentence] of [
        [['--since', 'yesterday'], /yesterday is no time/],
        [['--since', '2026-02-30'], /2026-02-30 is no time/],
        [['--until', '2026-01-01T00:00'], /is no time/],
        [['--until', '2026-01-01 00:00:00Z'], /is no time/],
        [['--type', 'role'], /There is no type of event role; docs\/security\.md/],
        [['--type', 'constructor'], /There is no type of event constructor/],
        [['--user', 'nobody@example.com'], /There is no account nobody@example\.com/],
        [['--actor', 'nobody'], /There is no account nobody/],
        [['--after', 'the last one'], /the last one is no id of an event/],
        [['--resume', '--after', 'x'], /either --resume or --after/],
      ] as [string[], RegExp][]) {
        expect(await refusal('--output', file, ...args)).toMatch(sentence);
        await expect(stat(file)).rejects.toThrow('ENOENT');
      }
      expect(await refusal('--resume')).toMatch(/--resume needs --output/);
      expect(await refusal('--output', `${file}/in/no/folder`)).toMatch(/cannot be written to \(ENOENT\)/);
    },
    SLOW_TEST_MS,
  );

  it('ends quietly when the reader has seen enough', async () => {
    await app.sql(seedEvents(20_000));
    const line = `"${process.execPath}" "${MAIN}" audit export | head -n 3; echo "ended with \${PIPESTATUS[0]}"`;
    const signet = runSignet([], { env: env(), command: ['bash', '--norc', '-c', line] });
    await signet.ended;
    const printed = signet.stdout.split('\n');
    expect(printed.slice(0, 3).map((text) => JSON.parse(text).id)).toEqual((await stored()).slice(0, 3));
    expect(printed.slice(3)).toEqual(['ended with 0', '']);
    expect(signet.stderr).toBe('');
  });

  it('shows how far it is on a terminal, and only there', async () => {
    await app.sql(seedEvents(5000));
    const file = await newFile();
    const line = `"${process.execPath}" "${MAIN}" audit export --output "${file}"`;
    const { code, output } = await runSignet([], {
      env: env(),
      command: ['script', '-qec', line, '/dev/null'],
    }).ended;
    expect(code).toBe(0);
    expect(output).toMatch(/100% \| 5000 events, up to 2026-01-01T13:53:10\.000Z/);
    expect(idsOf(await readFile(file, 'utf8'))).toEqual(await stored());
  });

  it(
    'holds a batch in memory and never the trail',
    async () => {
      await seedTrail(app, 300_000);
      const file = await newFile();
      const heap = { NODE_OPTIONS: '--max-old-space-size=256' };
      expect(await run(['--output', file], { env: heap }).ended).toMatchObject({ code: 0 });
      expect((await stat(file)).size).toBeGreaterThan(120_000_000);
    },
    SLOW_TEST_MS,
  );

  it('makes nothing of control characters that somebody got into an event (AU-4)', async () => {
    const nasty = [
      ...[
        '\r\n{"id":"forged"}\n',
        '\u001b[2J\u001b]0;title\u0007',
        '\u009b31m',
        '\u2028\u2029',
        '\u202egnp.exe',
      ],
      ...['\u200b\ufeff', '\u{e0041}', '\\u001b', '"}\n{"'],
    ];
    for (const reason of nasty)
      await record({
        type: 'role.revoked',
        actorId: null,
        userId: null,
        details: { reason, [reason]: true },
      });
    const signet = run(['--type', 'role.revoked']);
    await signet.ended;
    expect(signet.stdout).toMatch(/^[\x20-\x7e\n]+$/);
    expect(signet.stdout.match(/\n/g)).toHaveLength(nasty.length);
    expect(linesOf(signet.stdout).map(({ details }) => details)).toEqual(
      nasty.map((reason) => ({ reason, [reason]: true })),
    );
  });
});

describe('signet audit export --output', () => {
  it('makes a file that nobody else may read, and touches none that is there', async () => {
    await app.sql(seedEvents(10));
    const file = await newFile();
    expect(await exported('--output', file)).toEqual([]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const before = await readFile(file, 'utf8');
    expect(idsOf(before)).toEqual(await stored());
    expect(await refusal('--output', file)).toMatch(/trail\.jsonl exists\. Go on with it by --resume/);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('goes on by --resume where the last run has ended, and begins where there was none', async () => {
    await app.sql(seedEvents(50));
    const file = await newFile();
    await exported('--output', file, '--resume');
    const before = await readFile(file, 'utf8');
    await exported('--output', file, '--resume');
    expect(await readFile(file, 'utf8')).toBe(before);
    await app.given.user();
    await exported('--output', file, '--resume');
    const after = await readFile(file, 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect(idsOf(after)).toEqual(await stored());
  });

  it(
    'has everything once after kill -9 at any moment, a line half written, and --resume',
    async () => {
      await seedTrail(app, 100_000);
      const file = await newFile();
      const size = async () => (await stat(file).catch(() => null))?.size ?? 0;
      for (const reached of [1, 9_000_000, 20_000_000]) {
        const signet = run(['--output', file, '--resume']);
        await until('some of it is written', async () => (await size()) >= reached || !signet.isRunning);
        signet.kill('SIGKILL');
        expect((await signet.ended).signal).toBe('SIGKILL');
        // As if the kill had come in the middle of a write.
        await truncate(file, (await size()) - 137);
        expect((await readFile(file, 'utf8')).endsWith('\n')).toBe(false);
      }
      const before = await readFile(file, 'utf8');
      expect(await run(['--output', file, '--resume']).ended).toMatchObject({ code: 0 });
      const after = await readFile(file, 'utf8');
      const whole = before.slice(0, before.lastIndexOf('\n') + 1);
      expect(whole.length).toBeGreaterThan(20_000_000);
      expect(after.startsWith(whole)).toBe(true);
      expect(idsOf(after)).toEqual(await stored());
    },
    SLOW_TEST_MS,
  );

  it(
    'stops at the first Ctrl-C after a whole event, and says how to go on',
    async () => {
      await seedTrail(app, 100_000);
      const file = await newFile();
      const signet = run(['--output', file]);
      await until('some of it is written', async () => (await stat(file).catch(() => null))?.size);
      signet.kill('SIGINT');
      expect(await signet.ended).toMatchObject({
        code: 130,
        output: expect.stringMatching(/go on with --resume/),
      });
      const stoppedAt = idsOf(await readFile(file, 'utf8')).length;
      expect(stoppedAt).toBeGreaterThan(0);
      expect(stoppedAt).toBeLessThan(100_000);
      expect(await run(['--output', file, '--resume']).ended).toMatchObject({ code: 0 });
      expect(idsOf(await readFile(file, 'utf8'))).toEqual(await stored());
    },
    SLOW_TEST_MS,
  );

  it(
    'misses no event of a transaction that was under way when the last run ended',
    async () => {
      await app.sql(seedEvents(50));
      const file = await newFile();
      // It began first, so its event comes first, but it ends last.
      const transaction = app.identity.database.transaction(async (tx) => {
        await recordEvents(tx, app.clock.now(), null, [
          { type: 'group.created', actorId: null, userId: null },
        ]);
        app.clock.advance(20);
        await app.given.user();
        await exported('--output', file);
      });
      await transaction;
      const before = idsOf(await readFile(file, 'utf8'));
      const late = (await stored(`type = 'group.created'`))[0]!;
      expect(before).not.toContain(late);
      expect(before.at(-1)! > late).toBe(true);

      for (let round = 0; round < 2; round += 1) {
        await exported('--output', file, '--resume');
        const after = idsOf(await readFile(file, 'utf8'));
        expect(after).toEqual([...before, late]);
      }
      await app.given.user();
      await exported('--output', file, '--resume');
      const ids = idsOf(await readFile(file, 'utf8'));
      expect(ids.toSorted()).toEqual(await stored());
    },
    SLOW_TEST_MS,
  );

  it.each([
    ['of something else', 'name,age\nAda,36\n'],
    ['of other JSON', '{"name":"Ada"}\n'],
    ['without a line', 'all that I have'],
    [
      'whose end is of something else',
      '{"id":"01890000-0000-7000-8000-000000000000","occurredAt":"2026-01-01T00:00:00.000Z"}\nnot so\n',
    ],
  ])('leaves a file %s as it was', async (_title, content) => {
    const file = await newFile();
    await writeFile(file, content);
    expect(await refusal('--output', file, '--resume')).toMatch(
      /is no export of audit events; it was left as it is/,
    );
    expect(await readFile(file, 'utf8')).toBe(content);
  });

  it('begins anew in a file that is empty, or has the beginning of a first line', async () => {
    await app.sql(seedEvents(10));
    for (const content of ['', '{"i', '{"id":"01890000-0000-7000-8000-00000']) {
      const file = await newFile();
      await writeFile(file, content);
      await exported('--output', file, '--resume');
      expect(idsOf(await readFile(file, 'utf8'))).toEqual(await stored());
    }
  });
});
