import { readFile } from 'node:fs/promises';
import { parse } from 'graphql';
import { services } from '../../examples/supergraph.js';
import { composers } from '../support/composers.js';
import { endProcesses } from '../support/run-signet.js';
import { shownFaults, signetService } from '../support/service-command.js';

afterEach(endProcesses);

const FEDERATION = 'https://specs.apollo.dev/federation/v2.9';
const LINK = `extend schema @link(url: "${FEDERATION}", import: ["@key", "@requiresScopes"])`;

/** The product's subgraph, guarded at fields and at types. `@requiresScopes` may bear another name. */
const orders = (link = LINK, directive = '@requiresScopes') =>
  `${link}
  type Query { orders: [Order!]! ${directive}(scopes: [["orders:read"]]) }
  type Mutation { refund(id: ID!): Order ${directive}(scopes: [["orders:refund", "orders:read"], ["orders:admin"]]) }
  type Order @key(fields: "id") { id: ID! total: Money buyer: User }
  scalar Money ${directive}(scopes: [["orders:totals"]])
  type User @key(fields: "id") { id: ID! orders: [Order!]! ${directive}(scopes: [["orders:raed"]]) }`;

const manifest = (...permissions: string[]) =>
  [
    'slug: orders',
    'name: Orders',
    `permissions:${permissions.length > 0 ? '' : ' []'}`,
    ...permissions.map((name) => `  - name: ${name}`),
    '',
  ].join('\n');
const RIGHT = manifest('read', 'refund', 'admin', 'totals', 'raed');

function check(supergraph: string, text: string, ...more: string[]) {
  return signetService(['check', '--supergraph', 's.graphql', '--manifest', 'orders.yaml', ...more], {
    files: { 's.graphql': supergraph, 'orders.yaml': text },
  });
}

/** Signet with its directives and the product, by one composer. */
async function compose(name: string, sdl = orders()): Promise<string> {
  const [signet] = await services({ authDirectives: true });
  const { errors, supergraph } = composers[name]!([
    signet!,
    { name: 'orders', url: 'http://127.0.0.1:2/', typeDefs: parse(sdl) },
  ]);
  expect(errors).toEqual([]);
  return supergraph;
}

describe.each(Object.keys(composers))('a supergraph that %s composed', (composer) => {
  let supergraph: string;
  beforeAll(async () => {
    supergraph = await compose(composer);
  });

  it('passes when every permission of a directive is declared and every declared one guards something', async () => {
    const { code, output } = await check(supergraph, RIGHT);
    expect(output).toMatch(/^All is well: \d+ permissions at \d+ places, each declared\.\n$/);
    expect(code).toBe(0);
  });

  it('fails where a directive names what nobody declared: its field, its line, and what was meant', async () => {
    const { code, stdout, stderr } = await check(supergraph, manifest('read', 'refund', 'total'));
    expect(code).toBe(1);
    const told = shownFaults(stdout);
    const byPath = told.toSorted((one, other) => (one.path < other.path ? -1 : 1));
    expect(byPath.map(({ path, marked, message }) => [path, marked, message])).toEqual([
      [
        'Money',
        '"orders:totals"',
        'Nobody declared the permission "orders:totals". Did you mean "orders:total"?',
      ],
      ['Mutation.refund', '"orders:admin"', 'Nobody declared the permission "orders:admin".'],
      [
        'User.orders',
        '"orders:raed"',
        'Nobody declared the permission "orders:raed". Did you mean "orders:read"?',
      ],
      ['permissions[2].name', 'total', 'orders:total guards nothing: no directive of s.graphql names it.'],
    ]);
    for (const { place, marked } of told.filter(({ place }) => place.startsWith('s.graphql'))) {
      const [, line, column] = place.split(':').map(Number);
      expect(supergraph.split('\n')[line! - 1]!.slice(column! - 1)).toMatch(new RegExp(`^${marked}`));
    }
    expect(stderr).toContain('3 directives name what nobody declared; 1 permission guards nothing.');
  });

  it('fails where a declared permission guards nothing, unless that is allowed', async () => {
    const more = manifest('read', 'refund', 'admin', 'totals', 'raed', 'export', 'import');
    expect(await check(supergraph, more)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/orders\.yaml:9:11 .*orders:export guards nothing/) as string,
    });
    expect(await check(supergraph, more, '--allow-unused')).toMatchObject({ code: 0 });
    expect(await check(supergraph, more, '--allow-unused', 'orders:export', 'orders:import')).toMatchObject({
      code: 0,
    });
    const one = await check(supergraph, more, '--allow-unused', 'orders:export');
    expect(one.code).toBe(1);
    expect(shownFaults(one.stdout).map(({ marked }) => marked)).toEqual(['import']);
    expect(await check(supergraph, more, '--service', 'billing')).toMatchObject({ code: 0 });
  });

  it('leaves deprecated permissions in peace, and notes where they still guard', async () => {
    const text = `${RIGHT}    deprecated: Use orders:read.\n  - name: old\n    deprecated: Gone soon.\n`;
    const { code, output } = await check(supergraph, text);
    expect(code).toBe(0);
    expect(output).toContain('note: User.orders asks for orders:raed, which is deprecated.');
    expect(output).not.toContain('orders:old');
  });
});

