import { endWhileUnderWay } from '../../support/end-while-under-way.js';
import { recordStatements } from '../../support/statements.js';
import {
  CLIENT,
  ClientActor,
  givenService,
  goodClients,
  keyPair,
  type ShownClient,
} from '../../support/clients.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
});
afterAll(() => app.close());

describe('addClient', () => {
  it.each([
    ['WEB', 'client_secret_basic'],
    ['SPA', 'none'],
    ['NATIVE', 'none'],
    ['MACHINE', 'client_secret_basic'],
  ] as const)('makes a %s client with what is usual for it', async (type, authMethod) => {
    const input = goodClients(given.slug)[type];
    const { client, clientSecret } = await given.admin.does('addClient', input);
    expect(client).toEqual({
      clientId: expect.stringMatching(new RegExp(`^${given.slug}-[a-z2-7]{8}$`)),
      name: input.name,
      type,
      firstParty: true,
      redirectUris: 'redirectUris' in input ? input.redirectUris : [],
      postLogoutRedirectUris: [],
      backchannelLogoutUri: null,
      authMethod,
      jwks: null,
      idTokenAlg: 'RS256',
      permissionsOf: [],
      account: type === 'MACHINE' ? { id: expect.any(String) } : null,
      createdAt: expect.any(String),
      updatedAt: client.createdAt,
      service: { slug: given.slug },
      secrets:
        authMethod === 'none'
          ? []
          : [{ id: expect.any(String), createdAt: client.createdAt, expiresAt: null }],
    });
    if (authMethod === 'none') expect(clientSecret).toBeNull();
    else expect(clientSecret).toMatch(/^signet_cs_[A-Za-z0-9_-]{43}$/);
    expect(await given.reader.client(client.clientId)).toEqual(client);
  });

  it('takes everything that may be said, as it was said', async () => {
    const input = {
      ...goodClients(given.slug).WEB,
      name: '  Shop & Co. ',
      redirectUris: ['https://shop.example.com/cb?a=1,2&b=(x)', 'http://localhost:3000/@me/cb'],
      postLogoutRedirectUris: ['https://shop.example.com/bye', 'http://[::1]:3000/'],
      backchannelLogoutUri: 'https://shop.example.com/logout',
      authMethod: 'client_secret_post',
      idTokenAlg: 'EdDSA',
      permissionsOf: [given.other],
      firstParty: false,
    };
    const { service: _slug, ...said } = input;
    const { client, clientSecret } = await given.admin.does('addClient', input);
    expect(client).toMatchObject({ ...said, name: 'Shop & Co.' });
    expect(clientSecret).toMatch(/^signet_cs_/);
    expect(await given.admin.client(client.clientId)).toEqual(client);
  });

  it('makes a confidential client without a secret when it proves itself by keys', async () => {
    const { publicJwk } = keyPair('ed25519');
    const input = {
      ...goodClients(given.slug).MACHINE,
      authMethod: 'private_key_jwt',
      jwks: { keys: [publicJwk] },
    };
    const { client, clientSecret } = await given.admin.does('addClient', input);
    expect(clientSecret).toBeNull();
    expect(client).toMatchObject({ secrets: [], jwks: { keys: [{ ...publicJwk, use: 'sig' }] } });
  });

  it('makes another client each time: ids and secrets are never the same', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => given.manager.does('addClient', goodClients(given.slug).WEB)),
    );
    expect(new Set(made.map(({ client }) => client.clientId)).size).toBe(5);
    expect(new Set(made.map(({ clientSecret }) => clientSecret)).size).toBe(5);
  });

  it('says that there is no such service, or that it is full', async () => {
    for (const service of ['nothing', 'Nothing', 'no\0thing'])
      expect(await given.admin.codes('addClient', goodClients(service).WEB)).toEqual(['NOT_FOUND']);
    const slug = given.other;
    await app.sql(
      `INSERT INTO oauth_clients SELECT $1 || '-' || lpad(n::text, 8, 'a'), $1, 'One of many', 'MACHINE', true, '{}', '{}', NULL,
         'client_secret_basic', NULL, 'RS256', '{}', NULL, now(), now() FROM generate_series(1, 100) n`,
      [slug],
    );
    expect(await given.admin.faults('addClient', goodClients(slug).WEB)).toEqual([['service', 'TOO_MANY']]);
    await app.sql('DELETE FROM oauth_clients WHERE service = $1', [slug]);
  });
});

