import { randomUUID } from 'node:crypto';
import { SignJWT, importJWK } from 'jose';
import { keyPair } from '../support/clients.js';
import { createDatabase } from '../support/postgres.js';
import { GOOD_PASSWORD, newAddress, signIn, signUp } from '../support/given.js';
import { GraphqlClient } from '../support/client.js';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.js';
import { startRoundRobin, type RoundRobin } from '../support/round-robin.js';
import { startServerProcess, type ServerProcess } from '../support/server-process.js';
import { ADMIN } from '../support/two-nodes.js';
import { Visitor } from '../support/visitor.js';

/** A thousand flows of forty browsers over two nodes, one of which is killed in their midst; then the other. */
const BROWSERS = 40;
const FLOWS_OF_EACH = 25;
const AT_ONCE = 8;
const KILLS_AT = [300, 650];
/** Times that a person would try again before giving up. */
const PATIENCE = 5;

let database: Awaited<ReturnType<typeof createDatabase>>;
let balancer: RoundRobin;
const nodes: ServerProcess[] = [];
let shop: RelyingParty;
beforeAll(async () => {
  database = await createDatabase();
  balancer = await startRoundRobin(() => nodes);
  nodes.push(await start(), await start());
  const admin = await signIn(client(), ADMIN.email, ADMIN.password);
  shop = await startRelyingParty({ client: client(), ...place() }, admin, 'shop');
}, 120_000);
afterAll(async () => {
  await shop?.close();
  await Promise.all(nodes.map((node) => node.stop()));
  await balancer?.close();
  await database?.drop();
}, 120_000);

const start = () =>
  startServerProcess({
    databaseUrl: database.url,
    env: {
      SIGNET_ISSUER: balancer.origin,
      SIGNET_ADMIN_EMAIL: ADMIN.email,
      SIGNET_ADMIN_PASSWORD: ADMIN.password,
      SIGNET_HASH_CONCURRENCY: '1',
    },
  });
const place = () => ({ origin: balancer.origin, identity: { config: { issuer: balancer.origin } } });
const client = () => new GraphqlClient(balancer.origin);

interface Person {
  email: string;
  browser: Visitor;
  signIns: number;
  refreshToken: string;
}

const tally = { ended: 0, triedAgain: 0, pagesThatSaySo: 0 };

/** One flow as its person lives it: what fails is tried again, and nothing is asked of them but that. */
async function flow(person: Person): Promise<void> {
  for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
    const tokens = await begin(person).catch((error: unknown) => {
      if (isLost(error)) return null;
      throw error;
    });
    if (!tokens) {
      tally.triedAgain += 1;
      continue;
    }
    person.refreshToken = await goOn(tokens);
    tally.ended += 1;
    return;
  }
  throw new Error('the person gave up');
}

/** The refresh token with which the service goes on, or null when something got lost on the way. */
async function begin(person: Person): Promise<string | null> {
  const { browser, email } = person;
  const answered = balancer.lost;
  let shown = await browser.open(shop.signInUrl({ scope: 'openid offline_access shop:read' }));
  if (shown.url.pathname.startsWith('/sign-in/') && shown.status === 200) {
    person.signIns += 1;
    shown = await browser.send(shown, { email, password: GOOD_PASSWORD });
  }
  if (!shown.url.href.startsWith(shop.redirectUri)) {
    if (shown.status === 502) return null;
    // A page of ours: it says what to do.
    expect({ status: shown.status, text: shown.text }).toEqual({
      status: expect.any(Number),
      text: expect.stringMatching(/again/i),
    });
    tally.pagesThatSaySo += 1;
    return null;
  }
  const tokens = await shop.redeem(place(), shown.url);
  if (tokens['refresh_token']) return tokens['refresh_token'];
  // The code was used by a request whose answer got lost: the only fault that there may be.
  expect(tokens).toMatchObject({ error: 'invalid_grant' });
  expect(balancer.lost).toBeGreaterThan(answered);
  return null;
}

/** A refresh whose answer got lost gives the same successor again. */
async function goOn(refreshToken: string): Promise<string> {
  for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
    const tokens = await shop.refresh(place(), refreshToken).catch((error: unknown) => {
      if (isLost(error)) return null;
      throw error;
    });
    if (tokens?.['refresh_token']) return tokens['refresh_token'];
    if (tokens) throw new Error(`a refresh was refused: ${JSON.stringify(tokens)}`);
    tally.triedAgain += 1;
  }
  throw new Error('the service gave up');
}

