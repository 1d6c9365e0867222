import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GOOD_PASSWORD, signIn } from '../support/given.js';
import { SLOW_TEST_MS, emptyFolder, endProcesses, runSignet } from '../support/run-signet.js';
import { signetService } from '../support/service-command.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
const strangers: Server[] = [];
afterEach(async () => {
  await endProcesses();
  for (const server of strangers.splice(0)) await new Promise((closed) => server.close(closed));
});
afterAll(() => app.close());

/** What was said, as one sentence or two, ended by 1, without a stack. */
function expectSentence(told: { code: number | null; stdout: string; stderr: string }, pattern: RegExp) {
  expect(told.stderr).toMatch(pattern);
  expect(told).toMatchObject({ code: 1, stdout: '' });
  expect(told.stderr.trim().split('\n')).toHaveLength(1);
  expect(told.stderr).not.toMatch(/unexpected error|"stack"|node:internal/);
}

/** Something else than Signet, which answers everything in one way. */
async function answering(
  status: number,
  headers: Record<string, string>,
  body: string,
): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    request.resume().on('end', () => response.writeHead(status, headers).end(body));
  });
  strangers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

describe('the address', () => {
  it('is SIGNET_URL, with or without /graphql, and --url before it', async () => {
    const { accessToken: token } = await app.given.administrator();
    for (const url of [app.origin, `${app.origin}/`, `${app.origin}/graphql`])
      expect(await signetService(['list'], { url, token })).toMatchObject({ code: 0 });
    const nowhere = { url: 'http://127.0.0.1:9', token };
    expect(await signetService(['list', '--url', app.origin], nowhere)).toMatchObject({ code: 0 });
  });

  it('must be https beyond loopback, and hold no password', async () => {
    for (const url of ['http://id.example.com', 'http://10.0.0.7:4000', 'ftp://localhost', 'nonsense'])
      expect((await signetService(['list', '--url', url], { token: 'a.b.c' })).stderr).toMatch(
        /SIGNET_URL must be an https URL/,
      );
    const told = await signetService(['list'], { url: 'https://ada:hunter2@id.example.com', token: 'a.b.c' });
    expect(told).toMatchObject({ code: 1 });
    expect(told.output).not.toContain('hunter2');
  });

  it('where nothing listens is one sentence', async () => {
    const { url } = await answering(200, {}, '');
    await new Promise((closed) => strangers.pop()!.close(closed));
    expectSentence(
      await signetService(['list'], { url, token: 'a.b.c' }),
      /^Signet cannot be reached at \S+ \(ECONNREFUSED\)\. Is it running there\?/m,
    );
    expectSentence(
      await signetService(['list'], { url: 'https://signet.invalid', token: 'a.b.c' }),
      /^Signet cannot be reached at https:\/\/signet\.invalid\/graphql \(E\w+\)/m,
    );
  });

  it.each([
    [
      'a page',
      200,
      { 'content-type': 'text/html' },
      '<h1>Welcome</h1>',
      /does not answer as Signet does \(HTTP 200\)/,
    ],
    [
      'a broken gateway',
      502,
      {},
      'Bad Gateway',
      /does not answer as Signet does \(HTTP 502\)\. Try again later/,
    ],
    ['JSON of something else', 404, {}, '{"error":"no"}', /does not answer as Signet does \(HTTP 404\)/],
    ['a small limit', 413, {}, 'Too large', /the manifest is too big/],
    [
      'a Signet of another version',
      400,
      {},
      JSON.stringify({
        errors: [
          { message: 'Cannot query field "services".', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
        ],
      }),
      /is no Signet of the version of this command \(Cannot query field "services"\.\)/,
    ],
  ])('of %s is one sentence', async (_title, status, headers, body, pattern) => {
    const { url } = await answering(status, headers as Record<string, string>, body);
    expectSentence(await signetService(['list'], { url, token: 'a.b.c' }), pattern);
  });

  it('is not left for that of a redirect, to which the token would go', async () => {
    const other = await answering(200, {}, '{"data":{"services":[]}}');
    const first = await answering(307, { location: `${other.url}/graphql` }, '');
    expectSentence(
      await signetService(['list'], { url: first.url, token: 'a.b.c' }),
      /answers with a redirect to \S+, which is not followed/,
    );
    expect(first.requests).toHaveLength(1);
    expect(other.requests).toEqual([]);
  });
});

describe('the token', () => {
  it('comes from SIGNET_TOKEN or from a file, and there is no option for it', async () => {
    const { accessToken } = await app.given.administrator();
    const folder = await emptyFolder();
    await writeFile(join(folder, 'token'), `${accessToken}\n`);
    const env = { SIGNET_TOKEN_FILE: join(folder, 'token') };
    expect(await signetService(['list'], { url: app.origin, env })).toMatchObject({ code: 0 });
    const told = await signetService(['list', '--token', accessToken], { url: app.origin });
    expect(told.stderr).toMatch(/unknown option '--token'/);
  });

  it('is fetched by the script of docs/services.md', async () => {
    const grace = await app.given.administrator();
    const script = /```js\n([^]*?)```/.exec(await readFile('docs/services.md', 'utf8'))![1]!;
    const fetched = runSignet([], {
      command: [
        process.execPath,
        '--input-type=module',
        '--eval',
        script.replace('orders-pipeline@example.com', grace.email),
      ],
      env: { SIGNET_URL: app.origin, ACCOUNT_PASSWORD: grace.password },
    });
    await fetched.ended;
    const token = fetched.stdout.trim();
    expect(await signetService(['list'], { url: app.origin, token })).toMatchObject({ code: 0 });
  });

  it('that is missing, or no token, is told before anything is sent', async () => {
    expectSentence(await signetService(['list'], { url: app.origin }), /Set SIGNET_TOKEN/);
    const email = { SIGNET_EMAIL: 'ada@example.com' };
    expectSentence(await signetService(['list'], { url: app.origin, env: email }), /no terminal/);
    for (const token of ['Bearer a.b.c', 'a.b.c\nx', 'höh']) {
      const told = await signetService(['list'], { url: app.origin, token });
      expect(told.stderr).toMatch(/SIGNET_TOKEN must be an access token alone/);
      expect(told.output).not.toContain(token);
    }
  });

  it('that has expired, is forged or whose session has ended is told with what to do, and not shown', async () => {
    const { accessToken } = await app.given.administrator();
    const ended = await app.given.administrator();
    await app.client.send('mutation { logout { __typename } }', {}, { token: ended.accessToken });
    expect(await signetService(['list'], { url: app.origin, token: accessToken })).toMatchObject({ code: 0 });
    expectSentence(
      await signetService(['list'], { url: app.origin, token: ended.accessToken }),
      /does not accept the access token/,
    );
    app.clock.advance(301);
    for (const token of [accessToken, `${accessToken.slice(0, -4)}AAAA`, 'a.b.c']) {
      const told = await signetService(['list'], { url: app.origin, token });
      expectSentence(told, /does not accept the access token: it has expired.*Get a new one/);
      expect(told.output).not.toContain(token);
    }
  });

  it('of somebody who may not is told with the permission that is needed', async () => {
    const { accessToken: token } = await app.given.user();
    const files = { 'm.yaml': 'slug: orders\nname: Orders\n' };
    expectSentence(
      await signetService(['apply', 'm.yaml'], { url: app.origin, token, files }),
      /needs the permission (signet|orders):permissions\.manage/,
    );
    expectSentence(
      await signetService(['list'], { url: app.origin, token }),
      /needs the permission signet:permissions\.read/,
    );
  });

  it('beside a setting that Signet does not know is refused, as at the start of the server', async () => {
    const told = await signetService(['list'], {
      url: app.origin,
      token: 'a.b.c',
      env: { SIGNET_TOKN: 'x' },
    });
    expect(told.stderr).toMatch(/- SIGNET_TOKN is not a setting of Signet/);
  });
});

describe('people without a token', () => {
  /** The command on a terminal, as `script` of util-linux makes one; its result goes to a file. */
  const onTerminal = (email: string, cwd: string) =>
    runSignet([], {
      cwd,
      env: { SIGNET_URL: app.origin, SIGNET_EMAIL: email },
      command: [
        'script',
        '-qec',
        `"${process.execPath}" ${join(process.cwd(), 'dist/src/main.js')} service list --json > out.json`,
        '/dev/null',
      ],
    });

  it(
    'sign in on the terminal, also when the result goes to a file, and leave no session behind',
    async () => {
      const grace = await app.given.administrator();
      const cwd = await emptyFolder();
      const sessions = () =>
        app.sql('SELECT 1 FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [grace.id]);
      const before = await sessions();
      const signet = onTerminal(grace.email, cwd);
      await signet.prints(/Password of \S+: /);
      signet.type(`${GOOD_PASSWORD}\r`);
      const { code, output } = await signet.ended;
      expect(output).not.toContain('kettles');
      expect(code).toBe(0);
      expect(await readdir(cwd)).toEqual(['out.json']);
      expect(await sessions()).toHaveLength(before.length);
      await signIn(app.client, grace.email);
    },
    SLOW_TEST_MS,
  );

  it(
    'are told when the password is wrong',
    async () => {
      const signet = onTerminal((await app.given.user()).email, await emptyFolder());
      await signet.prints(/Password of \S+: /);
      signet.type('five wrong lanterns sing\r');
      const { code, output } = await signet.ended;
      expect(output).toMatch(/The e-mail address or the password is wrong\./);
      expect(code).toBe(1);
    },
    SLOW_TEST_MS,
  );
});

it('needs no database, no secret and no folder: nothing of a server is started', async () => {
  const cwd = await emptyFolder();
  const { accessToken } = await app.given.administrator();
  const started = performance.now();
  const signet = runSignet(['service', 'list'], {
    cwd,
    env: { SIGNET_URL: app.origin, SIGNET_TOKEN: accessToken },
    input: '',
  });
  expect(await signet.ended).toMatchObject({ code: 0 });
  expect(await readdir(cwd)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(30_000);
});
