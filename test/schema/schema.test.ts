import { readFile } from 'node:fs/promises';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  parse,
  visit,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { buildSubgraph, printSdl, type Subgraph } from '../../src/graphql/schema.js';

let subgraph: Subgraph;
let schema: GraphQLSchema;
beforeAll(async () => {
  subgraph = await buildSubgraph({ authDirectives: false });
  ({ schema } = subgraph);
});

/** Types that come with federation, such as _Any, link__Import and federation__Scope. */
const isOurs = ({ name }: GraphQLNamedType) => !/^_|^(link|federation)__/.test(name);
const isRoot = (type: GraphQLNamedType) =>
  type === schema.getQueryType() || type === schema.getMutationType();

describe('the printed SDL', () => {
  it.each([
    ['schema/schema.graphql', false],
    ['schema/schema.authenticated.graphql', true],
  ])('stands in %s as the code has it (otherwise: npm run schema)', async (file, authDirectives) => {
    expect(await readFile(file, 'utf8')).toBe(printSdl(await buildSubgraph({ authDirectives })));
  });

  it('differs between the two variants in authorization directives alone', async () => {
    const removed = new Set<string>();
    const plain = visit(parse(await readFile('schema/schema.authenticated.graphql', 'utf8')), {
      Directive: (node) => {
        if (!['authenticated', 'requiresScopes'].includes(node.name.value)) return undefined;
        removed.add(node.name.value);
        return null;
      },
    });
    const sdl = printSdl({ ...subgraph, typeDefs: plain }).replace(
      ', "@authenticated", "@requiresScopes"',
      '',
    );
    expect(removed).toEqual(new Set(['authenticated', 'requiresScopes']));
    expect(sdl).toBe(await readFile('schema/schema.graphql', 'utf8'));
  });

  it('puts arguments in the order in which one would write them', () => {
    const users = schema.getQueryType()!.getFields()['users']!;
    expect(users.args.map(({ name }) => name)).toEqual(['first', 'after', 'search']);
    const { args } = schema.getQueryType()!.getFields()['auditEvents']!;
    const filters = ['userId', 'actorId', 'type', 'since', 'until'];
    expect(args.map(({ name }) => name)).toEqual(['first', 'after', ...filters]);
  });
});

describe('the documentation', () => {
  it('has a sentence for every type, field, argument, input field and enum value', () => {
    const undocumented: string[] = [];
    let described = 0;
    const check = (path: string, { description }: { description?: string | null | undefined }) => {
      described += 1;
      if (!description?.trim()) undocumented.push(path);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isOurs(type) || isSpecifiedScalarType(type)) continue;
      // The roots belong to all subgraphs of a company: a sentence of ours would differ from theirs.
      if (!isRoot(type)) check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
      if (!isInputObjectType(type) && !isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        if (field.name.startsWith('_')) continue;
        check(`${type.name}.${field.name}`, field);
        for (const argument of 'args' in field ? field.args : [])
          check(`${type.name}.${field.name}(${argument.name}:)`, argument);
      }
    }
    expect(undocumented).toEqual([]);
    expect(described).toBeGreaterThan(100);
  });
});