/** No whole answer came, or the balancer said that there was none. */
function isLost(error: unknown): boolean {
  const { name, message } = error as Error;
  if (name === 'SyntaxError') return true; // 502 in plain text, where JSON should be
  return name === 'TypeError' && (message === 'fetch failed' || message === 'terminated');
}

async function newPerson(): Promise<Person> {
  const email = newAddress();
  await signUp(client(), { email });
  return { email, browser: new Visitor(place()), signIns: 0, refreshToken: '' };
}

/** So many come at once with the same secret, every other one to the other process. */
const AT_THE_SAME_TIME = 64;

const sixtyFour = <Answer>(ask: () => Promise<Answer>) =>
  Promise.all(Array.from({ length: AT_THE_SAME_TIME }, ask));

async function token(body: Record<string, string>) {
  const answer = await fetch(`${balancer.origin}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

/** A machine that proves itself by a key, and one proof of it. */
async function proofOfMachine(): Promise<Record<string, string>> {
  const admin = await signIn(client(), ADMIN.email, ADMIN.password);
  const { publicJwk, privateJwk } = keyPair('ec');
  const { data } = await client().send<any, object>(
    `mutation ($input: AddClientInput!) { addClient(input: $input) { ... on AddClientSuccess { client { clientId } } } }`,
    {
      input: {
        ...{ service: 'shop', name: 'Export', type: 'MACHINE' },
        ...{ authMethod: 'private_key_jwt', jwks: { keys: [publicJwk] } },
      },
    },
    { token: admin.accessToken },
  );
  const clientId = data.addClient.client.clientId as string;
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(balancer.origin)
    .setIssuedAt()
    .setExpirationTime('1m')
    .setJti(randomUUID())
    .sign(await importJWK(privateJwk, 'ES256'));
  return {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}

describe('sixty-four at once, at two processes', () => {
  it('redeem one code: one of them gets tokens (TK-2)', async () => {
    const person = await newPerson();
    const form = await person.browser.open(shop.signInUrl());
    const { url } = await person.browser.send(form, { email: person.email, password: GOOD_PASSWORD });
    const answers = await sixtyFour(() => shop.redeem(place(), url));
    expect(answers.filter((answer) => answer['access_token'])).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer['error']))).toEqual(new Set([undefined, 'invalid_grant']));
  });

  it('refresh by one token: all get the one successor, and the one after that is one (RT-3)', async () => {
    const person = await newPerson();
    await flow(person);
    for (let generation = 0; generation < 2; generation += 1) {
      const answers = await sixtyFour(() => shop.refresh(place(), person.refreshToken));
      const successors = new Set(answers.map((answer) => answer['refresh_token']));
      expect([...successors]).toEqual([expect.any(String)]);
      [person.refreshToken] = [...successors] as [string];
    }
  });

  it('bring one proof by a key: one of them is let in (TK-8)', async () => {
    const proof = await proofOfMachine();
    const answers = await sixtyFour(() => token(proof));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('kill -9 of a node in the middle of a thousand flows', () => {
  it('lets every flow end well, after another try at most, and loses no session', async () => {
    const people: Person[] = [];
    for (let n = 0; n < BROWSERS; n += 1) people.push(await newPerson());
    const waiting = [...people];
    const kills = [...KILLS_AT];
    const before = tally.ended;

    async function work(): Promise<void> {
      for (let person = waiting.pop(); person; person = waiting.pop())
        for (let n = 0; n < FLOWS_OF_EACH; n += 1) {
          await flow(person);
          if (tally.ended - before >= kills[0]!) {
            const index = kills.length % 2;
            kills.shift();
            await nodes[index]!.kill('SIGKILL');
            nodes[index] = await start();
          }
        }
    }

    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(balancer.lost).toBeGreaterThan(0);
    expect(kills).toEqual([]);
    expect(tally.ended - before).toBe(BROWSERS * FLOWS_OF_EACH);
    // One sign-in in each browser, unless its answer got lost: whoever was signed in stayed so.
    const signIns = people.reduce((sum, person) => sum + person.signIns, 0);
    expect(signIns).toBeGreaterThanOrEqual(BROWSERS);
    expect(signIns - BROWSERS).toBeLessThanOrEqual(tally.triedAgain);
    for (const person of people) {
      const { signIns: earlier } = person;
      await flow(person);
      expect(person.signIns).toBe(earlier);
      await goOn(person.refreshToken);
    }
  }, 400_000);
});
