import { generationOf, refresh, refreshed, successor, viewerWith } from '../support/refresh.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function generationInDatabase(sessionId: string): Promise<number> {
  const [row] = await app.sql<{ refresh_generation: number }>(
    'SELECT refresh_generation FROM sessions WHERE id = $1',
    [sessionId],
  );
  return row!.refresh_generation;
}

describe('tabs that refresh the same token at once (RT-3)', () => {
  it('make one new generation, and all get the same successor', async () => {
    const ada = await app.given.user();
    const answers = await Promise.all(
      Array.from({ length: 64 }, () => refreshed(app.client, ada.refreshToken)),
    );

    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.sessionId))).toEqual(new Set([ada.sessionId]));
    expect(await generationInDatabase(ada.sessionId)).toBe(2);
    expect(generationOf(answers[0]!.refreshToken)).toBe(2);
    expect(await viewerWith(app.client, answers[63]!.accessToken)).toBe('signed in');
    await refreshed(app.client, answers[0]!.refreshToken);
  });

  it('go on together for many rounds without anybody being signed out', async () => {
    const ada = await app.given.user();
    let token = ada.refreshToken;
    for (let round = 1; round <= 10; round += 1) {
      const tabs = await Promise.all(Array.from({ length: 4 }, () => successor(app.client, token)));
      expect(new Set(tabs).size).toBe(1);
      token = tabs[0]!;
      expect(await generationInDatabase(ada.sessionId)).toBe(round + 1);
    }
  });

  it('leave the access tokens of one another valid', async () => {
    const ada = await app.given.user();
    const tabs = await Promise.all(Array.from({ length: 3 }, () => refreshed(app.client, ada.refreshToken)));
    for (const tab of tabs) expect(await viewerWith(app.client, tab.accessToken)).toBe('signed in');
    expect(await viewerWith(app.client, ada.accessToken)).toBe('signed in');
  });

  it('with a stolen token beside the present one end the session for both, whoever comes first', async () => {
    const ada = await app.given.user();
    const second = await successor(app.client, ada.refreshToken);
    const third = await successor(app.client, second);
    const [thief, owner] = await Promise.all([
      refresh(app.client, ada.refreshToken),
      refresh(app.client, third),
    ]);
    expect(thief.kind).toBe('RefreshTokenReused');
    const last = owner.kind === 'RefreshSuccess' ? owner.refreshToken : third;
    expect(await refresh(app.client, last)).toEqual({ kind: 'InvalidRefreshToken' });
  });
});
