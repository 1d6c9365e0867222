import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { cpus } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { serve, stopServers } from './serve.js';

/**
 * Requests per second of `viewer` and `refresh` beside a bare node:http route that runs the same SQL with the
 * same tokens (bench/bare-server.ts). Both run in this one process's presence, in alternating blocks; what
 * counts is the ratio of each pair, since machines are noisy. Run: npm run bench
 */
const PAIRS = process.argv.includes('--quick') ? 3 : 7;
/** Blocks end by count and not by time: a refresh that is cut off in flight would lose its successor. */
const BLOCK_REQUESTS = process.argv.includes('--quick') ? 1600 : 6400;
const CONNECTIONS = 16;
const LIMITLESS = '1000000';

interface Pair {
  accessToken: string;
  refreshToken: string;
}

const dataDir = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'signet-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir });

async function graphql(
  origin: string,
  query: string,
  variables: object,
): Promise<Record<string, { tokens: Pair }>> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return ((await response.json()) as { data: Record<string, { tokens: Pair }> }).data;
}

const REGISTER = `mutation ($input: RegisterInput!) { register(input: $input) {
  ... on RegisterSuccess { tokens { accessToken refreshToken } } ... on IdentityProblem { code } } }`;
const REFRESH = `mutation ($input: RefreshInput!) { refresh(input: $input) {
  ... on RefreshSuccess { tokens { accessToken refreshToken } } ... on IdentityProblem { code } } }`;
const VIEWER = '{ viewer { id name email permissions { name } } }';

/** One account and session for each connection of the load generator. */
async function people(origin: string, label: string): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let n = 0; n < CONNECTIONS; n += 1) {
    const input = {
      email: `${label}-${n}@example.com`,
      name: 'Ada Byron',
      password: 'seven blue kettles sing',
    };
    pairs.push((await graphql(origin, REGISTER, { input }))['register']!.tokens);
  }
  return pairs;
}

interface Measured {
  perSecond: number;
  wrong: number;
}

function viewerLoad(url: string, pairs: Pair[]): Promise<Measured> {
  let next = 0;
  return load(url, (client) => {
    client.setHeaders({
      'content-type': 'application/json',
      authorization: `Bearer ${pairs[next++ % pairs.length]!.accessToken}`,
    });
    client.setBody(JSON.stringify({ query: VIEWER }));
    return (body) => body.includes('"Ada Byron"');
  });
}

function refreshLoad(url: string, pairs: Pair[]): Promise<Measured> {
  let next = 0;
  return load(url, (client) => {
    const own = pairs[next++ % pairs.length]!;
    const use = () =>
      client.setBody(
        JSON.stringify({ query: REFRESH, variables: { input: { refreshToken: own.refreshToken } } }),
      );
    client.setHeaders({ 'content-type': 'application/json' });
    use();
    return (body) => {
      const successor = /"refreshToken":"([^"]+)"/.exec(body)?.[1];
      if (!successor) return false;
      own.refreshToken = successor;
      use();
      return true;
    };
  });
}

/** A closed loop: every connection asks again when it was answered. */
async function load(
  url: string,
  prepare: (client: autocannon.Client) => (body: string) => boolean,
): Promise<Measured> {
  let wrong = 0;
  const startedAt = performance.now();
  const result = await autocannon({
    url,
    method: 'POST',
    connections: CONNECTIONS,
    amount: BLOCK_REQUESTS,
    setupClient(client) {
      const accept = prepare(client);
      (client as unknown as NodeJS.EventEmitter).on('body', (body: Buffer) => {
        if (!accept(body.toString())) wrong += 1;
      });
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  return { perSecond: BLOCK_REQUESTS / seconds, wrong: wrong + result.non2xx + result.errors };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

try {
  const startedAt = performance.now();
  const { origin: signet } = await serve('dist/src/main.js', ['start'], {
    DATABASE_URL: postgres.url,
    SIGNET_REGISTRATIONS_PER_NETWORK: LIMITLESS,
    SIGNET_LOG_LEVEL: 'info',
  });
  const startMs = performance.now() - startedAt;
  const { origin: bare } = await serve('dist/bench/bare-server.js', [], { DATABASE_URL: postgres.url });
  const workloads = [
    { name: 'viewer', run: viewerLoad },
    { name: 'refresh', run: refreshLoad },
  ];
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, PostgreSQL embedded, fsync on\n`,
  );
  process.stdout.write(
    `start to listening: ${Math.round(startMs)} ms; ${PAIRS} pairs of ${BLOCK_REQUESTS} requests, ${CONNECTIONS} connections\n\n`,
  );
  process.stdout.write(
    '| workload | Signet, requests/s | bare node:http | ratio: median (low–high) | wrong answers |\n| --- | --- | --- | --- | --- |\n',
  );
  for (const { name, run } of workloads) {
    const ours = await people(signet, `${name}-signet`);
    const theirs = await people(signet, `${name}-bare`);
    await run(`${signet}/graphql`, ours); // warm-up, not counted
    await run(`${bare}/${name}`, theirs);
    const rows: { signet: Measured; bare: Measured }[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1)
      rows.push({ signet: await run(`${signet}/graphql`, ours), bare: await run(`${bare}/${name}`, theirs) });
    const ratios = rows.map((row) => row.signet.perSecond / row.bare.perSecond);
    const wrong = rows.reduce((sum, row) => sum + row.signet.wrong + row.bare.wrong, 0);
    const cells = [
      name,
      Math.round(median(rows.map((row) => row.signet.perSecond))),
      Math.round(median(rows.map((row) => row.bare.perSecond))),
      `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
      wrong,
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
} finally {
  stopServers();
  await postgres.release();
  await rm(dataDir, { recursive: true, force: true });
}
