import { startApolloGateway, startHiveGateway, type Gateway } from '../../examples/gateways.js';
import { MODERATE, startReviewsSubgraph, type ReviewsSubgraph } from '../../examples/reviews-subgraph.js';
import type { Person } from '../support/given.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

const HIDDEN = '{ hiddenReviews { body } }';

/** Sends to a gateway, or to the product itself. */
async function ask(url: string, token?: string, query = HIDDEN) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: any; errors?: { extensions?: { code?: string } }[] };
}

describe.each([
  ['Hive Gateway, which enforces the directives', startHiveGateway, 'UNAUTHORIZED_FIELD_OR_TYPE', false],
  ['Apollo Gateway, which knows no such directives', startApolloGateway, 'FORBIDDEN', true],
])('a field that a product guards by a permission, behind %s', (_name, start, refusal, productIsAsked) => {
  let app: TestApp;
  let product: ReviewsSubgraph;
  let gateway: Gateway;
  let admin: Person;
  beforeAll(async () => {
    app = await startTestApp();
    product = await startReviewsSubgraph({ signet: { origin: app.origin, issuer: TEST_ISSUER } });
    gateway = await start({ signet: app.origin, reviews: product.url, issuer: TEST_ISSUER });
    admin = await app.given.administrator();
    const manifest = { slug: 'reviews', name: 'Reviews', permissions: [{ name: 'moderate' }] };
    await change('registerService', 'RegisterServiceInput', {
      ...manifest,
      roles: [{ name: 'reviews-moderator', permissions: ['moderate'] }],
    });
  });
  afterAll(async () => {
    await gateway.close();
    await product.close();
    await app.close();
  });

  async function change(field: string, type: string, input: object): Promise<void> {
    const document = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`;
    const answer = await app.client.send<Record<string, { __typename: string }>, object>(
      document,
      { input },
      { token: admin.accessToken },
    );
    expect(answer.data[field]!.__typename).toMatch(/Success$/);
  }

  it('is for who was given it by a role, from their next token on', async () => {
    const ada = await app.given.user();
    const before = await ask(gateway.url, ada.accessToken);
    expect(before.errors?.map((error) => error.extensions?.code)).toEqual([refusal]);
    expect(before.data?.hiddenReviews ?? null).toBeNull();

    await change('grantRole', 'GrantRoleInput', { userId: ada.id, role: 'reviews-moderator' });
    const { accessToken } = await app.given.login(ada);
    expect(await ask(gateway.url, accessToken)).toEqual({
      data: { hiddenReviews: [{ body: 'Buy my tea instead!' }] },
    });
    // The gateway's client can ask the same of Signet, in the same operation.
    const both = await ask(
      gateway.url,
      accessToken,
      `{ viewer { can(permission: "${MODERATE}") } hiddenReviews { body } }`,
    );
    expect(both.data.viewer.can).toBe(true);
  });

  it('is refused to others and to nobody, with the product asked or not as the gateway can', async () => {
    const eve = await app.given.user();
    for (const token of [eve.accessToken, undefined]) {
      product.authorizations.length = 0;
      const answer = await ask(gateway.url, token);
      expect(answer.errors?.map((error) => error.extensions?.code)).toEqual([refusal]);
      expect(product.authorizations.length > 0).toBe(productIsAsked);
    }
  });

  it('is refused by the product itself to who goes around the gateway', async () => {
    const eve = await app.given.user();
    const moderator = await app.given.user();
    await change('grantPermission', 'GrantPermissionInput', { userId: moderator.id, permission: MODERATE });
    const codes = async (token?: string) =>
      (await ask(product.url, token)).errors?.map((error) => error.extensions?.code);
    expect(await codes()).toEqual(['FORBIDDEN']);
    expect(await codes(eve.accessToken)).toEqual(['FORBIDDEN']);
    expect(await codes((await app.given.login(moderator)).accessToken)).toBeUndefined();
  });
});
