import { startTestApp, type TestApp } from '../support/test-app.js';
import { LoginDocument, RefreshDocument, ViewerDocument } from '../support/operations.js';
import { SLOW_TEST_MS, endProcesses, runSignet } from '../support/run-signet.js';
import { testEnvironment } from '../support/test-app.js';

const PASSWORD = 'nine quiet lanterns drift';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(endProcesses);
afterAll(() => app.close());

const env = () => testEnvironment(app.databaseUrl, { SIGNET_LOG_LEVEL: 'info' });

function create(email: string, input: string, ...more: string[]) {
  const args = ['user', 'create', '--email', email, '--name', 'Bob', '--password-stdin', ...more];
  return runSignet(args, { env: env(), input }).ended;
}

async function signIn(email: string, password: string) {
  return (await app.client.send(LoginDocument, { input: { email, password } })).data.login;
}

async function exists(email: string): Promise<boolean> {
  return (await app.sql('SELECT 1 FROM user_emails WHERE address = $1', [email])).length > 0;
}

/** The command on a terminal, as `script` of util-linux makes one. */
function createOnTerminal(email: string) {
  const line = `"${process.execPath}" dist/src/main.js user create --email ${email} --name Bob`;
  return runSignet([], { env: env(), command: ['script', '-qec', line, '/dev/null'] });
}

describe('signet user create', () => {
  it('takes the first line of standard input for the password', async () => {
    const email = app.given.email();
    const { code, output } = await create(email, `${PASSWORD}\nnot the password\n`);
    expect(output).toMatch(/^Created [0-9a-f-]{36}\.$/m);
    expect(code).toBe(0);
    expect((await signIn(email, PASSWORD)).__typename).toBe('LoginSuccess');
  });

  it('makes an administrator with --administrator, and only then', async () => {
    const [plain, admin] = [app.given.email(), app.given.email()];
    await Promise.all([create(plain, PASSWORD), create(admin, PASSWORD, '--administrator')]);
    const permissions = async (email: string) => {
      const login = await signIn(email, PASSWORD);
      if (login.__typename !== 'LoginSuccess') throw new Error(login.__typename);
      const { viewer } = (await app.client.send(ViewerDocument, {}, { token: login.tokens.accessToken }))
        .data;
      return viewer!.permissions.map(({ name }) => name);
    };
    expect(await permissions(plain)).toEqual([]);
    expect(await permissions(admin)).toContain('signet:users.read');
  });

  it(
    'asks twice on a terminal and shows neither',
    async () => {
      const email = app.given.email();
      const signet = createOnTerminal(email);
      await signet.prints(/Password: /);
      signet.type(`${PASSWORD}\r`);
      await signet.prints(/Again: /);
      signet.type(`${PASSWORD}\r`);
      const { code, output } = await signet.ended;
      expect(output).toMatch(/Created/);
      expect(code).toBe(0);
      expect(output).not.toContain('lanterns');
      expect((await signIn(email, PASSWORD)).__typename).toBe('LoginSuccess');
    },
    SLOW_TEST_MS,
  );

  it(
    'makes nobody when the two differ, or the question is left by Ctrl-C',
    async () => {
      const email = app.given.email();
      const differing = createOnTerminal(email);
      await differing.prints(/Password: /);
      differing.type(`${PASSWORD}\r`);
      await differing.prints(/Again: /);
      differing.type(`${PASSWORD}!\r`);
      const first = await differing.ended;
      expect(first.output).toContain('The two passwords differ.');
      const left = createOnTerminal(email);
      await left.prints(/Password: /);
      left.type('\u0003');
      const second = await left.ended;
      expect(second.output).toContain('No password was given; nothing was changed.');
      for (const { code, output } of [first, second]) {
        expect(code).toBe(1);
        expect(output).not.toMatch(/^\s+at |unexpected error|"stack"/m);
      }
      expect(await exists(email)).toBe(false);
    },
    SLOW_TEST_MS,
  );

  it('knows no option for the password, which would stay in the history of the shell', async () => {
    const email = app.given.email();
    const args = ['user', 'create', '--email', email, '--name', 'Bob', '--password', PASSWORD];
    const { code, output } = await runSignet(args, { env: env(), input: '' }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/unknown option '--password'/);
    expect(await exists(email)).toBe(false);
  });

  it(
    'refuses a weak password, an empty one, what is no address, and one that is taken',
    async () => {
      const taken = (await app.given.user()).email;
      const email = app.given.email();
      const refused = await Promise.all([
        create(email, 'password1234567\n'),
        create(email, ''),
        create('no address', `${PASSWORD}\n`),
        create(taken.toUpperCase(), `${PASSWORD}\n`),
      ]);
      const messages = [
        /^password: /m,
        /^password: .*at least 15/m,
        /^email: /m,
        /^This e-mail address already has an account\.$/m,
      ];
      refused.forEach(({ code, output }, index) => {
        expect(output).toMatch(messages[index]!);
        expect(code).toBe(1);
        expect(output).not.toContain(PASSWORD);
        expect(output).not.toMatch(/^\s+at |unexpected error/m);
      });
      expect(await exists(email)).toBe(false);
    },
    SLOW_TEST_MS,
  );
});

describe('signet user suspend, reactivate and delete', () => {
  const change = (what: string, who: string) => runSignet(['user', what, who], { env: env() }).ended;

  it(
    'bar an account from signing in and refreshing, let it in again, and erase it',
    async () => {
      await app.given.administrator();
      const bob = await app.given.user();
      const refresh = async () =>
        (await app.client.send(RefreshDocument, { input: { refreshToken: bob.refreshToken } })).data.refresh
          .__typename;

      expect(await change('suspend', bob.email.toUpperCase())).toMatchObject({
        code: 0,
        output: expect.stringContaining(bob.id),
      });
      expect((await signIn(bob.email, bob.password)).__typename).not.toBe('LoginSuccess');
      expect(await refresh()).toBe('InvalidRefreshToken');
      expect((await app.client.send(ViewerDocument, {}, { token: bob.accessToken })).codes).toEqual([
        'UNAUTHENTICATED',
      ]);

      expect(await change('reactivate', bob.id)).toMatchObject({ code: 0 });
      expect((await signIn(bob.email, bob.password)).__typename).toBe('LoginSuccess');
      expect(await refresh()).toBe('InvalidRefreshToken'); // the session stays ended

      expect(await change('delete', bob.email)).toMatchObject({ code: 0 });
      expect((await signIn(bob.email, bob.password)).__typename).toBe('InvalidCredentials');
      expect(await app.sql('SELECT status, name FROM users WHERE id = $1', [bob.id])).toEqual([
        { status: 'DELETED', name: 'Deleted user' },
      ]);
      expect(await exists(bob.email)).toBe(false);
    },
    SLOW_TEST_MS,
  );

  it(
    'say so when there is no such account, by address, id or nonsense',
    async () => {
      for (const who of ['nobody@example.com', '01900000-0000-7000-8000-000000000000', 'nonsense'])
        expect(await change('suspend', who)).toMatchObject({
          code: 1,
          output: expect.stringContaining('There is no such account.'),
        });
    },
    SLOW_TEST_MS,
  );
});
