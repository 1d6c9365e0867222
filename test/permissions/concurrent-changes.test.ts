import fc from 'fast-check';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { BEGINNING, command, type Change, type Picked, type PersonName } from './commands.js';
import { Run } from './run-commands.js';

/**
 * Changes at the same instant, on connections of their own. Each test compares with the model what stands
 * afterwards: that no group contains itself, that the closure is right, that nothing refers to what is gone,
 * and that the audit trail, told from its beginning, ends in what stands. The table of audit events is where both meet
 * for certain: without the lock they would have read what the other one is about to change.
 */
const MEET = 'audit_events';

let app: TestApp;
let run: Run;
beforeAll(async () => {
  app = await startTestApp();
}, 120_000);
afterAll(() => app?.close());
beforeEach(async () => {
  run = await Run.begin(app, new Map());
  await run.prepare(BEGINNING);
});

const by = (actor: PersonName | null, change: Change) => ({ actor, change });
const grant = (user: PersonName, permission: string): Change => ({
  do: 'grant',
  to: { user },
  what: { permission },
});
const revoke = (user: PersonName, permission: string): Change => ({
  do: 'revoke',
  to: { user },
  what: { permission },
});
const nest = (group: number, memberGroup: number): Change => ({ do: 'add member', group, memberGroup });
const ADMINISTRATION = 'signet:permissions.manage';

