import { everyValue } from '../../support/dump.js';
import { ClientActor, givenService, goodClients, keyPair } from '../../support/clients.js';
import { recordStatements } from '../../support/statements.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const DAY = 24 * 3600;

let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
});
afterAll(() => app.close());
beforeEach(signInAgain);

/** Access tokens expire when the clock moves. */
async function signInAgain() {
  given.admin = new ClientActor(app, await app.given.login(given.admin.person));
}

async function newClient() {
  const { client, clientSecret } = await given.admin.does('addClient', goodClients(given.slug).WEB);
  return { clientId: client.clientId, first: clientSecret!, firstId: client.secrets[0]!.id };
}

const verify = (clientId: string, secret: string) => app.identity.verifyClientSecret(clientId, secret);

describe('rotateClientSecret', () => {
  it('gives a new secret, and ends the old one a day later', async () => {
    const { clientId, first } = await newClient();
    app.clock.advance(60);
    const { client, clientSecret: second } = await given.admin.does('rotateClientSecret', { clientId });
    expect(second).toMatch(/^signet_cs_[A-Za-z0-9_-]{43}$/);
    expect(second).not.toBe(first);
    expect(client.secrets).toEqual([
      { id: expect.any(String), createdAt: app.clock.now().toISOString(), expiresAt: null },
      {
        id: expect.any(String),
        createdAt: expect.any(String),
        expiresAt: new Date(app.clock.now().getTime() + DAY * 1000).toISOString(),
      },
    ]);
    expect([await verify(clientId, first), await verify(clientId, second!)]).toEqual([true, true]);
    app.clock.advance(DAY - 1);
    expect([await verify(clientId, first), await verify(clientId, second!)]).toEqual([true, true]);
    app.clock.advance(1);
    expect([await verify(clientId, first), await verify(clientId, second!)]).toEqual([false, true]);
    await signInAgain();
    expect((await given.admin.client(clientId))!.secrets).toHaveLength(1);
    app.clock.advance(3650 * DAY);
    expect(await verify(clientId, second!)).toBe(true);
  });

  it('ends the old ones at once, or after up to 30 days', async () => {
    const { clientId, first } = await newClient();
    const { clientSecret: second } = await given.admin.does('rotateClientSecret', {
      clientId,
      overlapSeconds: 0,
    });
    expect([await verify(clientId, first), await verify(clientId, second!)]).toEqual([false, true]);
    const { clientSecret: third, client } = await given.admin.does('rotateClientSecret', {
      clientId,
      overlapSeconds: 30 * DAY,
    });
    expect(client.secrets).toHaveLength(2);
    app.clock.advance(30 * DAY - 1);
    expect([await verify(clientId, second!), await verify(clientId, third!)]).toEqual([true, true]);
    app.clock.advance(1);
    expect([await verify(clientId, second!), await verify(clientId, third!)]).toEqual([false, true]);
  });

  it('never lets an old one live longer than it did before', async () => {
    const { clientId, first } = await newClient();
    await given.admin.does('rotateClientSecret', { clientId, overlapSeconds: 60 });
    await given.admin.does('rotateClientSecret', { clientId, overlapSeconds: 30 * DAY });
    app.clock.advance(60);
    expect(await verify(clientId, first)).toBe(false);
  });

  it('refuses an overlap out of range, and more than ten secrets', async () => {
    const { clientId } = await newClient();
    for (const overlapSeconds of [-1, 30 * DAY + 1, 2 ** 31 - 1])
      expect(await given.admin.faults('rotateClientSecret', { clientId, overlapSeconds })).toEqual([
        ['overlapSeconds', 'OUT_OF_RANGE'],
      ]);
    for (let round = 0; round < 9; round += 1) await given.admin.does('rotateClientSecret', { clientId });
    expect(await given.admin.faults('rotateClientSecret', { clientId })).toEqual([
      ['overlapSeconds', 'TOO_MANY'],
    ]);
    const { client } = await given.admin.does('rotateClientSecret', { clientId, overlapSeconds: 0 });
    expect(client.secrets).toHaveLength(1);
    expect(await app.sql('SELECT 1 FROM client_secrets WHERE client_id = $1', [clientId])).toHaveLength(1);
  });

  it('is nothing for a client without secrets', async () => {
    const { client: spa } = await given.admin.does('addClient', goodClients(given.slug).SPA);
    const { client: signer } = await given.admin.does('addClient', {
      ...goodClients(given.slug).MACHINE,
      authMethod: 'private_key_jwt',
      jwks: { keys: [keyPair('ec').publicJwk] },
    });
    for (const { clientId } of [spa, signer])
      expect(await given.admin.faults('rotateClientSecret', { clientId })).toEqual([
        ['clientId', 'NO_SECRET'],
      ]);
    const unknown = { clientId: `${given.slug}-aaaaaaaa` };
    expect(await given.admin.codes('rotateClientSecret', unknown)).toEqual(['NOT_FOUND']);
  });

  it('of two at once gives both a secret that is good', async () => {
    const { clientId, first } = await newClient();
    const made = await Promise.all([1, 2].map(() => given.admin.does('rotateClientSecret', { clientId })));
    for (const { clientSecret } of made) expect(await verify(clientId, clientSecret!)).toBe(true);
    expect(await verify(clientId, first)).toBe(true);
  });
});

