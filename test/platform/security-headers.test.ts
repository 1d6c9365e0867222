import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ query: '{ viewer { id } }' });
const requests: [what: string, path: string, init: RequestInit][] = [
  ['an answer', '/graphql', { method: 'POST', headers: json, body }],
  ['a refusal of the operation', '/graphql', { method: 'POST', headers: json, body: '{"query":"{"}' }],
  ['a refusal of the body', '/graphql', { method: 'POST', headers: json, body: '{' }],
  ['a refusal of the size', '/graphql', { method: 'POST', headers: json, body: `"${'x'.repeat(300_000)}"` }],
  [
    'a refusal of the content type',
    '/graphql',
    { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<x/>' },
  ],
  [
    'a refusal of the method',
    '/graphql?query=mutation{logout{__typename}}',
    { headers: { 'apollo-require-preflight': '1' } },
  ],
  ['a page that is not there', '/nothing', {}],
  ['health', '/healthz', {}],
  ['readiness', '/readyz', {}],
  ['metrics', '/metrics', {}],
  ['discovery', '/.well-known/openid-configuration', {}],
  ['keys', '/.well-known/jwks.json', {}],
];

describe('the headers of every answer (AZ-17)', () => {
  it.each(requests)('%s forbids framing, sniffing, referrers and scripts', async (_what, path, init) => {
    const { headers } = await fetch(app.origin + path, init);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(requests.filter(([, path]) => path.startsWith('/graphql')))(
    '%s is kept by no cache',
    async (_what, path, init) => {
      expect((await fetch(app.origin + path, init)).headers.get('cache-control')).toBe('no-store');
    },
  );
});