describe('who may', () => {
  const input = () => goodClients(given.slug).WEB;

  it('make, change and delete a client: who manages its service, or every service', async () => {
    for (const actor of [given.admin, given.manager]) {
      const { client } = await actor.does('addClient', input());
      const { clientId } = client;
      await actor.does('updateClient', { clientId, name: 'Another name' });
      const { client: rotated } = await actor.does('rotateClientSecret', { clientId });
      await actor.does('revokeClientSecret', { clientId, secretId: rotated.secrets[0]!.id });
      expect(await actor.does('deleteClient', { clientId })).toMatchObject({ clientId });
      expect(await actor.client(clientId)).toBeNull();
    }
  });

  it('nobody else: not who manages another service, reads permissions, or has an account', async () => {
    const { client } = await given.admin.does('addClient', input());
    const { clientId, secrets } = client;
    const everyClient = () => app.sql('SELECT * FROM oauth_clients ORDER BY id');
    const before = await everyClient();
    const attempts: [string, object][] = [
      ['addClient', input()],
      ['updateClient', { clientId, redirectUris: ['https://evil.example.com/'] }],
      ['rotateClientSecret', { clientId, overlapSeconds: 0 }],
      ['revokeClientSecret', { clientId, secretId: secrets[0]!.id }],
      ['deleteClient', { clientId }],
    ];
    for (const actor of [given.managerOfOther, given.reader, given.nobody])
      for (const [field, what] of attempts)
        expect({ field, codes: await actor.codes(field, what) }).toEqual({ field, codes: ['FORBIDDEN'] });
    // Refused, and not merely kept from reading what was made.
    expect(await everyClient()).toEqual(before);
    expect(await given.admin.client(clientId)).toEqual(client);
    const stranger = await app.client.send(
      'mutation ($input: AddClientInput!) { addClient(input: $input) { __typename } }',
      { input: input() },
    );
    expect(stranger.codes).toEqual(['UNAUTHENTICATED']);
  });

  it('read one: who manages its service, or reads all permissions', async () => {
    const { client } = await given.admin.does('addClient', input());
    const ask = (token: string) =>
      app.client.send<{ client: ShownClient | null; service: { clients: ShownClient[] } | null }, object>(
        `query ($clientId: ID!, $slug: String!) {
           client(clientId: $clientId) { ${CLIENT} } service(slug: $slug) { clients { ${CLIENT} } } }`,
        { clientId: client.clientId, slug: given.slug },
        { token },
      );
    for (const { person } of [given.admin, given.manager, given.reader]) {
      const { data } = await ask(person.accessToken);
      expect(data.client).toEqual(client);
      expect(data.service!.clients).toContainEqual(client);
    }
    for (const { person } of [given.managerOfOther, given.nobody]) {
      const { codes, body } = await ask(person.accessToken);
      expect(new Set(codes)).toEqual(new Set(['FORBIDDEN']));
      expect(body.data?.client ?? null).toBeNull();
      expect(body.data?.service ?? null).toBeNull();
    }
  });

  it('not do it for longer than they may: a manager whose right has ended is refused', async () => {
    const manager = await app.given.user();
    await app.given.permission(manager.id, `${given.slug}:permissions.manage`);
    const actor = new ClientActor(app, manager);
    const { client } = await actor.does('addClient', input());
    await app.sql('DELETE FROM permission_grants WHERE user_id = $1', [manager.id]);
    expect(await actor.codes('rotateClientSecret', { clientId: client.clientId })).toEqual(['FORBIDDEN']);
  });
});

it('nothing is changed for whose session ends while the request is under way', async () => {
  const { client } = await given.admin.does('addClient', goodClients(given.slug).WEB);
  const manager = await app.given.user();
  await app.given.permission(manager.id, `${given.slug}:permissions.manage`);
  const actor = new ClientActor(app, manager);
  const { data } = await endWhileUnderWay(app, manager, () =>
    actor.send('deleteClient', { clientId: client.clientId }),
  );
  expect(data['deleteClient']!.__typename).toBe('SessionEnded');
  expect(await given.admin.client(client.clientId)).toEqual(client);
});

describe('reading clients', () => {
  it('finds null for an id that is none, whatever it looks like', async () => {
    for (const clientId of ['', 'nothing', `${given.slug}-aaaaaaaa`, 'no\0thing', 'x'.repeat(10_000)])
      expect(await given.admin.client(clientId)).toBeNull();
  });

  it('reads the clients of many services and all their secrets by one statement each', async () => {
    for (const service of [given.slug, given.other])
      await given.admin.does('addClient', goodClients(service).MACHINE);
    const statements = recordStatements(app);
    const answer = await app.client.send<{ services: { clients: ShownClient[] }[] }, object>(
      '{ services { slug clients { clientId secrets { id } service { slug } } } }',
      {},
      { token: given.reader.person.accessToken },
    );
    expect(answer.data.services.flatMap(({ clients }) => clients).length).toBeGreaterThan(2);
    for (const name of ['clients-of-services', 'secrets-of-clients'])
      expect(statements.filter((statement) => statement === name)).toEqual([name]);
  });
});

it('deleteService takes the clients of the service along, and leaves those of others', async () => {
  const { slug, other, admin } = await givenService(app);
  const gone = [
    await admin.does('addClient', goodClients(slug).WEB),
    await admin.does('addClient', goodClients(slug).SPA),
  ];
  const { client: stays } = await admin.does('addClient', goodClients(other).WEB);
  const answer = await app.client.send<{ deleteService: { __typename: string } }, object>(
    'mutation ($input: DeleteServiceInput!) { deleteService(input: $input) { __typename } }',
    { input: { slug, confirm: true } },
    { token: admin.person.accessToken },
  );
  expect(answer.data.deleteService.__typename).toBe('DeleteServiceSuccess');
  for (const { client } of gone) expect(await admin.client(client.clientId)).toBeNull();
  expect(await admin.client(stays.clientId)).toEqual(stays);
  const trail = await app.sql<{ subject_name: string }>(
    `SELECT subject_name FROM audit_events WHERE type = 'client.removed' AND before->>'service' = $1 ORDER BY 1`,
    [slug],
  );
  expect(trail.map((event) => event.subject_name)).toEqual(gone.map(({ client }) => client.clientId).sort());
});
