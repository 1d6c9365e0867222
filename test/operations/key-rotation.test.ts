import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { signUp } from '../support/given.js';
import { refreshed, viewerWith } from '../support/refresh.js';
import { runCommand } from '../support/server-process.js';
import { startTwoNodes } from '../support/two-nodes.js';

const CLIENTS = 6;
const DEADLINE_MS = 90_000;
/** What the design promises to gateways that poll slowly. */
const LEAST_PUBLICATION_SECONDS = 600;

let two: Awaited<ReturnType<typeof startTwoNodes>>;
beforeAll(async () => {
  two = await startTwoNodes();
}, 120_000);
afterAll(() => two?.close(), 120_000);

async function jwksOf(index: number): Promise<JSONWebKeySet> {
  const response = await fetch(`${two.nodes[index]!.client.origin}/.well-known/jwks.json`);
  return (await response.json()) as JSONWebKeySet;
}

/** Of access tokens: those of id tokens are other lines. */
async function kidsOf(index: number): Promise<string[]> {
  const rows = await two.sql<{ kid: string }>(`SELECT kid FROM signing_keys WHERE purpose = 'access-token'`);
  const ofAccessTokens = new Set(rows.map(({ kid }) => kid));
  return (await jwksOf(index)).keys.map(({ kid }) => kid!).filter((kid) => ofAccessTokens.has(kid));
}
const kidOf = (token: string) => decodeProtectedHeader(token).kid!;

async function eventually(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((later) => setTimeout(later, 100));
  }
}

/** Clients that refresh on one node and read `viewer` on the other, again and again; every refusal is counted. */
function underLoad() {
  const tally = { tokens: 0, refused: [] as string[], accessTokens: [] as string[] };
  let over = false;
  const clients = Array.from({ length: CLIENTS }, async (_, index) => {
    let held = await signUp(two.nodes[0].client);
    for (let round = index; !over; round += 1) {
      const [one, other] = round % 2 === 0 ? two.nodes : [two.nodes[1], two.nodes[0]];
      held = { ...held, ...(await refreshed(one.client, held.refreshToken)) };
      tally.tokens += 1;
      tally.accessTokens.push(held.accessToken);
      for (const node of [other, one]) {
        const seen = await viewerWith(node.client, held.accessToken);
        if (seen !== 'signed in') tally.refused.push(`${seen} for a token of key ${kidOf(held.accessToken)}`);
      }
    }
  });
  const finished = Promise.all(clients);
  finished.catch(() => undefined); // thrown by stop()
  return {
    tally,
    async stop() {
      over = true;
      await finished;
    },
  };
}

