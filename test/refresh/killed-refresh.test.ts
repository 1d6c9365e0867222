import { signUp } from '../support/given.js';
import { generationOf, refresh, refreshed } from '../support/refresh.js';
import { startTwoNodes } from '../support/two-nodes.js';

/** More than a refresh or the end of a stolen session ever exchanges with PostgreSQL. */
const MOST_MESSAGES = 500;

let two: Awaited<ReturnType<typeof startTwoNodes>>;
beforeAll(async () => {
  two = await startTwoNodes();
}, 120_000);
afterAll(() => two?.close(), 120_000);

async function stateOf(sessionId: string) {
  const [row] = await two.sql<{ generation: number; reason: string | null }>(
    'SELECT refresh_generation AS generation, end_reason AS reason FROM sessions WHERE id = $1',
    [sessionId],
  );
  return row!;
}

describe('a node that is killed in the middle of a refresh (RT-8)', () => {
  it('at whatever message to or from PostgreSQL: its client tries again after the restart and continues', async () => {
    const [node, other] = two.nodes;
    const generationsAfterDeath: number[] = [];
    for (let n = 1; ; n += 1) {
      if (n > MOST_MESSAGES) throw new Error('the refresh never ends');
      // On the node itself, so that its connections are open and the n-th message belongs to the refresh.
      const ada = await signUp(node.client);
      node.killAtMessage(n);
      const answer = await refresh(node.client, ada.refreshToken).catch(() => 'none');
      if (!(await node.restartIfKilled())) {
        expect(answer).toMatchObject({ kind: 'RefreshSuccess' });
        break;
      }
      expect(answer).toBe('none');
      const { generation } = await stateOf(ada.sessionId);
      generationsAfterDeath.push(generation);

      const again = await refreshed(node.client, ada.refreshToken);
      // One chain goes on: the generation that the dead node made, if it did, and no further one.
      expect(generationOf(again.refreshToken)).toBe(2);
      expect(await stateOf(ada.sessionId)).toEqual({ generation: 2, reason: null });
      const last = await refreshed(other.client, again.refreshToken);
      // RT-7: what the restart forgot is no token that lives again.
      expect(await refresh(node.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
      expect(await refresh(other.client, last.refreshToken)).toEqual({ kind: 'InvalidRefreshToken' });
    }
    // The kills have hit both sides of the commit, and no half of it is ever seen.
    expect(new Set(generationsAfterDeath)).toEqual(new Set([1, 2]));
    expect(generationsAfterDeath).toEqual(generationsAfterDeath.toSorted((a, b) => a - b));
  }, 240_000);
});
