import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { buildSchema } from 'graphql';
import { mountExplorer } from '../../src/pages/explorer.js';
import { sendRaw } from '../support/raw-http.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  // As in production, where the explorer is the only one to be told the schema.
  app = await startTestApp({ SIGNET_INTROSPECTION: 'off' });
});
afterAll(() => app.close());

const readSchema = (authorization?: string) =>
  fetch(`${app.origin}/explorer/schema.graphql`, authorization ? { headers: { authorization } } : {});

async function scriptOfPage(): Promise<string> {
  const html = await (await fetch(`${app.origin}/explorer`)).text();
  return new URL(/src="([^"]+\.js)"/.exec(html)![1]!, `${app.origin}/explorer`).href;
}

describe('the page of the explorer', () => {
  it('runs scripts and speaks to servers of its own origin alone, and is asked for anew each time', async () => {
    const { status, headers } = await fetch(`${app.origin}/explorer`);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-cache');
    const policy = Object.fromEntries(
      headers
        .get('content-security-policy')!
        .split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
    );
    expect(policy).toEqual({
      ...{ 'default-src': "'none'", 'script-src': "'self'", 'worker-src': "'self'", 'connect-src': "'self'" },
      ...{ 'style-src': "'self' 'unsafe-inline'", 'font-src': "'self'", 'img-src': "'self' data:" },
      ...{ 'base-uri': "'none'", 'form-action': "'self'", 'frame-ancestors': "'none'" },
    });
  });

  it('has files that are kept for good, compressed beforehand, under the same policy', async () => {
    const script = await scriptOfPage();
    for (const encoding of ['br', 'gzip']) {
      const { status, headers } = await fetch(script, { headers: { 'accept-encoding': encoding } });
      expect(status).toBe(200);
      expect(headers.get('content-encoding')).toBe(encoding);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('content-type')).toMatch(/javascript/);
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    }
  });

  it.each(['nothing.js', '../package.json', '%2e%2e/index.html', '..%2findex.html', '.vite'])(
    'gives no other file away: %s',
    async (name) => {
      const { status, text } = await sendRaw(app.origin, { method: 'GET', path: `/explorer/${name}` });
      expect([400, 403, 404]).toContain(status);
      expect(text).toContain('"errors"');
    },
  );

  it('is found with a slash at the end, too', async () => {
    const { url, status } = await fetch(`${app.origin}/explorer/`);
    expect([url, status]).toEqual([`${app.origin}/explorer`, 200]);
  });
});

describe('the schema of the explorer', () => {
  it('is the one that this server has, for who is signed in', async () => {
    const { accessToken } = await app.given.user();
    const response = await readSchema(`Bearer ${accessToken}`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const schema = buildSchema(await response.text());
    expect(Object.keys(schema.getQueryType()!.getFields())).toEqual(
      expect.arrayContaining(['viewer', 'users', 'permissionCheck']),
    );
    expect(schema.getType('_Entity')).toBeUndefined();
  });

  it('is refused to everybody else, at once when a session has ended', async () => {
    const ada = await app.given.user();
    expect((await readSchema(`Bearer ${ada.accessToken}`)).status).toBe(200);
    await app.sql('UPDATE sessions SET ended_at = now() WHERE id = $1', [ada.sessionId]);
    for (const authorization of [undefined, 'Bearer nonsense', `Bearer ${ada.accessToken}`]) {
      const response = await readSchema(authorization);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });
});

describe('a Signet without explorer', () => {
  it('says how to build it when it has not been built', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signet-explorer-'));
    const server = Fastify();
    const { accessTokens } = app.identity;
    const findViewer = async () => null;
    await mountExplorer(server, { issuer: TEST_ISSUER, sdl: '', accessTokens, findViewer, folder });
    const { statusCode, body } = await server.inject('/explorer');
    expect(statusCode).toBe(503);
    expect(body).toContain('npm run build:explorer');
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('has no trace of it when it is turned off', async () => {
    const off = await startTestApp({ SIGNET_EXPLORER: 'off' });
    for (const path of ['/explorer', '/explorer/', '/explorer/schema.graphql'])
      expect((await fetch(off.origin + path)).status).toBe(404);
    expect(await (await fetch(off.origin)).text()).not.toContain('explorer');
    expect(await (await fetch(app.origin)).text()).toContain('href="/explorer"');
    await off.close();
  });
});
