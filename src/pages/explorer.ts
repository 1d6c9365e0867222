import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { AccessTokens, VerifiedToken } from '../domain/tokens/index.js';
import { bearerToken } from '../platform/bearer-token.js';

export interface ExplorerPage {
  issuer: string;
  /** The API as SDL. It stands here for the explorer, since introspection is off in production. */
  sdl: string;
  accessTokens: Pick<AccessTokens, 'verify'>;
  /** Who a token stands for at this moment, or null when its session has ended. */
  findViewer(token: VerifiedToken): Promise<object | null>;
  /** Where `npm run build:explorer` has put the page. */
  folder?: string;
}

/**
 * Everything from this origin, and no script in the page itself. GraphiQL's editor needs inline styles,
 * and pictures of its own in style sheets.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL at `/explorer`, where administrators sign in: the page of the explorer folder, and its schema. */
export async function mountExplorer(server: FastifyInstance, page: ExplorerPage): Promise<void> {
  const folder = page.folder ?? builtFolder();
  server.get('/explorer', async (_request, reply) => {
    const html = await readPage(folder, page.issuer);
    void reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
    if (html === null) return reply.status(503).send(NOT_BUILT);
    return reply.header('content-security-policy', POLICY).send(html);
  });
  server.get('/explorer/', (_request, reply) => reply.redirect('../explorer'));
  server.get('/explorer/schema.graphql', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const bearer = bearerToken(request);
    const token = bearer ? await page.accessTokens.verify(bearer) : null;
    if (token && (await page.findViewer(token)))
      return reply.type('text/plain; charset=utf-8').send(page.sdl);
    const refusal = { message: 'Sign in to read the schema.', extensions: { code: 'UNAUTHENTICATED' } };
    return reply
      .status(401)
      .header('www-authenticate', 'Bearer')
      .send({ errors: [refusal] });
  });
  await server.register(fastifyStatic, {
    root: join(folder, 'explorer'),
    prefix: '/explorer/',
    index: false,
    decorateReply: false,
    preCompressed: true,
    // Names carry a hash of what is in them.
    immutable: true,
    maxAge: '365d',
    // Workers live under the policy of their own file.
    setHeaders: (reply) => void reply.header('content-security-policy', POLICY),
  });
}

/** The page with the address at which the cookie of a session works; null when it has not been built. */
async function readPage(folder: string, issuer: string): Promise<string | null> {
  const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
  return html && html.replace('{issuer}', new URL(issuer).href);
}

/** Beside the compiled program, whether it runs compiled or, in tests, from source. */
function builtFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'dist/explorer');
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Signet explorer</title>
<link rel="stylesheet" href="/home.css">
</head>
<body>
<main>
<h1>The explorer has not been built</h1>
<p>Build it where Signet is installed, and reload this page:</p>
<pre><code>npm run build:explorer</code></pre>
<p>Or turn this page off: <code>SIGNET_EXPLORER=off</code>.</p>
</main>
</body>
</html>
`;
