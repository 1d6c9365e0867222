import type { GraphQLSchema } from 'graphql';
import { SESSION_END_REASONS } from '../src/domain/sessions/index.js';
import { USER_STATUSES } from '../src/domain/users/index.js';
import { buildSubgraph } from '../src/graphql/schema.js';
import type { Path, Subject, Verdict } from './rules-and-paths/ask.js';
import { paths, type PathName } from './rules-and-paths/paths.js';
import { rules, type RuleName } from './rules-and-paths/rules.js';
import { table } from './rules-and-paths/table.js';
import { startTestApp, type TestApp } from './support/test-app.js';

/**
 * The commonest flaw of the field is a rule that one path enforces and its sibling forgot. So every rule
 * stands against every path, and a new path or rule without its cells fails here.
 */
let app: TestApp;
let schema: GraphQLSchema;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_LOGIN_FAILURES_PER_ACCOUNT: '3', SIGNET_SESSIONS_PER_USER: '3' });
  ({ schema } = await buildSubgraph({ authDirectives: false }));
});
afterAll(() => app.close());

const { viewer }: Record<'viewer', Path> = paths;

describe('the rules × paths table', () => {
  it('has a path for every query and mutation of the schema', () => {
    const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
      Object.keys(type.getFields()),
    );
    expect(new Set(Object.values(paths).map((path) => path.field))).toEqual(new Set(fields));
  });

  it('has a rule for every way in which a session ends, and for every status that may not sign in', () => {
    const covered = Object.values(rules).flatMap((rule) => rule.covers);
    expect(new Set(covered)).toEqual(
      new Set([...SESSION_END_REASONS, ...USER_STATUSES.filter((s) => s !== 'ACTIVE')]),
    );
  });

  it('has a cell for every rule against every path', () => {
    for (const rule of Object.keys(rules) as RuleName[])
      expect(Object.keys(table[rule]).toSorted()).toEqual(Object.keys(paths).toSorted());
  });

  it.each(Object.keys(paths) as PathName[])('%s works where no rule is broken', async (path) => {
    const other = await app.given.user();
    expect(await paths[path].attempt(app, await app.given.administrator(), other.id)).toBe('allow');
  });

  describe.each(Object.keys(rules) as RuleName[])('%s', (rule) => {
    const pathsWith = (verdict: Verdict) =>
      (Object.keys(paths) as PathName[]).filter((path) => table[rule][path] === verdict);
    const broken = async () => ({
      person: await rules[rule].breakIt(app, await app.given.administrator()),
      otherId: (await app.given.user()).id,
    });

    /** Who is refused has changed nothing, and can be refused again. */
    let refused: { person: Subject; otherId: string };
    beforeAll(async () => {
      refused = await broken();
    });
    it.each(pathsWith('refuse'))('%s is refused', async (path) => {
      const { person, otherId } = refused;
      expect(await paths[path].attempt(app, person, otherId)).toBe('refuse');
      // It was for this rule, and not since the session has ended over the paths before.
      expect(await viewer.attempt(app, person, otherId)).toBe(table[rule].viewer);
    });

    it.each(pathsWith('allow'))('%s is allowed', async (path) => {
      const { person, otherId } = await broken();
      expect(await paths[path].attempt(app, person, otherId)).toBe('allow');
    });
  });
});
