import { createDatabase } from '../support/postgres.js';
import { newAddress, signIn, signUp } from '../support/given.js';
import { refreshed } from '../support/refresh.js';
import { startServerProcess, type ServerProcess } from '../support/server-process.js';

const KILLS = 10;
const CLIENTS = 8;
/** Between the first request after a start and the kill, in milliseconds: from hardly begun to well under way. */
const LONGEST_LIFE_MS = 1_000;
/** Requests that one server answers at least before it may die, so that there is something to lose. */
const ANSWERS_BEFORE_KILL = 20;

/** A client's own view: what it sent, and what it knows was acknowledged. */
interface LoadClient {
  /** The token of the last answer that arrived; null while the client has no session. */
  refreshToken: string | null;
  refreshes: number;
}

let database: Awaited<ReturnType<typeof createDatabase>>;
let server: ServerProcess;
beforeAll(async () => {
  database = await createDatabase();
  server = await start();
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await database?.drop();
}, 120_000);

const start = () => startServerProcess({ databaseUrl: database.url, env: { SIGNET_HASH_CONCURRENCY: '2' } });

describe('kill -9 of a server under load, ten times', () => {
  it('loses no acknowledged registration or refresh, and leaves no session that cannot continue', async () => {
    const registered: { email: string; acknowledged: boolean }[] = [];
    const sessionsAlive: LoadClient[] = [];
    let answers = 0;

    /** One step of one client: mostly refreshes, now and then a registration or a login. */
    async function step(client: LoadClient): Promise<void> {
      if (client.refreshToken !== null && client.refreshes % 12 !== 11) {
        client.refreshToken = (await refreshed(server.client, client.refreshToken)).refreshToken;
        client.refreshes += 1;
        return;
      }
      // The session so far is left to itself; at the end it has to continue.
      if (client.refreshToken !== null) {
        sessionsAlive.push({ ...client });
        client.refreshToken = null;
      }
      const known = registered.find(({ acknowledged }) => acknowledged);
      client.refreshes += 1;
      if (known && client.refreshes % 24 === 0) {
        client.refreshToken = (await signIn(server.client, known.email)).refreshToken;
        return;
      }
      const account = { email: newAddress(), acknowledged: false };
      registered.push(account);
      client.refreshToken = (await signUp(server.client, { email: account.email })).refreshToken;
      account.acknowledged = true;
    }

    let dying = false;
    async function work(client: LoadClient): Promise<void> {
      while (!dying) {
        try {
          await step(client);
          answers += 1;
        } catch (error) {
          // No answer: what the client holds is what it held before. Any answer that says no is a failure.
          if (!dying || !isDisconnection(error)) throw error;
        }
      }
    }

    const clients = Array.from({ length: CLIENTS }, (): LoadClient => ({ refreshToken: null, refreshes: 0 }));
    for (let kill = 0; kill < KILLS; kill += 1) {
      dying = false;
      const before = answers;
      const load = Promise.all(clients.map(work));
      load.catch(() => undefined); // looked at below, when the server is dead
      while (answers < before + ANSWERS_BEFORE_KILL) await Promise.race([load, turn()]);
      await Promise.race([load, new Promise((at) => setTimeout(at, Math.random() * LONGEST_LIFE_MS))]);
      dying = true;
      expect(await server.kill('SIGKILL')).toBe('SIGKILL');
      await load;
      server = await start();
    }

    // Every session that a client ever held goes on from the last token that reached it.
    sessionsAlive.push(...clients.filter(({ refreshToken }) => refreshToken !== null));
    await eightAtOnce(sessionsAlive, async ({ refreshToken }) => {
      const next = await refreshed(server.client, refreshToken!);
      await refreshed(server.client, next.refreshToken);
    });
    const acknowledged = registered.filter((account) => account.acknowledged);
    await eightAtOnce(acknowledged, ({ email }) => signIn(server.client, email));
    // One whose answer got lost exists whole, or not at all: the password works, or the address is free.
    const unacknowledged = registered.filter((account) => !account.acknowledged);
    await eightAtOnce(unacknowledged, ({ email }) =>
      signUp(server.client, { email }).catch(() => signIn(server.client, email)),
    );

    expect(acknowledged.length).toBeGreaterThanOrEqual(CLIENTS);
    expect(answers).toBeGreaterThanOrEqual(KILLS * ANSWERS_BEFORE_KILL);
  }, 240_000);
});

async function eightAtOnce<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += 8) await Promise.all(items.slice(at, at + 8).map(work));
}

function turn(): Promise<void> {
  return new Promise((next) => setImmediate(next));
}

/** What fetch throws when the connection went away before the whole answer had come. */
function isDisconnection(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'TypeError' && (message === 'fetch failed' || message === 'terminated');
}
