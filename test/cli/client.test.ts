import { keyPair } from '../support/clients.js';
import type { Person } from '../support/given.js';
import { SLOW_TEST_MS, endProcesses } from '../support/run-signet.js';
import { signetInPipeline } from '../support/service-command.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_ACCESS_TOKEN_SECONDS: '3600' });
  admin = await app.given.administrator();
  await app.client.send(
    'mutation ($input: RegisterServiceInput!) { registerService(input: $input) { __typename } }',
    { input: { slug: 'orders', name: 'Orders' } },
    { token: admin.accessToken },
  );
});
afterEach(endProcesses);
afterAll(() => app.close());

const signet = (args: string[], files: Record<string, string> = {}, token = admin.accessToken) =>
  signetInPipeline(['client', ...args], { url: app.origin, token, files });

async function json(args: string[], files: Record<string, string> = {}) {
  const told = await signet([...args, '--json'], files);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(told.stdout);
}

const WEB = ['add', 'orders', '--type', 'web', '--name', 'Orders', '--redirect-uri'];

it(
  'a client comes, is shown, changes, gets another secret and goes',
  async () => {
    const uris = ['https://orders.example.com/a', 'https://orders.example.com/b'];
    const { client, clientSecret } = await json([...WEB, ...uris, '--third-party']);
    const { clientId } = client;
    expect(client).toMatchObject({ type: 'WEB', firstParty: false, redirectUris: uris });
    expect(await app.identity.verifyClientSecret(clientId, clientSecret)).toBe(true);

    const list = (await signet(['list', 'orders'])).stdout;
    expect(list).toMatch(/^CLIENT ID +TYPE +PARTY +NAME$/m);
    expect(list).toMatch(new RegExp(`^${clientId} +web +third +Orders$`, 'm'));
    const shown = (await signet(['show', clientId])).stdout;
    for (const text of [clientId, ...uris, 'client_secret_basic', client.secrets[0].id])
      expect(shown).toContain(text);
    expect(shown).not.toContain('signet_cs_');
    expect(await json(['show', clientId])).toEqual(client);

    const { client: changed } = await json(['update', clientId, '--name', 'The shop', '--first-party']);
    expect(changed).toEqual({ ...client, name: 'The shop', firstParty: true });

    const rotated = await signet(['rotate-secret', clientId, '--overlap', '1h']);
    const [second] = /signet_cs_[\w-]{43}/.exec(rotated.stdout)!;
    expect(rotated.stdout).toMatch(/shown this once/);
    expect(rotated.stdout.split('signet_cs_')).toHaveLength(2);
    app.clock.advance(3599);
    expect(await app.identity.verifyClientSecret(clientId, clientSecret)).toBe(true);
    await signet(['revoke-secret', clientId, client.secrets[0].id]);
    expect(await app.identity.verifyClientSecret(clientId, clientSecret)).toBe(false);
    expect(await app.identity.verifyClientSecret(clientId, second)).toBe(true);
    admin = await app.given.login(admin);

    expect(await json(['rotate-secret', clientId, '--overlap', '0'])).toMatchObject({
      client: { secrets: [{ expiresAt: null }] },
    });
    expect(await signet(['delete', clientId])).toMatchObject({ code: 0, stdout: `Deleted ${clientId}.\n` });
    expect(await signet(['show', clientId])).toMatchObject({
      code: 1,
      output: expect.stringContaining('no client'),
    });
  },
  SLOW_TEST_MS,
);

it(
  'a client proves itself by keys from a file',
  async () => {
    const { publicJwk, privateJwk } = keyPair('ec');
    const add = [
      'add',
      'orders',
      '--type',
      'machine',
      '--name',
      'Export',
      '--auth-method',
      'private_key_jwt',
    ];
    const { client, clientSecret } = await json([...add, '--jwks', 'keys.json'], {
      'keys.json': JSON.stringify({ keys: [{ ...publicJwk, kid: 'one' }] }),
    });
    expect(clientSecret).toBeNull();
    expect((await signet(['show', client.clientId])).stdout).toMatch(/public key +one +P-256/);
    const exposed = await signet([...add, '--jwks', 'keys.json'], {
      'keys.json': JSON.stringify({ keys: [privateJwk] }),
    });
    expect(exposed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/jwks\.keys\[0\]\.d {2}.*private half/),
    });
    expect(exposed.output).not.toContain(privateJwk['d']);
    const broken = await signet([...add, '--jwks', 'keys.json'], {
      'keys.json': `{ "d": "${String(privateJwk['d'])}`,
    });
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('keys.json is no JWK Set') });
    expect(broken.output).not.toContain(privateJwk['d']);
    expect(await signet([...add, '--jwks', 'none.json'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENOENT'),
    });
  },
  SLOW_TEST_MS,
);

it(
  'every fault is told, and what to do',
  async () => {
    const wrong = await signet([...WEB, 'http://orders.example.com/', 'https://orders.example.com/#a']);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^redirectUris\[0\] {2}It has to begin with https/m);
    expect(wrong.stderr).toMatch(/^redirectUris\[1\] {2}Leave out the fragment/m);
    expect(wrong.stderr).toMatch(/Nothing was changed\./);
    expect((await signet(['rotate-secret', 'orders-aaaaaaaa', '--overlap', 'soon'])).stderr).toContain(
      '30m, 24h',
    );
    expect((await signet(['add', 'orders', '--name', 'Orders'])).stderr).toContain(
      "'--type <type>' not specified",
    );
    expect((await signet(['list', 'nothing'])).stderr).toContain('no service "nothing"');
    const { accessToken } = await app.given.user();
    expect(await signet([...WEB, 'https://a.example.com/'], {}, accessToken)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/needs the permission .*permissions\.manage/),
    });
  },
  SLOW_TEST_MS,
);

it(
  'help shows examples with every command',
  async () => {
    for (const command of ['add', 'update', 'list', 'show', 'delete', 'rotate-secret', 'revoke-secret']) {
      const { code, stdout } = await signetInPipeline(['client', command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples:\\n {2}\\$ signet client ${command}`));
      expect(stdout).toContain('SIGNET_TOKEN');
    }
  },
  SLOW_TEST_MS,
);
