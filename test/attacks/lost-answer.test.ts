import { connect } from 'node:net';
import { print } from 'graphql';
import { RefreshDocument } from '../support/operations.js';
import { generationOf, refresh, refreshed, successor } from '../support/refresh.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Sends a refresh and hangs up without reading a byte of the answer. */
async function refreshAndHangUp(refreshToken: string): Promise<void> {
  const body = JSON.stringify({ query: print(RefreshDocument), variables: { input: { refreshToken } } });
  const { hostname, port } = new URL(app.origin);
  await new Promise<void>((sent, fail) => {
    const socket = connect(Number(port), hostname, () => {
      const head = `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
      socket.write(head + body, () => {
        socket.destroy();
        sent();
      });
    });
    socket.on('error', fail);
  });
}

/** Waits until the session has reached a generation: nobody tells a client that hung up. */
async function reaches(sessionId: string, generation: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const rows = await app.sql('SELECT 1 FROM sessions WHERE id = $1 AND refresh_generation = $2', [
      sessionId,
      generation,
    ]);
    if (rows.length === 1) return;
    if (Date.now() > deadline) throw new Error(`the session never reached generation ${generation}`);
    await new Promise((turn) => setImmediate(turn));
  }
}

describe('a client whose answer got lost', () => {
  it('asks again with the token it has, gets what it missed, and goes on', async () => {
    const ada = await app.given.user();
    await refreshAndHangUp(ada.refreshToken);
    await reaches(ada.sessionId, 2);

    const again = await successor(app.client, ada.refreshToken);
    expect(generationOf(again)).toBe(2);
    expect(generationOf(await successor(app.client, again))).toBe(3);
  });

  it('may lose the answer of every attempt inside the window', async () => {
    const ada = await app.given.user();
    for (let lost = 0; lost < 5; lost += 1) {
      await refreshAndHangUp(ada.refreshToken);
      await reaches(ada.sessionId, 2);
      app.clock.advance(5);
    }
    expect(generationOf(await successor(app.client, ada.refreshToken))).toBe(2);
  });

  it('gets the successor in the very same text, so that it does not matter which answer arrives (RT-5)', async () => {
    const ada = await app.given.user();
    const first = await refreshed(app.client, ada.refreshToken);
    app.clock.advance(7);
    const again = await refreshed(app.client, ada.refreshToken);
    expect(again.refreshToken).toBe(first.refreshToken);
    expect(again.refreshTokenExpiresAt).toBe(first.refreshTokenExpiresAt);
  });

  it('gets an access token of its own each time, for the time of asking', async () => {
    const ada = await app.given.user();
    const first = await refreshed(app.client, ada.refreshToken);
    const again = await refreshed(app.client, ada.refreshToken);
    expect(again.accessToken).not.toBe(first.accessToken);
    expect(again.sessionId).toBe(first.sessionId);
  });

  it('does not keep a stolen copy alive: once it has gone on, the copy is refused', async () => {
    const ada = await app.given.user();
    await refreshAndHangUp(ada.refreshToken);
    await reaches(ada.sessionId, 2);
    const again = await successor(app.client, ada.refreshToken);
    await successor(app.client, again);
    expect(await refresh(app.client, ada.refreshToken)).toEqual({ kind: 'RefreshTokenReused' });
  });
});
