import { givenService, goodClients, keyPair } from '../../support/clients.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
});
afterAll(() => app.close());

const add = async (type: 'WEB' | 'SPA' | 'NATIVE' | 'MACHINE', more: object = {}) =>
  given.admin.does('addClient', { ...goodClients(given.slug)[type], ...more });
const update = async (input: object) => (await given.admin.does('updateClient', input)).client;
const keys = () => ({ keys: [{ ...keyPair('ec').publicJwk, kid: 'one' }] });

describe('updateClient', () => {
  it('changes what is named, and leaves the rest', async () => {
    const { client } = await add('WEB', { backchannelLogoutUri: 'https://shop.example.com/logout' });
    const { clientId } = client;
    app.clock.advance(1);
    const updatedAt = app.clock.now().toISOString();
    const steps: object[] = [
      { name: 'The shop' },
      { redirectUris: ['https://shop.example.com/new', 'https://shop.example.com/callback'] },
      { postLogoutRedirectUris: ['https://shop.example.com/bye'] },
      { backchannelLogoutUri: 'https://shop.example.com/signed-out' },
      { idTokenAlg: 'ES256' },
      { firstParty: false },
      { authMethod: 'client_secret_post' },
      { backchannelLogoutUri: null },
      { postLogoutRedirectUris: [] },
    ];
    let expected = { ...client, updatedAt };
    for (const step of steps) {
      expected = { ...expected, ...step };
      expect(await update({ clientId, ...step })).toEqual(expected);
    }
    expect(await given.reader.client(clientId)).toEqual(expected);
  });

  it('takes null for "as it is" where there must be something', async () => {
    const { client } = await add('WEB');
    const nothing = { name: null, redirectUris: null, postLogoutRedirectUris: null, authMethod: null };
    expect(
      await update({ clientId: client.clientId, ...nothing, idTokenAlg: null, firstParty: null }),
    ).toEqual(client);
  });

  it('changes nothing, and leaves no trace, when all is so already', async () => {
    const jwks = keys();
    const more = { authMethod: 'private_key_jwt', jwks, redirectUris: ['https://a.example.com/?a=1,2'] };
    const { client } = await add('WEB', more);
    const { clientId } = client;
    app.clock.advance(1);
    const { service: _service, type: _type, ...same } = { ...goodClients(given.slug).WEB, ...more };
    expect(await update({ clientId, ...same })).toEqual(client);
    expect(await update({ clientId })).toEqual(client);
    const trail = await app.sql('SELECT 1 FROM audit_events WHERE type = $1 AND subject_name = $2', [
      'client.changed',
      clientId,
    ]);
    expect(trail).toEqual([]);
  });

  it('holds to the rules of the type, which never changes', async () => {
    const { client: spa } = await add('SPA');
    const { client: machine } = await add('MACHINE');
    const { client: native } = await add('NATIVE');
    const faults = (clientId: string, more: object) =>
      given.admin.faults('updateClient', { clientId, ...more });
    expect(await faults(spa.clientId, { authMethod: 'client_secret_basic' })).toEqual([
      ['authMethod', 'NOT_ALLOWED'],
    ]);
    expect(await faults(spa.clientId, { redirectUris: [] })).toEqual([['redirectUris', 'REQUIRED']]);
    expect(await faults(spa.clientId, { redirectUris: ['com.example.app:/'] })).toEqual([
      ['redirectUris[0]', 'SCHEME'],
    ]);
    expect(await faults(machine.clientId, { redirectUris: ['https://a.example.com/'] })).toEqual([
      ['redirectUris', 'NOT_ALLOWED'],
    ]);
    expect(await faults(native.clientId, { name: ' ', redirectUris: ['http://localhost/'] })).toEqual([
      ['name', 'REQUIRED'],
      ['redirectUris[0]', 'LOCALHOST'],
    ]);
    expect(await given.admin.codes('updateClient', { clientId: spa.clientId, type: 'WEB' })).toEqual([
      'BAD_USER_INPUT',
    ]);
    for (const client of [spa, machine, native])
      expect(await given.admin.client(client.clientId)).toEqual(client);
  });

  it('from a secret to keys ends the secrets for good, and back gives one by rotation alone', async () => {
    const { client, clientSecret } = await add('MACHINE');
    const { clientId } = client;
    const verify = () => app.identity.verifyClientSecret(clientId, clientSecret!);
    expect(await given.admin.faults('updateClient', { clientId, authMethod: 'private_key_jwt' })).toEqual([
      ['jwks', 'REQUIRED'],
    ]);
    expect(await verify()).toBe(true);
    const jwks = keys();
    const signer = await update({ clientId, authMethod: 'private_key_jwt', jwks });
    expect(signer).toMatchObject({ secrets: [], jwks: { keys: [{ kid: 'one' }] } });
    expect(await verify()).toBe(false);
    expect(await given.admin.faults('updateClient', { clientId, jwks: null })).toEqual([
      ['jwks', 'REQUIRED'],
    ]);
    const back = await update({ clientId, authMethod: 'client_secret_basic' });
    expect(back).toMatchObject({ secrets: [], jwks: null });
    expect(await verify()).toBe(false);
    const { clientSecret: second } = await given.admin.does('rotateClientSecret', { clientId });
    expect(await app.identity.verifyClientSecret(clientId, second!)).toBe(true);
  });

  it('replaces the keys of a client as a whole', async () => {
    const { client } = await add('MACHINE', { authMethod: 'private_key_jwt', jwks: keys() });
    const jwks = { keys: [keyPair('ed25519').publicJwk, ...keys().keys] };
    const changed = await update({ clientId: client.clientId, jwks });
    expect(changed.jwks!.keys.map(({ crv }) => crv)).toEqual(['Ed25519', 'P-256']);
  });

  it('finds no client that is not there', async () => {
    for (const clientId of [`${given.slug}-aaaaaaaa`, 'no\0thing', ''])
      expect(await given.admin.codes('updateClient', { clientId, name: 'Shop' })).toEqual(['NOT_FOUND']);
    expect(await given.admin.codes('deleteClient', { clientId: `${given.slug}-aaaaaaaa` })).toEqual([
      'NOT_FOUND',
    ]);
  });
});