describe('changes at the same instant', () => {
  it('two nestings that would make a cycle together: one is refused', async () => {
    const outcomes = await run.atOnce([by('root', nest(3, 4)), by(null, nest(4, 3))], MEET);
    expect(outcomes.toSorted()).toEqual(['done', 'invalidInput']);
  });

  it('three nestings that would make a cycle together: one is refused', async () => {
    const outcomes = await run.atOnce(
      [by('root', nest(2, 3)), by(null, nest(3, 4)), by(null, nest(4, 2))],
      MEET,
    );
    expect(outcomes.toSorted()).toEqual(['done', 'done', 'invalidInput']);
  });

  it('two administrators who take it from each other: one does, and stays', async () => {
    await run.prepare([
      grant('bob', ADMINISTRATION),
      grant('ann', ADMINISTRATION),
      { do: 'revoke', to: { user: 'root' }, what: { role: 'administrator' } },
    ]);
    const outcomes = await run.atOnce(
      [by('bob', revoke('ann', ADMINISTRATION)), by('ann', revoke('bob', ADMINISTRATION))],
      MEET,
    );
    expect(outcomes.toSorted()).toEqual(['done', 'forbidden']);
  });

  it.each<[string, Change, PersonName | null]>([
    ['both revoke it from themselves', revoke('bob', ADMINISTRATION), 'bob'],
    ['the other one makes it expire', { ...grant('bob', ADMINISTRATION), hours: 100 } as Change, 'bob'],
    ['the other one is suspended', { do: 'suspend', user: 'bob' }, null],
    ['the other one is deleted', { do: 'delete user', user: 'bob' }, null],
  ])('two administrators who leave together: one stays when %s', async (_how, change, actor) => {
    await run.prepare([
      grant('bob', ADMINISTRATION),
      grant('ann', ADMINISTRATION),
      { do: 'revoke', to: { user: 'root' }, what: { role: 'administrator' } },
    ]);
    const outcomes = await run.atOnce([by('ann', revoke('ann', ADMINISTRATION)), by(actor, change)], MEET);
    expect(outcomes.toSorted()).toEqual(['done', 'lastAdministrator']);
  });

  it('a right that is being revoked while its holder uses it: the use came first, or is refused', async () => {
    const outcomes = await run.atOnce(
      [by('root', revoke('olga', 'orders:permissions.manage')), by('olga', grant('eve', 'orders:refund'))],
      MEET,
    );
    expect(outcomes[0]).toBe('done');
    expect(['done', 'forbidden']).toContain(outcomes[1]);
  });

  it('a manager who is suspended while they give something: it came first, or the session has ended', async () => {
    const outcomes = await run.atOnce(
      [by(null, { do: 'suspend', user: 'olga' }), by('olga', grant('eve', 'orders:refund'))],
      MEET,
    );
    expect(outcomes[0]).toBe('done');
    expect(['done', 'sessionEnded']).toContain(outcomes[1]);
  });

  it.each<[string, Change, Change, string[]]>([
    [
      'a role is given while it is deleted',
      { do: 'delete role', name: 'Lead', confirm: true },
      { do: 'grant', to: { user: 'eve' }, what: { role: 'Lead' } },
      ['done', 'notFound'],
    ],
    [
      'a role gets a permission while its service is removed',
      { do: 'delete service', slug: 'billing', confirm: true },
      { do: 'update role', name: 'Lead', permissions: ['billing:refund'] },
      ['done', 'invalidInput'],
    ],
    [
      'a permission is given while its service is removed',
      { do: 'delete service', slug: 'billing', confirm: true },
      grant('eve', 'billing:refund'),
      ['done', 'notFound'],
    ],
    [
      'a permission is given while its service deprecates it',
      {
        do: 'update service',
        slug: 'orders',
        permissions: ['read', 'refund', 'ship'].map((name) => ({ name, deprecated: true })),
        confirm: false,
      },
      grant('eve', 'orders:refund'),
      ['done', 'invalidInput'],
    ],
    [
      'somebody joins a group while it is deleted',
      { do: 'delete group', group: 0, confirm: true },
      { do: 'add member', group: 0, user: 'eve' },
      ['done', 'notFound'],
    ],
    [
      'a group is put into one that is deleted',
      { do: 'delete group', group: 1, confirm: true },
      nest(1, 4),
      ['done', 'notFound'],
    ],
    [
      'a group is given something while it is deleted',
      { do: 'delete group', group: 0, confirm: true },
      { do: 'grant', to: { group: 0 }, what: { permission: 'orders:refund' } },
      ['done', 'notFound'],
    ],
    [
      'somebody is given something while they are deleted',
      { do: 'delete user', user: 'eve' },
      grant('eve', 'orders:refund'),
      ['done', 'notFound'],
    ],
    [
      'somebody joins a group while they are deleted',
      { do: 'delete user', user: 'eve' },
      { do: 'add member', group: 0, user: 'eve' },
      ['done', 'notFound'],
    ],
    [
      'two roles of one name are made',
      { do: 'create role', name: 'Helper', permissions: ['orders:read'] },
      { do: 'create role', name: 'helper', permissions: ['billing:read'] },
      ['done', 'nameTaken'],
    ],
    [
      'a manifest takes the name of a role that is being made',
      {
        do: 'update service',
        slug: 'orders',
        roles: [{ name: 'Helper', permissions: ['read'] }],
        confirm: true,
      },
      { do: 'create role', name: 'Helper', permissions: ['billing:read'] },
      ['done', 'nameTaken', 'invalidInput'],
    ],
    [
      'the same thing is given twice',
      grant('eve', 'orders:refund'),
      { ...grant('eve', 'orders:refund'), hours: 24 } as Change,
      ['done'],
    ],
  ])('%s', async (_what, one, other, allowed) => {
    const outcomes = await run.atOnce([by('root', one), by(null, other)], MEET);
    expect(outcomes).toContain('done');
    for (const outcome of outcomes) expect(allowed).toContain(outcome);
  });

  it('a role is given while its service removes what is in it', async () => {
    const declare = (refund: boolean): Change => ({
      do: 'update service',
      slug: 'orders',
      permissions: ['read', ...(refund ? ['refund'] : [])].map((name) => ({
        name,
        deprecated: name === 'refund',
      })),
      roles: [],
      confirm: true,
    });
    await run.prepare([declare(true)]);
    const give: Change = { do: 'grant', to: { user: 'eve' }, what: { role: 'Lead' } };
    expect(await run.atOnce([by('root', declare(false)), by(null, give)], MEET)).toEqual(['done', 'done']);
  });

  it('any three: what comes of them is what comes of them one after the other', async () => {
    const three = fc
      .array(fc.noBias(command), { minLength: 3, maxLength: 3 })
      .map((commands) => commands.map(({ actor, change }) => concurrently(actor, change)))
      .filter((changes) => changes.filter(({ change }) => change.do === 'create group').length < 2);
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(three, { minLength: 1, maxLength: 20, size: 'max' }), async (rounds) => {
        const run = await Run.begin(app, seen);
        await run.prepare(BEGINNING);
        for (const changes of rounds) await run.atOnce(changes);
      }),
      { numRuns: 15, interruptAfterTimeLimit: 240_000 },
    );
    const commands = [...seen.values()].reduce((sum, count) => sum + count, 0);
    process.stderr.write(`concurrent changes: ${commands} commands, three at once\n`);
  }, 300_000);
});

/** Time stands still. */
function concurrently(actor: PersonName | null, change: Picked['change']) {
  if (change.do === 'time passes') return by('root', nest(3, 4));
  return { actor, change };
}
