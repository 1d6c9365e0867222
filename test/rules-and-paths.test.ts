import type { GraphQLSchema } from 'graphql';
import { SESSION_END_REASONS } from '../src/domain/sessions/index.js';
import { USER_STATUSES } from '../src/domain/users/index.js';
import { buildSubgraph } from '../src/graphql/schema.js';
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

  const cells = (Object.keys(rules) as RuleName[]).flatMap((rule) =>
    (Object.keys(paths) as PathName[])
      .map((path) => ({ rule, path, expected: table[rule][path] }))
      .filter(
        (cell): cell is typeof cell & { expected: 'refuse' | 'allow' } => typeof cell.expected === 'string',
      ),
  );

  it.each(Object.keys(paths) as PathName[])('%s works where no rule is broken', async (path) => {
    const other = await app.given.user();
    expect(await paths[path].attempt(app, await app.given.administrator(), other.id)).toBe('allow');
  });

  it.each(cells)('$rule: $path is $expected', async ({ rule, path, expected }) => {
    const broken = await rules[rule].breakIt(app, await app.given.administrator());
    expect(await paths[path].attempt(app, broken, (await app.given.user()).id)).toBe(expected);
  });
});