describe('the contract', () => {
  // shared/design.md, as far as it is built: renaming one of these breaks clients.
  it.each<[string, Record<string, string>]>([
    [
      'Query',
      { viewer: 'User', user: 'User', users: 'UserConnection!', auditEvents: 'AuditEventConnection!' },
    ],
    [
      'AuditEvent',
      {
        ...{ id: 'ID!', occurredAt: 'DateTime!', type: 'String!', actor: 'User', user: 'User' },
        ...{ sessionId: 'ID', subjectKind: 'String', subjectName: 'String', details: 'JSONObject!' },
        ...{ before: 'JSONObject', after: 'JSONObject' },
        ...{ ipAddress: 'String', userAgent: 'String', requestId: 'String' },
      },
    ],
    ['AuditEventConnection', { edges: '[AuditEventEdge!]!', pageInfo: 'PageInfo!' }],
    [
      'User',
      {
        ...{ id: 'ID!', name: 'String!', picture: 'String', createdAt: 'DateTime!', status: 'UserStatus!' },
        ...{ email: 'String', emailVerified: 'Boolean', sessions: '[UserSession!]!' },
        ...{ permissions: '[Permission!]!', can: 'Boolean!' },
      },
    ],
    [
      'Mutation',
      {
        ...{ register: 'RegisterResult!', login: 'LoginResult!', refresh: 'RefreshResult!' },
        ...{ logout: 'LogoutResult!', logoutEverywhere: 'LogoutEverywhereResult!' },
        ...{ revokeSession: 'RevokeSessionResult!', changePassword: 'ChangePasswordResult!' },
        updateProfile: 'UpdateProfileResult!',
      },
    ],
    ['RegisterInput', { email: 'String!', password: 'String!', name: 'String!' }],
    ['LoginInput', { email: 'String!', password: 'String!' }],
    // Nullable, since it may be in the cookie instead.
    ['RefreshInput', { refreshToken: 'String' }],
    ['RegisterSuccess', { tokens: 'TokenPair!', session: 'UserSession!', user: 'User!' }],
    ['LoginSuccess', { tokens: 'TokenPair!', session: 'UserSession!', user: 'User!' }],
    ['RefreshSuccess', { tokens: 'TokenPair!', session: 'UserSession!', user: 'User!' }],
    [
      'TokenPair',
      {
        ...{ accessToken: 'String!', refreshToken: 'String', tokenType: 'String!', expiresIn: 'Int!' },
        ...{ accessTokenExpiresAt: 'DateTime!', refreshTokenExpiresAt: 'DateTime!' },
      },
    ],
    ['IdentityProblem', { code: 'String!', message: 'String!' }],
    ['InvalidIdentityInput', { code: 'String!', message: 'String!', fields: '[InvalidField!]!' }],
    ['InvalidField', { path: 'String!', code: 'String!', message: 'String!' }],
    ['TooManyAttempts', { retryAfterSeconds: 'Int!' }],
    ['UserConnection', { edges: '[UserEdge!]!', pageInfo: 'PageInfo!' }],
  ])('has %s as clients know it', (name, fields) => {
    const type = schema.getType(name);
    const present =
      isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? type.getFields() : {};
    const types = Object.fromEntries(
      Object.keys(fields).map((field) => [field, String(present[field]?.type)]),
    );
    expect(types).toEqual(fields);
  });

  it.each([
    ['RegisterResult', ['RegisterSuccess', 'EmailTaken', 'InvalidIdentityInput']],
    ['LoginResult', ['LoginSuccess', 'InvalidCredentials', 'TooManyAttempts']],
    ['RefreshResult', ['RefreshSuccess', 'InvalidRefreshToken', 'RefreshTokenReused']],
  ])('has %s with the members that clients match', (name, members) => {
    const union = schema.getType(name);
    const present = isUnionType(union) ? union.getTypes().map((type) => type.name) : [];
    expect(present).toEqual(expect.arrayContaining(members));
  });

  it('makes every failure an IdentityProblem, in every result of a mutation', () => {
    const unions = Object.values(schema.getTypeMap()).filter((type) => isUnionType(type) && isOurs(type));
    const failures = unions
      .flatMap((union) => (isUnionType(union) ? union.getTypes() : []))
      .filter(({ name }) => !name.endsWith('Success'));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures)
      expect([failure.name, failure.getInterfaces().map(({ name }) => name)]).toEqual([
        failure.name,
        ['IdentityProblem'],
      ]);
    for (const { name, type } of Object.values(schema.getMutationType()!.getFields())) {
      const result = `${name[0]!.toUpperCase()}${name.slice(1)}`;
      expect(String(type)).toBe(`${result}Result!`);
      expect(schema.getType(`${result}Success`)).toBeDefined();
    }
  });

  it('has User keyed by id alone, and shares PageInfo', async () => {
    const sdl = printSdl(subgraph);
    expect(sdl.match(/^type .*@key.*$/gm)).toEqual(['type User @key(fields: "id") {']);
    expect(sdl).toContain('type PageInfo @shareable {');
    expect(sdl).toContain('https://specs.apollo.dev/federation/v2.9');
  });

  it('has no Query.node, which collides in every supergraph', () => {
    expect(Object.keys(schema.getQueryType()!.getFields())).not.toContain('node');
    expect(schema.getType('Node')).toBeUndefined();
  });
});