describe('a directive under another name', () => {
  const renamed = `extend schema @link(url: "${FEDERATION}", import: ["@key", { name: "@requiresScopes", as: "@needs" }])`;
  const faultsOf = async (sdl: string) =>
    shownFaults((await check(sdl, manifest('read'))).stdout).map(({ path }) => path);
  const ALL = ['Mutation.refund', 'Mutation.refund', 'Money', 'User.orders'];

  it('is known in a supergraph, as each composer that takes it writes it', async () => {
    const signet = (await readFile('schema/schema.authenticated.graphql', 'utf8'))
      .replaceAll('@requiresScopes(', '@needs(')
      .replace('"@requiresScopes"', '{ name: "@requiresScopes", as: "@needs" }');
    for (const name of ['Apollo', 'The Guild']) {
      const { supergraph } = composers[name]!([
        { name: 'signet', url: 'http://127.0.0.1:1/', typeDefs: parse(signet) },
        { name: 'orders', url: 'http://127.0.0.1:2/', typeDefs: parse(orders(renamed, '@needs')) },
      ]);
      expect((await faultsOf(supergraph)).toSorted()).toEqual(ALL.toSorted());
    }
  });

  it.each([
    ['imported by its name', orders()],
    ['imported as another', orders(renamed, '@needs')],
    ['not imported', orders(`extend schema @link(url: "${FEDERATION}")`, '@federation__requiresScopes')],
    [
      'under a namespace',
      orders(`extend schema @link(url: "${FEDERATION}", as: "fed")`, '@fed__requiresScopes'),
    ],
    [
      'by its own specification under another name',
      orders(
        'schema @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", as: "needs") { query: Query }',
        '@needs',
      ),
    ],
    ['without any link', orders('')],
  ])('is known in the SDL of a subgraph: %s', async (_title, sdl) => {
    expect(await faultsOf(sdl)).toEqual(ALL);
  });

  it('is not mistaken for one of the same name from somewhere else', async () => {
    const foreign = 'extend schema @link(url: "https://example.com/rules/v1.0", import: ["@requiresScopes"])';
    expect(await check(orders(foreign), manifest())).toMatchObject({ code: 0 });
    // Federation's goes by another name here, so this is some other directive.
    expect(await check(orders(renamed), manifest())).toMatchObject({ code: 0 });
  });
});

describe('what is not a permission of a product', () => {
  it('permissions that every service has, and those of Signet itself, are known and need guard nothing', async () => {
    const sdl = `type Query { a: Int @requiresScopes(scopes: [["signet:users.read"], ["orders:sign-in"]])
      b: Int @requiresScopes(scopes: [["orders:permissions.manage", "signet:permissions.manage"]]) }`;
    expect(await check(sdl, manifest())).toMatchObject({ code: 0 });
    expect(await check('type Query { a: Int }', manifest())).toMatchObject({ code: 0 });
    const typo = await check(sdl.replace('users.read', 'users.raed'), manifest());
    expect(shownFaults(typo.stdout)[0]!.message).toContain('Did you mean "signet:users.read"?');
  });

  it('scopes of others are passed over when they are named', async () => {
    const sdl = 'type Query { a: Int @requiresScopes(scopes: "openid") }';
    expect(await check(sdl, manifest())).toMatchObject({ code: 1 });
    expect(await check(sdl, manifest(), '--ignore', 'openid')).toMatchObject({ code: 0 });
  });

  it('@policy is noted and not judged', async () => {
    const sdl = `extend schema @link(url: "${FEDERATION}", import: ["@policy"])
      type Query { a: Int @policy(policies: [["over18"]]) }`;
    const { code, output } = await check(sdl, manifest());
    expect(code).toBe(0);
    expect(output).toContain('note: @policy at 1 place was not looked at');
  });
});

describe('what programs read', () => {
  it('--json has the same as data', async () => {
    const { code, stdout } = await check(orders(''), manifest('read', 'export'), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      undeclared: expect.arrayContaining([
        expect.objectContaining({
          permission: 'orders:raed',
          suggestion: 'orders:read',
          path: 'User.orders',
          file: 's.graphql',
          line: 6,
        }),
      ]),
      unused: [
        expect.objectContaining({ permission: 'orders:export', file: 'orders.yaml', line: 5, column: 11 }),
      ],
      deprecated: [],
      policies: 0,
    });
  });
});

describe('a file that is no schema', () => {
  it('is told with the line where it goes wrong', async () => {
    const { code, stderr } = await check('type Query {\n  a: Int!!\n}', manifest());
    expect(code).toBe(1);
    expect(shownFaults(stderr)).toMatchObject([{ place: 's.graphql:2:10', marked: '!' }]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('is one sentence when it is the configuration of a router, or a bad manifest stands beside it', async () => {
    expect((await check('{ "engineConfig": {} }', manifest())).stderr).toMatch(/is JSON, not SDL/);
    const files = {
      's.graphql': 'type Query { a: Int }',
      'a.yaml': 'slug: A\n',
      'b.yaml': 'slug: b\nname: 1\n',
    };
    const args = ['check', '--supergraph', 's.graphql', '--manifest', 'a.yaml', 'b.yaml'];
    const { code, stderr } = await signetService(args, { files });
    expect(code).toBe(1);
    expect(shownFaults(stderr).map(({ place, path }) => `${place} ${path}`)).toEqual([
      'a.yaml:1:1 name',
      'a.yaml:1:7 slug',
      'b.yaml:2:7 name',
    ]);
  });

  it('two manifests of one service are refused', async () => {
    const files = { 's.graphql': 'type Query { a: Int }', 'a.yaml': manifest(), 'b.yaml': manifest() };
    const args = ['check', '--supergraph', 's.graphql', '--manifest', 'a.yaml', 'b.yaml'];
    expect(await signetService(args, { files })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a.yaml and b.yaml are both manifests of orders') as string,
    });
  });
});