describe('signet keys rotate, while two nodes serve', () => {
  it('reaches both nodes without a restart, and no token of either is ever refused (KY-2, KY-4)', async () => {
    const [firstKid] = await kidsOf(0);
    const load = underLoad();
    try {
      const early = await signUp(two.nodes[0].client);
      const rotated = await runCommand(['keys', 'rotate'], { databaseUrl: two.databaseUrl });
      expect([rotated.code, rotated.stderr]).toEqual([0, '']);
      const nextKid = /Published the next key (\S+)\./.exec(rotated.output)![1]!;

      // next: published by both, and signing for none.
      const [times] = await two.sql<{ seconds: number }>(
        'SELECT extract(epoch FROM activates_at - created_at)::float8 AS seconds FROM signing_keys WHERE kid = $1',
        [nextKid],
      );
      expect(times!.seconds).toBeGreaterThanOrEqual(LEAST_PUBLICATION_SECONDS);
      for (const index of [0, 1])
        await eventually(
          async () => (await kidsOf(index)).includes(nextKid),
          `node ${index} publishes the next key`,
        );
      expect(kidOf((await refreshed(two.nodes[1].client, early.refreshToken)).accessToken)).toBe(firstKid);
      const cachedByProduct = await jwksOf(1);

      // active: its time has come, and each node finds out when it finds out.
      await two.sql(`UPDATE signing_keys SET activates_at = clock_timestamp() WHERE kid = $1`, [nextKid]);
      for (const { client } of two.nodes) {
        let held = await signUp(client);
        await eventually(async () => {
          held = { ...held, ...(await refreshed(client, held.refreshToken)) };
          return kidOf(held.accessToken) === nextKid;
        }, 'a node signs with the next key');
      }
      // retiring: what it signed stays valid, and it stays published.
      for (const { client } of two.nodes)
        expect(await viewerWith(client, early.accessToken)).toBe('signed in');
      for (const index of [0, 1]) expect(new Set(await kidsOf(index))).toEqual(new Set([firstKid, nextKid]));

      await load.stop();
      const { tokens, refused, accessTokens } = load.tally;
      expect(refused).toEqual([]);
      expect(tokens).toBeGreaterThan(CLIENTS * 10);
      expect(new Set(accessTokens.map(kidOf))).toEqual(new Set([firstKid, nextKid]));
      // A product that fetched the keys before the change verifies every token of before and after.
      const keys = createLocalJWKSet(cachedByProduct);
      for (const token of accessTokens)
        await jwtVerify(token, keys, { algorithms: ['ES256'], typ: 'at+jwt' });

      // gone: an hour and a minute later no token of it can be alive.
      await two.sql(
        `UPDATE signing_keys SET activates_at = activates_at - interval '3661 seconds' WHERE purpose = 'access-token'`,
      );
      for (const index of [0, 1])
        await eventually(
          async () => !(await kidsOf(index)).includes(firstKid!),
          `node ${index} drops the retired key`,
        );
      for (const { client } of two.nodes)
        expect(await viewerWith(client, early.accessToken)).toBe('UNAUTHENTICATED');
    } finally {
      await load.stop();
    }
  }, 300_000);

  it('by two operators at once makes one next key', async () => {
    const before = await two.sql<{ count: number }>('SELECT count(*)::int AS count FROM signing_keys');
    const both = await Promise.all(
      [1, 2].map(() => runCommand(['keys', 'rotate'], { databaseUrl: two.databaseUrl })),
    );
    for (const { code } of both) expect(code).toBe(0);
    const made = both.filter(({ output }) => output.includes('Published the next key')).length;
    const after = await two.sql<{ count: number }>('SELECT count(*)::int AS count FROM signing_keys');
    expect(after[0]!.count - before[0]!.count).toBe(made);
    expect(made).toBeGreaterThanOrEqual(1);
  }, 120_000);
});

describe('signet keys revoke, for a key that got out (KY-5)', () => {
  it('refuses its tokens on both nodes within seconds, and sessions go on with a key that is new', async () => {
    // Before: keys that have left the JWKS for good, and the one that gets out.
    const known = await two.sql<{ kid: string }>(
      `SELECT kid FROM signing_keys WHERE purpose = 'access-token'`,
    );
    const goneKids = known.map(({ kid }) => kid);
    await runCommand(['keys', 'rotate'], { databaseUrl: two.databaseUrl });
    await two.sql(
      `UPDATE signing_keys SET activates_at = clock_timestamp() -
         CASE WHEN kid = ANY ($1) THEN interval '1 day' ELSE interval '2 hours' END
       WHERE purpose = 'access-token'`,
      [goneKids],
    );
    for (const index of [0, 1])
      await eventually(
        async () => !(await kidsOf(index)).some((kid) => goneKids.includes(kid)),
        `node ${index} drops the retired keys`,
      );
    const ada = await signUp(two.nodes[0].client);
    const kid = kidOf(ada.accessToken);
    for (const { client } of two.nodes) expect(await viewerWith(client, ada.accessToken)).toBe('signed in');

    const revoked = await runCommand(['keys', 'revoke', kid], { databaseUrl: two.databaseUrl });
    expect([revoked.code, revoked.stderr]).toEqual([0, '']);
    for (const [index, { client }] of two.nodes.entries()) {
      await eventually(
        async () => !(await kidsOf(index)).includes(kid),
        `node ${index} drops the revoked key`,
      );
      expect(await viewerWith(client, ada.accessToken)).toBe('UNAUTHENTICATED');
      // KY-2: gone is for good.
      for (const gone of goneKids) expect(await kidsOf(index)).not.toContain(gone);
    }
    const next = await refreshed(two.nodes[1].client, ada.refreshToken);
    expect([kid, ...goneKids]).not.toContain(kidOf(next.accessToken));
    for (const { client } of two.nodes) expect(await viewerWith(client, next.accessToken)).toBe('signed in');
  }, 240_000);
});
