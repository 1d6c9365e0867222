import { givenClients, startReachableApp, type ReachableApp } from '../support/reachable-app.js';

const REDIRECT_URI = 'http://127.0.0.1:3000/callback';
const BYE = 'http://127.0.0.1:3000/bye';

let app: ReachableApp;
let shop: { clientId: string; clientSecret: string };
beforeAll(async () => {
  app = await startReachableApp();
  const clients = await givenClients(app);
  const addresses = { redirectUris: [REDIRECT_URI], postLogoutRedirectUris: [BYE] };
  shop = await clients.add({ type: 'WEB', name: 'Tea Shop', ...addresses });
});
afterAll(() => app.close());

/** Sends something to an endpoint, and reads what the log says of it. */
async function explained(path: string, parameters: Record<string, string>, basic?: string) {
  const query = new URLSearchParams(parameters);
  const isPost = path === '/oidc/token';
  const response = await fetch(`${app.issuer}${path}${isPost ? '' : `?${query}`}`, {
    redirect: 'manual',
    ...(isPost ? { method: 'POST', body: query } : {}),
    headers: basic ? { authorization: `Basic ${btoa(basic)}` } : {},
  });
  const requestId = response.headers.get('x-request-id');
  const lines = app.log.map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    answer: await response.text(),
    line: lines.findLast((line) => line['event'] === 'oidc.refused' && line['requestId'] === requestId)!,
  };
}

const authorize = (parameters: Record<string, string>) =>
  explained('/oidc/authorize', {
    client_id: shop.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...parameters,
  });
const redeem = (basic: string | undefined, parameters: Record<string, string> = {}) =>
  explained('/oidc/token', { grant_type: 'authorization_code', code: 'x', ...parameters }, basic);

describe('the log tells the developer of a service', () => {
  it('which address was sent, and which are registered', async () => {
    const sent = `${REDIRECT_URI}/`;
    const { line, answer } = await authorize({ redirect_uri: sent });
    const who = { clientId: shop.clientId, clientName: 'Tea Shop' };
    const mismatch = { parameter: 'redirect_uri', sent, registered: [REDIRECT_URI] };
    expect(line).toMatchObject({ endpoint: 'authorization', ...who, ...mismatch });
    expect(answer).not.toContain(REDIRECT_URI);
  });

  it('the same of addresses after signing out', async () => {
    const sent = 'http://127.0.0.1:3001/bye';
    const { line } = await explained('/oidc/logout', {
      client_id: shop.clientId,
      post_logout_redirect_uri: sent,
    });
    expect(line).toMatchObject({ parameter: 'post_logout_redirect_uri', sent, registered: [BYE] });
  });

  it('which client it said it was, when there is none', async () => {
    expect((await authorize({ client_id: 'tea-shop' })).line).toMatchObject({
      clientId: 'tea-shop',
      isRegistered: false,
    });
    const { line, answer } = await redeem('tea-shop:secret');
    expect(line).toMatchObject({ clientId: 'tea-shop', isRegistered: false, detail: 'client not found' });
    expect(answer).not.toContain('not found');
  });

  it('that a secret is wrong, and not the secret', async () => {
    const { line } = await redeem(`${shop.clientId}:not the secret`);
    expect(line).toMatchObject({ clientId: shop.clientId, detail: 'invalid secret provided' });
    expect(JSON.stringify(line)).not.toContain('not the secret');
  });

  it('that it proves itself in another way than the registered one', async () => {
    const { line } = await redeem(undefined, { client_id: shop.clientId });
    expect(line).toMatchObject({
      parameter: 'token_endpoint_auth_method',
      sent: 'none',
      registered: ['client_secret_basic'],
    });
  });

  it('that it sends its secret in the body where it has registered the header', async () => {
    const { clientId, clientSecret } = shop;
    const { line } = await redeem(undefined, { client_id: clientId, client_secret: clientSecret });
    expect(line).toMatchObject({ sent: 'client_secret_post', registered: ['client_secret_basic'] });
    expect(JSON.stringify(line)).not.toContain(clientSecret);
  });

  it('that PKCE is missing (AZ-6)', async () => {
    const { line } = await authorize({ code_challenge: '', code_challenge_method: '' });
    expect(line).toMatchObject({ clientId: shop.clientId, error: 'invalid_request' });
    expect(line['description']).toContain('PKCE');
  });

  it('nothing at the level of warnings of people who are simply not signed in', async () => {
    const { line } = await authorize({ prompt: 'none' });
    expect(line).toMatchObject({ level: 'debug', error: 'login_required' });
  });
});
