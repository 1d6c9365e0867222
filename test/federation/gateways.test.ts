import { randomUUID } from 'node:crypto';
import { startApolloGateway, startHiveGateway, type Gateway } from '../../examples/gateways.js';
import { GOOD_PASSWORD, type Person } from '../support/given.js';
import { startReviewsSubgraph, type ReviewsSubgraph } from '../../examples/reviews-subgraph.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

const VIEWER = '{ viewer { id name email reviews { body } } }';
const AUTHORS = '{ reviews { body author { id name } } }';
const AUTHORS_WITH_EMAIL = '{ reviews { author { name email } } }';

interface Body {
  data?: any;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

describe.each([
  ['Apollo Gateway', startApolloGateway],
  ['Hive Gateway', startHiveGateway],
])('%s', (_name, start) => {
  let app: TestApp;
  let product: ReviewsSubgraph;
  let gateway: Gateway;
  beforeAll(async () => {
    app = await startTestApp();
    product = await startReviewsSubgraph();
    gateway = await start({ signet: app.origin, reviews: product.url, issuer: TEST_ISSUER });
  });
  afterAll(async () => {
    await gateway.close();
    await product.close();
    await app.close();
  });
  beforeEach(() => {
    product.reviews.length = 0;
    product.authorizations.length = 0;
  });

  async function ask(query: string, token?: string, variables?: object): Promise<Body> {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Body;
  }

  const review = (author: Pick<Person, 'id'>, body: string) =>
    product.reviews.push({ id: randomUUID(), body, authorId: author.id });
  const codes = (body: Body) => (body.errors ?? []).map((error) => error.extensions?.code);

  it('answers viewer across both subgraphs, and hands both the token of the caller', async () => {
    const ada = await app.given.user();
    const eve = await app.given.user({ name: 'Eve' });
    review(ada, 'sings well');
    review(eve, 'not hers');
    expect(await ask(VIEWER, ada.accessToken)).toEqual({
      data: {
        viewer: { id: ada.id, name: 'Ada Byron', email: ada.email, reviews: [{ body: 'sings well' }] },
      },
    });
    expect(product.authorizations).toEqual([`Bearer ${ada.accessToken}`]);
  });

  it('answers a query that starts in the product and crosses to Signet by references', async () => {
    const ada = await app.given.user();
    const eve = await app.given.user({ name: 'Eve' });
    for (const author of [ada, eve, ada]) review(author, 'a kettle');
    expect(await ask(AUTHORS, ada.accessToken)).toEqual({
      data: {
        reviews: [ada, eve, ada].map(({ id, name }) => ({ body: 'a kettle', author: { id, name } })),
      },
    });
  });

  it('shows a tombstone for a deleted author, and nothing for one that never was', async () => {
    const ada = await app.given.user();
    const gone = await app.given.user({ name: 'Gone Person' });
    await app.client.send(
      `mutation ($id: ID!) { deleteUser(input: { userId: $id }) { __typename } }`,
      { id: gone.id },
      { token: (await app.given.administrator()).accessToken },
    );
    for (const author of [gone, { id: randomUUID() }, { id: 'kettle' }, ada]) review(author, 'a kettle');
    const { data } = await ask('{ reviews { author { name status } } }', ada.accessToken);
    expect(data.reviews[0].author).toMatchObject({ status: 'DELETED' });
    expect(data.reviews[0].author.name).not.toContain('Gone');
    expect(data.reviews.slice(1)).toEqual([
      { author: null },
      { author: null },
      { author: { name: 'Ada Byron', status: 'ACTIVE' } },
    ]);
  });

  it('shows each caller the addresses that the rules allow, and no more', async () => {
    const ada = await app.given.user();
    const eve = await app.given.user({ name: 'Eve' });
    const admin = await app.given.administrator();
    for (const author of [ada, eve]) review(author, 'a kettle');

    const seenByAda = await ask(AUTHORS_WITH_EMAIL, ada.accessToken);
    expect(seenByAda.data.reviews.map((item: any) => item.author)).toEqual([
      { name: 'Ada Byron', email: ada.email },
      { name: 'Eve', email: null },
    ]);
    expect(codes(seenByAda)).toEqual(['FORBIDDEN']);

    const seenByAdmin = await ask(AUTHORS_WITH_EMAIL, admin.accessToken);
    expect(seenByAdmin.errors).toBeUndefined();
    expect(seenByAdmin.data.reviews.map((item: any) => item.author.email)).toEqual([ada.email, eve.email]);
  });

  it('has no viewer and no profiles for anonymous callers, and product data all the same', async () => {
    const ada = await app.given.user();
    review(ada, 'a kettle');
    expect(await ask('{ viewer { id name reviews { body } } }')).toEqual({ data: { viewer: null } });
    const answer = await ask('{ reviews { body author { name } } }');
    expect(answer.data).toEqual({ reviews: [{ body: 'a kettle', author: null }] });
    expect(codes(answer)).toContain('UNAUTHENTICATED');
  });

  it('refuses the token of an ended session at once', async () => {
    const ada = await app.given.user();
    review(ada, 'a kettle');
    await app.client.send('mutation { logout { __typename } }', {}, { token: ada.accessToken });
    const viewer = await ask(VIEWER, ada.accessToken);
    expect(viewer.data?.viewer ?? null).toBeNull();
    expect(codes(viewer)).toContain('UNAUTHENTICATED');
    const authors = await ask(AUTHORS, ada.accessToken);
    expect(JSON.stringify(authors)).not.toContain('Ada Byron');
    expect(codes(authors)).toContain('UNAUTHENTICATED');
  });

  it('lets somebody register, and refresh with an expired token in the header', async () => {
    const input = { email: app.given.email(), password: GOOD_PASSWORD, name: 'Ada Byron' };
    const success = 'tokens { accessToken refreshToken } user { name }';
    const { register } = (
      await ask(
        `mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { ${success} } } }`,
        undefined,
        { input },
      )
    ).data;
    expect(register.user).toEqual({ name: input.name });

    app.clock.advance(3600);
    const { accessToken, refreshToken } = register.tokens;
    const { refresh } = (
      await ask(
        `mutation ($input: RefreshInput!) { refresh(input: $input) { ... on RefreshSuccess { ${success} } } }`,
        accessToken,
        { input: { refreshToken } },
      )
    ).data;
    expect(refresh.user).toEqual({ name: input.name });
    expect(refresh.tokens.accessToken).not.toBe(accessToken);
  });
});
