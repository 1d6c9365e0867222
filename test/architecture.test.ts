import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import 'reflect-metadata';
import { isObjectType } from 'graphql';
import { Field, ObjectType, Query, Resolver, buildSchema } from 'type-graphql';
import { collectAccessRules } from '../src/graphql/access.js';
import { buildSubgraph } from '../src/graphql/schema.js';
import { startTestApp, type TestApp } from './support/test-app.js';

describe('every field declares who may have it', () => {
  it('covers each query, mutation and field of the schema with a rule', async () => {
    const { schema, accessRules } = await buildSubgraph({ authDirectives: false });
    const fields = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter((type) => !type.name.startsWith('__'))
      .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
    expect(fields.filter((field) => !accessRules.has(field))).toEqual([]);
    expect(fields.length).toBeGreaterThan(80);
  });

  it('refuses to build a schema with a field that declares nothing', async () => {
    @ObjectType()
    class Careless {
      @Field(() => String, { description: 'Nobody said who may read this.' })
      note!: string;
    }
    @Resolver()
    class CarelessQuery {
      @Query(() => Careless, { description: 'Nobody said who may ask.' })
      careless(): Careless {
        return new Careless();
      }
    }
    const schema = await buildSchema({ resolvers: [CarelessQuery], validate: false });
    expect(() => collectAccessRules(schema)).toThrow(
      /Careless\.note.*Query\.careless|Query\.careless.*Careless\.note/,
    );
  });
});

describe('no secret column can reach the API', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  /** Properties of entities that are declared hidden, or whose name says that they hold a secret. */
  const properties = () =>
    [...app.identity.database.orm.getMetadata().getAll().values()].flatMap((entity) =>
      Object.values(entity.properties).map((property) => ({
        name: property.name,
        where: `${entity.className}.${property.name}`,
        hidden: property.hidden === true,
      })),
    );

  it('declares every column hidden whose name says that it holds a secret', () => {
    const suspicious = properties().filter(({ name }) =>
      /hash|cipher|secret|private|token(?!alg)/i.test(name),
    );
    expect(suspicious.length).toBeGreaterThan(1);
    expect(suspicious.filter(({ hidden }) => !hidden).map(({ where }) => where)).toEqual([]);
  });

  it('has no GraphQL field of the name of a hidden column', async () => {
    const { schema } = await buildSubgraph({ authDirectives: false });
    const hidden = new Set(
      properties()
        .filter((property) => property.hidden)
        .map(({ name }) => name),
    );
    const published = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter((type) => !type.name.startsWith('__'))
      .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type: type.name, field })));
    expect(hidden.size).toBeGreaterThan(1);
    expect(
      published
        .filter(({ field }) => hidden.has(field.name))
        .map(({ type, field }) => `${type}.${field.name}`),
    ).toEqual([]);
  });

  it('publishes no entity class: GraphQL types and entities are different files', () => {
    const graphqlFiles = globSync('src/graphql/**/*.ts').map((file) => readFileSync(file, 'utf8'));
    expect(graphqlFiles.length).toBeGreaterThan(20);
    expect(graphqlFiles.filter((text) => /\.entity\.js'/.test(text))).toEqual([]);
  });
});

describe('one reader of the environment', () => {
  it('reads process.env in src/config.ts alone', () => {
    const readers = globSync('src/**/*.ts').filter((file) => /process\.env/.test(readFileSync(file, 'utf8')));
    expect(readers).toEqual(['src/config.ts']);
  });
});
