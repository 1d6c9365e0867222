import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { serverAudits } from 'graphql-http';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Better first. A warning is a SHOULD that does not hold, a notice a MAY, an error a MUST. */
const RANKS = ['ok', 'notice', 'warn', 'error'];

/** Every audit of the GraphQL over HTTP specification, by name, with its result. */
async function audit(url: string, fetchFn: typeof fetch): Promise<Map<string, string>> {
  const results = new Map<string, string>();
  for (const { id, name, fn } of serverAudits({ url, fetchFn })) {
    const { status } = await fn();
    results.set(`${id} ${name}`, status);
  }
  return results;
}

/** A GET without this header could come from any page's <img>: both servers refuse it (CSRF prevention). */
const withPreflight: typeof fetch = (input, init) =>
  fetch(input, {
    ...init,
    headers: { ...(init?.headers as Record<string, string>), 'apollo-require-preflight': 'true' },
  });

let app: TestApp;
let stock: ApolloServer;
let stockUrl: string;
beforeAll(async () => {
  app = await startTestApp();
  stock = new ApolloServer({ typeDefs: 'type Query { viewer: String }', stopOnTerminationSignals: false });
  ({ url: stockUrl } = await startStandaloneServer(stock, { listen: { host: '127.0.0.1', port: 0 } }));
});
afterAll(async () => {
  await stock.stop();
  await app.close();
});

describe.each([
  ['as any client asks', fetch, 55],
  ['as a client asks that sends the preflight header', withPreflight, 58],
])('the audits of GraphQL over HTTP, %s', (_title, fetchFn, leastOk) => {
  it('go at least as well as on a stock Apollo Server, one by one', async () => {
    const stockResults = await audit(stockUrl, fetchFn);
    const results = await audit(`${app.origin}/graphql`, fetchFn);
    expect(results.size).toBeGreaterThanOrEqual(61);
    expect([...results.keys()]).toEqual([...stockResults.keys()]);
    const worse = [...results].filter(
      ([name, status]) => RANKS.indexOf(status) > RANKS.indexOf(stockResults.get(name)!),
    );
    expect(worse).toEqual([]);
    expect([...results].filter(([, status]) => status === 'error')).toEqual([]);
    expect([...results].filter(([, status]) => status === 'ok').length).toBeGreaterThanOrEqual(leastOk);
  });
});
