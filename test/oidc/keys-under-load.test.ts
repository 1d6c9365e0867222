import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { ID_TOKEN_PURPOSES } from '../../src/domain/tokens/index.js';
import type { Person } from '../support/given.js';
import { givenClient, type ServiceClient } from '../support/service-client.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';
import { travel } from '../support/travel.js';
import { Visitor } from '../support/visitor.js';

const ROTATIONS = 3;
/** As the JWKS says. */
const MAX_AGE_SECONDS = 300;
/** Codes are good for a minute. A flow sees two steps at most, since each waits for one round of everybody. */
const STEP_SECONDS = 25;

let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_KEY_PUBLISH_SECONDS: '600' });
  admin = await app.given.administrator();
});
afterAll(() => app?.close());

/** A relying party that keeps the JWKS for as long as it may, and asks for no key that it does not know. */
class CachingVerifier {
  readonly kids = new Set<string>();
  verified = 0;
  fetched = 0;
  private cached: { keys: Promise<ReturnType<typeof createLocalJWKSet>>; until: number } | undefined;

  async verify(token: string): Promise<void> {
    const keys = await this.keys();
    await jwtVerify(token, keys, {
      issuer: TEST_ISSUER,
      currentDate: new Date(Date.now()),
      clockTolerance: 60,
    });
    this.kids.add(decodeProtectedHeader(token).kid!);
    this.verified += 1;
  }

  private keys() {
    if (!this.cached || this.cached.until <= Date.now()) {
      this.fetched += 1;
      this.cached = { keys: this.fetch(), until: Date.now() + MAX_AGE_SECONDS * 1000 };
    }
    return this.cached.keys;
  }

  private async fetch() {
    const response = await fetch(`${app.origin}/.well-known/jwks.json`);
    const [, maxAge] = /max-age=(\d+)/.exec(response.headers.get('cache-control')!)!;
    if (Number(maxAge) !== MAX_AGE_SECONDS) throw new Error(`the JWKS is good for ${maxAge} seconds`);
    return createLocalJWKSet((await response.json()) as JSONWebKeySet);
  }
}

/** Every client goes on until it is told to stop; a refusal of any kind ends the test. */
function underLoad(work: (() => Promise<string[]>)[], verifier: CachingVerifier) {
  let isOver = false;
  const rounds = work.map(() => 0);
  const workers = work.map(async (one, index) => {
    while (!isOver) {
      for (const token of await one()) await verifier.verify(token);
      rounds[index]! += 1;
    }
  });
  const all = Promise.all(workers);
  all.catch(() => undefined);
  return {
    /** Until everybody has ended a round, or somebody failed. */
    async progress() {
      const before = [...rounds];
      while (rounds.some((count, index) => count === before[index]))
        await Promise.race([all, new Promise((next) => setTimeout(next, 5))]);
    },
    async stop() {
      isOver = true;
      await all;
    },
  };
}

it('keys change under load, and who keeps the JWKS for as long as it may refuses no token (KY-2, KY-4)', async () => {
  const ada = await app.given.user();
  const clients = await Promise.all(
    Object.keys(ID_TOKEN_PURPOSES).map((idTokenAlg) => givenClient(app, admin, { idTokenAlg })),
  );
  const machine = await givenClient(app, admin, { type: 'MACHINE' });
  const signsIn = (client: ServiceClient) => {
    const browser = new Visitor(app);
    return async () => {
      const tokens = await client.tokensOf(ada, {}, browser);
      return [tokens['id_token']!, tokens['access_token']!];
    };
  };
  const refreshes = async (client: ServiceClient) => {
    let held = await client.tokensOf(ada);
    return async () => {
      const { status, body } = await client.refresh(held['refresh_token']!);
      if (status !== 200) throw new Error(`refused: ${JSON.stringify(body)}`);
      held = body;
      return [body['id_token'] as string, body['access_token'] as string];
    };
  };
  const proves = async () => {
    const { body } = await machine.post('/oidc/token', { grant_type: 'client_credentials' });
    return [body['access_token'] as string];
  };

  const verifier = new CachingVerifier();
  const work = [...clients.map(signsIn), ...(await Promise.all(clients.map(refreshes))), proves];
  const load = underLoad(work, verifier);
  try {
    for (let rotation = 0; rotation < ROTATIONS; rotation++) {
      for (const purpose of ['access-token', ...Object.values(ID_TOKEN_PURPOSES)] as const)
        expect(await app.identity.keys.rotateKeys(purpose)).toBeTruthy();
      for (let seconds = 0; seconds <= 600 + STEP_SECONDS; seconds += STEP_SECONDS) {
        travel(app, STEP_SECONDS);
        await load.progress();
      }
    }
  } finally {
    await load.stop();
  }
  // Of each purpose every key has signed something.
  expect(verifier.kids.size).toBe((ROTATIONS + 1) * (1 + clients.length));
  expect(verifier.verified).toBeGreaterThan(500);
  expect(verifier.fetched).toBeLessThan(ROTATIONS * 4);
}, 120_000);
