import { ApolloGateway } from '@apollo/gateway';
import { parse } from 'graphql';
import { composeSupergraph, services } from '../../examples/supergraph.js';
import { composers } from '../support/composers.js';

describe.each(Object.entries(composers))('composition by %s', (_name, compose) => {
  it.each([
    ['without authorization directives', false],
    ['with authorization directives', true],
  ])('makes a supergraph of Signet and a product, %s', async (_title, authDirectives) => {
    const { errors, hints, supergraph } = compose(await services({ authDirectives }));
    expect({ errors, hints }).toEqual({ errors: [], hints: [] });
    expect(supergraph).toContain('reviews');
    expect(supergraph.includes('requiresScopes')).toBe(authDirectives);
    expect(supergraph.includes('signet:users.read"')).toBe(authDirectives);
  });

  it('would tell of a product that claims a field of ours', async () => {
    const [signet] = await services({ authDirectives: false });
    const rival = parse('type Query { rival: User } type User @key(fields: "id") { id: ID! email: String }');
    const rivalOnV2 = parse(
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])',
    );
    const typeDefs = { ...rival, definitions: [...rivalOnV2.definitions, ...rival.definitions] };
    const { errors } = compose([signet!, { name: 'rival', url: 'http://127.0.0.1:3/', typeDefs }]);
    expect(errors.join()).toContain('email');
  });
});

describe('Apollo Gateway', () => {
  /** Starts as far as the supergraph is read; nothing listens. */
  async function load(authDirectives: boolean): Promise<void> {
    const gateway = new ApolloGateway({ supergraphSdl: await composeSupergraph({ authDirectives }) });
    await gateway.load();
    await gateway.stop();
  }

  it('loads the variant without authorization directives', async () => {
    await expect(load(false)).resolves.toBeUndefined();
  });

  it('refuses the variant with them, which is why they are off by default', async () => {
    await expect(load(true)).rejects.toThrow(/for: SECURITY/);
  });
});
