import { readFile } from 'node:fs/promises';
import type { Person } from '../support/given.js';
import { SLOW_TEST_MS, endProcesses, runSignet } from '../support/run-signet.js';
import { shownFaults, signetService } from '../support/service-command.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp({ SIGNET_ACCESS_TOKEN_SECONDS: '3600' });
  admin = await app.given.administrator();
});
afterEach(endProcesses);
afterAll(() => app.close());

function signet(args: string[], files: Record<string, string> = {}, token = admin.accessToken) {
  return signetService(args, { url: app.origin, token, files });
}

async function apply(text: string) {
  const told = await signet(['apply', 'm.yaml'], { 'm.yaml': text });
  if (told.code !== 0) throw new Error(told.output);
}

/** Texts that YAML takes for something else unless they are written with care. */
const NASTY = {
  slug: 'true',
  name: '0x1F',
  description: '- no: "list" # and no comment\n\n  indented\nyes',
  access: 'closed',
  permissions: [
    { name: 'null', description: '~' },
    { name: '1.5', description: 'Zwölf Boxkämpfer 🥊 jagen 中文', deprecated: 'off' },
    { name: '2024-01-01', description: `${'long '.repeat(60)}end` },
  ],
  roles: [
    { name: 'yes', description: '{ a: b }', permissions: ['null', '2024-01-01', 'sign-in'] },
    { name: '#5', permissions: [] },
  ],
};

describe('signet service show', () => {
  it(
    'writes a manifest of which a plan says that there is nothing to change, as YAML and as JSON',
    async () => {
      await apply(await readFile('examples/orders.yaml', 'utf8'));
      await apply(JSON.stringify(NASTY));
      for (const slug of ['orders', 'true'])
        for (const format of [[], ['--json']]) {
          const shown = await signet(['show', slug, ...format]);
          expect(shown).toMatchObject({ code: 0, stderr: '' });
          const plan = await signet(['plan', 'm.yaml', '--detailed-exitcode'], { 'm.yaml': shown.stdout });
          expect(plan).toMatchObject({ code: 0, output: expect.stringMatching(/^Nothing to change/) });
        }
      expect(JSON.parse((await signet(['show', 'true', '--json'])).stdout)).toEqual({
        ...NASTY,
        permissions: [NASTY.permissions[1], NASTY.permissions[2], NASTY.permissions[0]],
        roles: [NASTY.roles[1], { ...NASTY.roles[0], permissions: ['2024-01-01', 'null', 'sign-in'] }],
      });
    },
    SLOW_TEST_MS,
  );

  it('says which service was meant when there is none of that name', async () => {
    await apply('slug: billing\nname: Billing\n');
    expect(await signet(['show', 'biling'])).toMatchObject({
      code: 1,
      output: '\nSignet has no service "biling". Did you mean "billing"?\n\n',
    });
  });
});

describe('signet service list', () => {
  it('shows each service on a line, and JSON for programs', async () => {
    await apply('slug: stock\nname: Stock\naccess: closed\ndescription: "What is left.\\nAnd where."\n');
    const { stdout } = await signet(['list']);
    expect(stdout).toMatch(/^SLUG +ACCESS +NAME +DESCRIPTION$/m);
    expect(stdout).toMatch(/^stock +closed +Stock +What is left\. And where\.$/m);
    expect(stdout).toMatch(/^signet +open +Signet /m);
    expect(JSON.parse((await signet(['list', '--json'])).stdout)).toContainEqual(
      expect.objectContaining({ slug: 'stock', access: 'CLOSED' }),
    );
  });
});

describe('signet service check, asking Signet', () => {
  const many = (slug: string) =>
    JSON.stringify({
      slug,
      name: slug,
      permissions: Array.from({ length: 600 }, (_, index) => ({ name: `do-${index}` })),
    });
  const check = (sdl: string, ...more: string[]) =>
    signet(['check', '--supergraph', 's.graphql', ...more], {
      's.graphql': sdl,
      'shop.yaml': 'slug: shop\nname: Shop\npermissions: [{ name: sell }]\n',
    });
  const guarded = (...scopes: string[]) =>
    `type Query {\n${scopes.map((scope, index) => `  f${index}: Int @requiresScopes(scopes: [["${scope}"]])`).join('\n')}\n}`;

  it(
    'knows every permission of every service, however many there are',
    async () => {
      await apply(many('aaa'));
      await apply(many('zzz'));
      const sdl = guarded('aaa:do-0', 'zzz:do-599', 'zzz:sign-in', 'signet:users.read', 'zzz:do-600');
      const told = await check(sdl, '--allow-unused');
      expect(told.code).toBe(1);
      expect(shownFaults(told.stdout)).toMatchObject([{ path: 'Query.f4', marked: '"zzz:do-600"' }]);
      const unused = JSON.parse(
        (await check(guarded('zzz:do-1'), '--json', '--service', 'zzz')).stdout,
      ).unused;
      expect(unused).toHaveLength(599);
      expect(unused).toContainEqual({ permission: 'zzz:do-599' });
    },
    SLOW_TEST_MS,
  );

  it('takes a manifest for what its service will be, and Signet for the others', async () => {
    await apply('slug: shop\nname: Shop\npermissions: [{ name: old }]\n');
    await apply('slug: bank\nname: Bank\npermissions: [{ name: pay }]\n');
    const sdl = guarded('shop:sell', 'bank:pay');
    const services = ['--service', 'shop', 'bank'];
    expect(await check(sdl, '--manifest', 'shop.yaml', '--and-signet', ...services)).toMatchObject({
      code: 0,
    });
    const now = await check(sdl, ...services);
    expect(now.code).toBe(1);
    expect(now.stdout).toMatch(/Query\.f0 {2}Nobody declared the permission "shop:sell"/);
    expect(now.stdout).toMatch(/^shop:old guards nothing/m);
    const alone = await check(sdl, '--manifest', 'shop.yaml');
    expect(shownFaults(alone.stdout).map(({ path }) => path)).toEqual(['Query.f1']);
  });

  it('needs the right to read the catalogue', async () => {
    const { accessToken } = await app.given.user();
    const files = { 's.graphql': guarded('a:b') };
    expect(await signet(['check', '--supergraph', 's.graphql'], files, accessToken)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/needs the permission signet:permissions\.read/),
    });
  });
});

describe('a terminal', () => {
  it('gets colours, unless NO_COLOR is set', async () => {
    const env = { SIGNET_URL: app.origin, SIGNET_TOKEN: admin.accessToken, TERM: 'xterm-256color' };
    const line = `"${process.execPath}" dist/src/main.js service list`;
    const onTerminal = (more: Record<string, string>) =>
      runSignet([], { env: { ...env, ...more }, command: ['script', '-qec', line, '/dev/null'] }).ended;
    expect((await onTerminal({})).output).toContain('\u001b[1msignet');
    expect((await onTerminal({ NO_COLOR: '1' })).output).not.toContain('\u001b');
    expect((await signet(['list'])).output).not.toContain('\u001b');
  });
});

describe('help', () => {
  it('shows examples with every command', async () => {
    for (const command of ['plan', 'apply', 'check', 'list', 'show']) {
      const { code, stdout } = await signetService([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples:\\n {2}\\$ signet service ${command}`));
      expect(stdout).toContain('SIGNET_TOKEN');
    }
    expect((await signetService([])).output).toMatch(/plan .*\n[^]*apply [^]*Examples:/);
  });
});
