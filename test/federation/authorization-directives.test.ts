import { startHiveGateway, type Gateway } from '../../examples/gateways.js';
import { startReviewsSubgraph, type ReviewsSubgraph } from '../../examples/reviews-subgraph.js';
import { statementsDuring, stopJobs } from '../support/statements.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

const USERS = '{ users { edges { node { id } } } }';

let app: TestApp;
let product: ReviewsSubgraph;
let gateway: Gateway;
beforeAll(async () => {
  app = await startTestApp();
  stopJobs(app);
  product = await startReviewsSubgraph();
  gateway = await startHiveGateway({ signet: app.origin, reviews: product.url, issuer: TEST_ISSUER });
});
afterAll(async () => {
  await gateway.close();
  await product.close();
  await app.close();
});

/** Sends through the gateway. */
async function ask(query: string, token?: string) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: any; errors?: { extensions?: { code?: string } }[] };
}

describe('a gateway that enforces the authorization directives', () => {
  it('reads the permissions of the token from its scope, and lets their holders through', async () => {
    const admin = await app.given.administrator();
    const answer = await ask(USERS, admin.accessToken);
    expect(answer.errors).toBeUndefined();
    expect(answer.data.users.edges.map((edge: any) => edge.node.id)).toContain(admin.id);
  });

  it('refuses others without asking Signet', async () => {
    const ada = await app.given.user();
    for (const token of [ada.accessToken, undefined, 'not.a.token']) {
      const statements = await statementsDuring(app, async () => {
        const answer = await ask(USERS, token);
        expect(answer.data?.users ?? null).toBeNull();
        // The word of the gateway; Signet would have said FORBIDDEN or UNAUTHENTICATED.
        expect(answer.errors!.map((error) => error.extensions?.code)).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
      });
      expect(statements).toEqual([]);
    }
  });
});