describe('revokeClientSecret', () => {
  it('ends one secret at once, the last one too', async () => {
    const { clientId, first, firstId } = await newClient();
    const { clientSecret: second, client } = await given.admin.does('rotateClientSecret', { clientId });
    const { client: left } = await given.admin.does('revokeClientSecret', { clientId, secretId: firstId });
    expect(left.secrets).toEqual([client.secrets[0]]);
    expect([await verify(clientId, first), await verify(clientId, second!)]).toEqual([false, true]);
    const secretId = client.secrets[0]!.id;
    await given.admin.does('revokeClientSecret', { clientId, secretId: secretId.toUpperCase() });
    expect(await verify(clientId, second!)).toBe(false);
    expect(await given.admin.codes('revokeClientSecret', { clientId, secretId })).toEqual(['NOT_FOUND']);
  });

  it('finds no secret of another client, no expired one, and none by a strange id', async () => {
    const { clientId, firstId } = await newClient();
    const another = await newClient();
    for (const secretId of [another.firstId, 'nothing', '', '\0', another.first])
      expect(await given.admin.codes('revokeClientSecret', { clientId, secretId })).toEqual(['NOT_FOUND']);
    await given.admin.does('rotateClientSecret', { clientId, overlapSeconds: 1 });
    app.clock.advance(1);
    expect(await given.admin.codes('revokeClientSecret', { clientId, secretId: firstId })).toEqual([
      'NOT_FOUND',
    ]);
    expect(await verify(another.clientId, another.first)).toBe(true);
  });
});

