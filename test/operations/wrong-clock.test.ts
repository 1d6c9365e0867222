import { decodeJwt } from 'jose';
import { signUp } from '../support/given.js';
import { refresh, refreshed, viewerWith } from '../support/refresh.js';
import { startTwoNodes } from '../support/two-nodes.js';

const WINDOW = 30;
/** Further off than the window is wide: by its own clock such a node would take every retry for a theft. */
const FAST = 90;
const SLOW = -90;
/** Reading the database's clock over a busy machine is not exact. */
const TOLERANCE_SECONDS = 5;

let two: Awaited<ReturnType<typeof startTwoNodes>>;
beforeAll(async () => {
  two = await startTwoNodes(
    { SIGNET_REFRESH_GRACE_SECONDS: String(WINDOW), SIGNET_ACCESS_TOKEN_SECONDS: '60' },
    {
      preload: {
        modules: [new URL('../support/preload/wrong-clock.js', import.meta.url).href],
        env: [{ TEST_CLOCK_SHIFT_SECONDS: String(FAST) }, { TEST_CLOCK_SHIFT_SECONDS: String(SLOW) }],
      },
    },
  );
}, 120_000);
afterAll(() => two?.close(), 120_000);

async function databaseSeconds(): Promise<number> {
  const [row] = await two.sql<{ now: string }>('SELECT extract(epoch FROM clock_timestamp())::text AS now');
  return Number(row!.now);
}

describe('two nodes whose machine clocks are three minutes apart', () => {
  it('really have wrong clocks, as their logs show', async () => {
    const skews = await Promise.all(
      two.nodes.map(async (node) => {
        await node.client.send('{ __typename }');
        const lines = node.output().trim().split('\n');
        return (Date.parse((JSON.parse(lines.at(-1)!) as { time: string }).time) - Date.now()) / 1000;
      }),
    );
    expect(Math.abs(skews[0]! - FAST)).toBeLessThan(TOLERANCE_SECONDS);
    expect(Math.abs(skews[1]! - SLOW)).toBeLessThan(TOLERANCE_SECONDS);
  });

  it.each([
    ['fast', 'slow', 0, 1],
    ['slow', 'fast', 1, 0],
  ] as const)(
    'agree on the window: what the %s one replaced, the %s one gives again',
    async (_one, _other, one, other) => {
      const ada = await signUp(two.nodes[one].client);
      const next = await refreshed(two.nodes[one].client, ada.refreshToken);
      const again = await refreshed(two.nodes[other].client, ada.refreshToken);
      expect(again.refreshToken).toBe(next.refreshToken);
      await refreshed(two.nodes[other].client, again.refreshToken);
    },
  );

  it.each([
    ['fast', 'slow', 0, 1],
    ['slow', 'fast', 1, 0],
  ] as const)(
    'agree on its end: what the %s one replaced too long ago, the %s one takes for stolen',
    async (_one, _other, one, other) => {
      const ada = await signUp(two.nodes[one].client);
      await refreshed(two.nodes[one].client, ada.refreshToken);
      await two.sql(
        'UPDATE sessions SET refreshed_at = refreshed_at - make_interval(secs => $2) WHERE id = $1',
        [ada.sessionId, WINDOW + TOLERANCE_SECONDS],
      );
      expect(await refresh(two.nodes[other].client, ada.refreshToken)).toEqual({
        kind: 'RefreshTokenReused',
      });
    },
  );

  it('issue tokens for the time of the database, which both accept', async () => {
    for (const issuer of two.nodes) {
      const ada = await signUp(issuer.client);
      const { iat, exp } = decodeJwt(ada.accessToken);
      expect(Math.abs(iat! - (await databaseSeconds()))).toBeLessThan(TOLERANCE_SECONDS);
      expect(exp! - iat!).toBe(60);
      for (const node of two.nodes) expect(await viewerWith(node.client, ada.accessToken)).toBe('signed in');
    }
  });
});
