import type { FastifyInstance } from 'fastify';

export interface HomeOptions {
  issuer: string;
  explorer: boolean;
}

/** What somebody sees who opens the address in a browser: where things are, and what to try. */
export function mountHome(server: FastifyInstance, options: HomeOptions): void {
  // Parsed and printed again, a URL holds no character that means something to HTML or to a shell's quotes.
  const origin = new URL(options.issuer).href.replace(/\/$/, '');
  const page = PAGE.replaceAll('{origin}', origin).replace('{explorer}', options.explorer ? EXPLORER : '');
  server.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page),
  );
  server.get('/home.css', (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=300').send(STYLE),
  );
}

const EXPLORER = `<li><a href="/explorer"><code>/explorer</code></a><span>where administrators look up people, grant and revoke</span></li>
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Signet</title>
<link rel="stylesheet" href="/home.css">
</head>
<body>
<main>
<header>
<p class="mark" aria-hidden="true">S</p>
<div>
<h1>Signet</h1>
<p class="lead">One account for all of a company’s products.</p>
</div>
</header>

<section aria-labelledby="where">
<h2 id="where">What is here</h2>
<ul class="places">
<li><a href="/account"><code>/account</code></a><span>one’s own profile, password, sessions and services</span></li>
{explorer}<li><code>/graphql</code><span>the identity subgraph, for clients and gateways</span></li>
<li><a href="/.well-known/openid-configuration"><code>/.well-known/openid-configuration</code></a><span>what verifiers read first</span></li>
<li><a href="/.well-known/jwks.json"><code>/.well-known/jwks.json</code></a><span>the keys that verify access tokens</span></li>
<li><a href="/readyz"><code>/readyz</code></a><span>whether this node may get traffic</span></li>
<li><a href="/metrics"><code>/metrics</code></a><span>figures for Prometheus</span></li>
</ul>
</section>

<section aria-labelledby="try">
<h2 id="try">Try it</h2>
<p>Make an account and get its tokens:</p>
<pre><code>curl -s {origin}/graphql -H 'content-type: application/json' -d '{
  "query": "mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { tokens { accessToken refreshToken } } ... on IdentityProblem { code message } } }",
  "variables": { "input": { "email": "ada@example.com", "name": "Ada", "password": "seven blue kettles sing" } }
}'</code></pre>
<p>Ask who is signed in:</p>
<pre><code>curl -s {origin}/graphql -H 'content-type: application/json' \\
  -H "authorization: Bearer $ACCESS_TOKEN" -d '{ "query": "{ viewer { id name email } }" }'</code></pre>
<p>The whole API, step by step, is in <code>schema/tour.graphql</code>.</p>
</section>
</main>
</body>
</html>
`;

const STYLE = `:root {
  --ink: #1b1f24;
  --soft: #57606a;
  --line: #d8dee4;
  --paper: #ffffff;
  --shade: #f6f8fa;
  --accent: #1f5f4a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3;
    --soft: #9aa7b4;
    --line: #30363d;
    --paper: #0f1419;
    --shade: #181f26;
    --accent: #6fcfae;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
header { display: flex; gap: 1rem; align-items: center; margin-bottom: 2.5rem; }
.mark {
  margin: 0; width: 3.5rem; height: 3.5rem; border-radius: 50%; flex: none;
  display: grid; place-items: center; font-size: 1.75rem; font-weight: 700;
  color: var(--paper); background: var(--accent);
}
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2.25rem 0 0.75rem; font-size: 1.15rem; }
.lead { margin: 0; color: var(--soft); }
.places { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.places li {
  display: flex; flex-wrap: wrap; gap: 0.15rem 1rem; justify-content: space-between;
  padding: 0.6rem 0; border-bottom: 1px solid var(--line);
}
.places span { color: var(--soft); }
a { color: var(--accent); text-underline-offset: 0.2em; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { font-family: ui-monospace, "SF Mono", Menlo, "Liberation Mono", monospace; font-size: 0.9em; }
pre {
  margin: 0.5rem 0 1.25rem; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--shade); border: 1px solid var(--line); border-radius: 8px;
}
`;