describe('a secret (TK-7)', () => {
  it('proves its own client alone, letter by letter', async () => {
    const { clientId, first } = await newClient();
    const another = await newClient();
    expect(await verify(clientId, first)).toBe(true);
    const wrong = [
      another.first,
      first.slice(0, -1),
      `${first}=`,
      ` ${first}`,
      first.toUpperCase(),
      first.replace('signet_cs_', ''),
      '',
      '\0',
    ];
    for (const guess of wrong) expect(await verify(clientId, guess)).toBe(false);
    const [row] = await app.sql<{ secret_hash: string }>(
      'SELECT secret_hash FROM client_secrets WHERE client_id = $1',
      [clientId],
    );
    expect(await verify(clientId, row!.secret_hash)).toBe(false);
    for (const stranger of [another.clientId, `${given.slug}-aaaaaaaa`, '', 'no\0thing'])
      expect(await verify(stranger, first)).toBe(false);
  });

  it('proves nothing for a public client, nor for one that proves itself by keys', async () => {
    const { clientId, first } = await newClient();
    for (const method of ['none', 'private_key_jwt']) {
      await app.sql('UPDATE oauth_clients SET auth_method = $2 WHERE id = $1', [clientId, method]);
      expect(await verify(clientId, first)).toBe(false);
    }
  });

  it('ends with its client', async () => {
    const { clientId, first } = await newClient();
    await given.admin.does('deleteClient', { clientId });
    expect(await verify(clientId, first)).toBe(false);
    expect(await app.identity.loadClient(clientId)).toBeNull();
    expect(await app.sql('SELECT 1 FROM client_secrets WHERE client_id = $1', [clientId])).toEqual([]);
  });

  it('is shown once: it is in no later answer, no row of the database and no line of the log', async () => {
    const { clientId, first } = await newClient();
    const { clientSecret: second, client } = await given.admin.does('rotateClientSecret', { clientId });
    const answers = [
      client,
      await given.admin.client(clientId),
      await given.admin.does('updateClient', { clientId, name: 'Another name' }),
      await given.admin.does('revokeClientSecret', { clientId, secretId: client.secrets[1]!.id }),
    ];
    const { secretHashes, ...loaded } = (await app.identity.loadClient(clientId))!;
    const dump = await everyValue(app);
    expect(dump.some(({ value }) => value.includes(clientId))).toBe(true);
    expect(dump.some(({ value }) => value === secretHashes[0])).toBe(true);
    for (const secret of [first, second!].flatMap((text) => [text, text.replace('signet_cs_', '')])) {
      expect(JSON.stringify([...answers, loaded])).not.toContain(secret);
      expect(dump.filter(({ value }) => value.includes(secret))).toEqual([]);
      expect(app.log.join('')).not.toContain(secret);
    }
    // A hash is for nobody but who compares with it: it is in its column alone.
    const places = dump.filter(({ value }) => value.includes(secretHashes[0]!)).map(({ place }) => place);
    expect(new Set(places)).toEqual(new Set(['client_secrets.secret_hash']));
    expect(JSON.stringify(answers)).not.toContain(secretHashes[0]);
  });

  it('is not in the log when the database fails', async () => {
    const { clientId } = await newClient();
    await app.sql('ALTER TABLE client_secrets ADD CONSTRAINT nobody CHECK (false) NOT VALID');
    expect(await given.admin.codes('rotateClientSecret', { clientId })).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(app.log.join('')).toContain('a resolver failed');
    expect(app.log.join('')).not.toContain('signet_cs_');
    for (const { secret_hash: hash } of await app.sql<{ secret_hash: string }>(
      'SELECT secret_hash FROM client_secrets',
    ))
      expect(app.log.join('')).not.toContain(hash);
    await app.sql('ALTER TABLE client_secrets DROP CONSTRAINT nobody');
  });
});

it('loadClient reads a client and the hashes of its living secrets by one statement', async () => {
  const { clientId } = await newClient();
  await given.admin.does('rotateClientSecret', { clientId, overlapSeconds: 60 });
  const statements = recordStatements(app);
  const load = async () => (await app.identity.loadClient(clientId))!;
  const { secretHashes, ...client } = await load();
  expect(statements.filter((name) => name.includes('client'))).toEqual(['load-client']);
  expect(secretHashes).toHaveLength(2);
  expect(client).toEqual({
    clientId,
    service: given.slug,
    name: 'Shop',
    type: 'WEB',
    firstParty: true,
    redirectUris: ['https://shop.example.com/callback'],
    postLogoutRedirectUris: [],
    backchannelLogoutUri: null,
    authMethod: 'client_secret_basic',
    jwks: null,
    idTokenAlg: 'RS256',
    permissionsOf: [],
    userId: null,
    createdAt: expect.any(Date),
    updatedAt: expect.any(Date),
  });
  app.clock.advance(60);
  expect((await load()).secretHashes).toEqual(secretHashes.slice(1));
  expect(await app.identity.loadClient('nothing\0')).toBeNull();
});
