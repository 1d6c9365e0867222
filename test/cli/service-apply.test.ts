import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Person } from '../support/given.js';
import { SLOW_TEST_MS, emptyFolder, endProcesses, runSignet, until } from '../support/run-signet.js';
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

/** A slug that no other test uses. */
let services = 0;
const newSlug = () => `shop${(services += 1)}`;

/** `signet service …` as a pipeline with the administrator's token, or somebody else's. */
function inCi(text: string, args: string[], token = admin.accessToken) {
  return signetService([args[0]!, 'm.yaml', ...args.slice(1)], {
    url: app.origin,
    token,
    files: { 'm.yaml': text },
  });
}

async function applied(text: string, ...more: string[]) {
  const told = await inCi(text, ['apply', ...more]);
  if (told.code !== 0) throw new Error(told.output);
  return told.stdout;
}

/** A manifest from its lines. */
const manifest = (slug: string, ...lines: string[]) =>
  [`slug: ${slug}`, 'name: Shop', ...lines, ''].join('\n');

const SERVICE = /* GraphQL */ `
  query ($slug: String!) {
    service(slug: $slug) {
      name
      access
      permissions {
        name
        deprecated
      }
      roles {
        name
        permissions {
          name
        }
      }
    }
  }
`;

/** What Signet has, as an administrator sees it. */
async function stored(slug: string): Promise<any> {
  const answer = await app.client.send<any, { slug: string }>(
    SERVICE,
    { slug },
    { token: admin.accessToken },
  );
  return answer.data.service;
}

async function names(slug: string): Promise<string[]> {
  return (await stored(slug)).permissions.map((permission: { name: string }) => permission.name);
}

/** Gives a permission through the door that administrators use. */
async function grant(person: { id: string }, permission: string): Promise<string> {
  const text = `mutation ($input: GrantPermissionInput!) { grantPermission(input: $input) { __typename } }`;
  const input = { userId: person.id, permission };
  const { data } = await app.client.send<any, object>(text, { input }, { token: admin.accessToken });
  return data.grantPermission.__typename;
}

describe('a product joins', () => {
  it(
    'plan shows what will come and changes nothing, apply makes it so, and once more there is nothing to change',
    async () => {
      const text = await readFile('examples/orders.yaml', 'utf8');
      const plan = await inCi(text, ['plan']);
      expect(plan.code).toBe(0);
      expect(plan.stdout).toContain(`orders at ${app.origin}, which is new there`);
      expect(plan.stdout).toMatch(/^ {2}\+ service +orders /m);
      expect(plan.stdout).toMatch(/^ {2}\+ permission +orders:refund +Give a customer their money back\.$/m);
      expect(plan.stdout).toMatch(/^ {2}\+ role +order-clerk .*\n {6}permissions +\+ orders:read$/m);
      expect(plan.stdout).toMatch(/^\d+ to add\. Nothing was changed yet\.$/m);
      expect(plan.stdout).not.toContain('\u001b');
      expect(await stored('orders')).toBeNull();
      expect(await inCi(text, ['plan', '--detailed-exitcode'])).toMatchObject({ code: 2 });

      expect(await applied(text)).toMatch(/^Done: \d+ added\.$/m);
      expect(await stored('orders')).toMatchObject({
        name: 'Orders',
        access: 'OPEN',
        roles: [{ name: 'order-clerk', permissions: [{ name: 'orders:read' }] }, { name: 'order-manager' }],
      });
      expect(await names('orders')).toEqual([
        'orders:cancel',
        'orders:export',
        'orders:permissions.manage',
        'orders:read',
        'orders:refund',
        'orders:sign-in',
      ]);

      const events = () => app.sql('SELECT count(*)::int AS n FROM audit_events');
      const before = await events();
      for (const args of [['apply'], ['apply', '--confirm'], ['plan'], ['plan', '--detailed-exitcode']])
        expect(await inCi(text, args)).toMatchObject({
          code: 0,
          output: 'Nothing to change: Signet has orders as m.yaml declares it.\n',
        });
      expect(await events()).toEqual(before);
    },
    SLOW_TEST_MS,
  );

  it('and it is done to its end although nobody reads what is printed', async () => {
    const slug = newSlug();
    const signet = ['service', 'apply', '-'].map((word) => `"${word}"`).join(' ');
    const piped = runSignet([], {
      command: ['sh', '-c', `"${process.execPath}" dist/src/main.js ${signet} | true`],
      env: { SIGNET_URL: app.origin, SIGNET_TOKEN: admin.accessToken },
      input: manifest(slug),
    });
    expect(await piped.ended).toMatchObject({ code: 0, output: '' });
    await until('the service is there', async () => stored(slug));
  });

  it('two pipelines that register it at once end well, or are told', async () => {
    const slug = newSlug();
    const text = manifest(slug, 'permissions: [{ name: read }]');
    const told = await Promise.all([inCi(text, ['apply']), inCi(text, ['apply'])]);
    for (const { code, output } of told)
      expect(`${code} ${output}`).toMatch(/^0 (.|\n)*(Done|Nothing to change)/);
    expect(await names(slug)).toContain(`${slug}:read`);
  });
});

describe('a product changes', () => {
  it(
    'the difference names what comes, what changes and how, and what goes',
    async () => {
      const slug = newSlug();
      const before = manifest(
        slug,
        'permissions:',
        '  - { name: read, description: See. }',
        '  - { name: refund }',
        '  - { name: old, deprecated: Use read. }',
        'roles:',
        `  - { name: ${slug}-clerk, permissions: [read, old] }`,
      );
      const after = manifest(
        slug,
        'access: closed',
        'permissions:',
        '  - { name: read, description: See it all. }',
        '  - { name: refund, deprecated: "Use read, it is enough." }',
        '  - { name: export }',
        'roles:',
        `  - { name: ${slug}-clerk, description: Clerks., permissions: [read, export] }`,
        `  - { name: ${slug}-boss }`,
      );
      await applied(before);
      const { code, stdout } = await inCi(after, ['plan']);
      expect(code).toBe(0);
      const lines = stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
      expect(lines).toEqual(
        expect.arrayContaining([
          ` ~ service ${slug}`,
          ' access "OPEN" → "CLOSED"',
          ` ~ permission ${slug}:read`,
          ' description "See." → "See it all."',
          ` ~ permission ${slug}:refund deprecated: Use read, it is enough.`,
          ` + permission ${slug}:export`,
          ` - permission ${slug}:old`,
          ` ~ role ${slug}-clerk`,
          ' description (none) → "Clerks."',
          ` permissions + ${slug}:export - ${slug}:old`,
          ` + role ${slug}-boss`,
          '2 to add, 4 to change, 1 to remove. Nothing was changed yet.',
        ]),
      );
      expect(await applied(after)).toMatch(/^Done: 2 added, 4 changed, 1 removed\.$/m);
      expect(await inCi(after, ['plan'])).toMatchObject({
        stdout: expect.stringMatching(/^Nothing to change/),
      });
      const restored = after.replace(', deprecated: "Use read, it is enough."', '');
      expect((await inCi(restored, ['plan'])).stdout).toMatch(/~ permission +\S+:refund +in use again$/m);
    },
    SLOW_TEST_MS,
  );

  it('programs get it as JSON', async () => {
    const slug = newSlug();
    const text = manifest(slug, 'permissions: [{ name: read }]');
    const plan = JSON.parse((await inCi(text, ['plan', '--json'])).stdout);
    expect(plan).toMatchObject({ service: slug, isNew: true, losses: [] });
    expect(plan.changes).toContainEqual(
      expect.objectContaining({ action: 'ADD', kind: 'PERMISSION', name: `${slug}:read`, before: null }),
    );
    const done = JSON.parse((await inCi(text, ['apply', '--json'])).stdout);
    expect(done).toEqual({ ...plan, applied: true });
    expect(JSON.parse((await inCi(text, ['apply', '--json'])).stdout)).toEqual({
      service: slug,
      isNew: false,
      changes: [],
      losses: [],
      applied: false,
    });
  });
});

describe('a permission goes', () => {
  /** A service whose permission `refund` three people hold, deprecated or not. */
  async function withHolders(deprecated = 'Use read.') {
    const slug = newSlug();
    const read = '  - { name: read }';
    const refund = manifest(slug, 'permissions:', read, '  - { name: refund }');
    const deprecating = manifest(
      slug,
      'permissions:',
      read,
      `  - { name: refund, deprecated: ${deprecated} }`,
    );
    await applied(refund);
    // One after the other: losses are listed in the order in which people came.
    for (const name of ['Ada Byron', 'Bob Noyce', 'Cy Young'])
      expect(await grant(await app.given.user({ name }), `${slug}:refund`)).toBe('GrantPermissionSuccess');
    return { slug, refund, deprecating, without: manifest(slug, 'permissions:', read) };
  }

  it('only after it was deprecated: until then the manifest is refused, at its line', async () => {
    const { slug, without } = await withHolders();
    for (const args of [['plan'], ['apply'], ['apply', '--confirm']]) {
      const { code, stdout, stderr } = await inCi(without, args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(shownFaults(stderr)).toEqual([
        expect.objectContaining({ place: 'm.yaml:3:1', path: 'permissions', marked: 'permissions' }),
      ]);
      expect(stderr).toContain(`${slug}:refund is in use`);
      expect(stderr).toContain('Deprecate it first');
    }
    expect(await names(slug)).toContain(`${slug}:refund`);
  });

  it('and once deprecated it is granted to nobody anew, while its holders keep it', async () => {
    const { slug, deprecating } = await withHolders();
    await applied(deprecating);
    expect(await grant(await app.given.user(), `${slug}:refund`)).not.toBe('GrantPermissionSuccess');
    const holders = `{ permission(name: "${slug}:refund") { deprecated holders { edges { node { name } } } } }`;
    const { data } = await app.client.send<any, object>(holders, {}, { token: admin.accessToken });
    expect(data.permission.deprecated).toBe('Use read.');
    expect(data.permission.holders.edges).toHaveLength(3);
  });

  it(
    'with who loses what: refused without --confirm, and nothing changes; done with it',
    async () => {
      const { slug, deprecating, without } = await withHolders();
      await applied(deprecating);
      const loss = new RegExp(`! 3 people lose ${slug}:refund: Ada Byron, Bob Noyce, Cy Young$`, 'm');
      const plan = await inCi(without, ['plan']);
      expect(plan).toMatchObject({ code: 0, stdout: expect.stringMatching(loss) });

      const refused = await inCi(without, ['apply']);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(loss);
      expect(refused.stderr).toContain('Nothing was changed');
      expect(refused.stderr).toContain('--confirm');
      const json = await inCi(without, ['apply', '--json']);
      expect(json.code).toBe(1);
      expect(JSON.parse(json.stdout)).toMatchObject({
        applied: false,
        losses: [{ permission: `${slug}:refund`, userCount: 3 }],
      });
      expect(await names(slug)).toContain(`${slug}:refund`);

      expect(await applied(without, '--confirm')).toMatch(/^Done: 1 removed\.$/m);
      expect(await names(slug)).not.toContain(`${slug}:refund`);
    },
    SLOW_TEST_MS,
  );

  it('also when somebody was granted it after the plan was made', async () => {
    const slug = newSlug();
    const before = manifest(slug, 'permissions:', '  - { name: read }');
    await applied(before);
    await applied(before.replace('read }', 'read, deprecated: No more. }'));
    // Between the question and the change, somebody else changes who holds it.
    const forward = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await text(request);
      if (body.includes('updateService')) {
        const ada = await app.given.user({ name: 'Ada Byron' });
        await app.given.permission(ada.id, `${slug}:read`);
      }
      const headers = { 'content-type': 'application/json', authorization: request.headers.authorization! };
      const answer = await fetch(`${app.origin}/graphql`, { method: 'POST', headers, body });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    };
    const late = createServer((request, response) => void forward(request, response));
    await once(late.listen(0, '127.0.0.1'), 'listening');
    const told = await signetService(['apply', 'm.yaml'], {
      url: `http://127.0.0.1:${(late.address() as AddressInfo).port}`,
      token: admin.accessToken,
      files: { 'm.yaml': manifest(slug) },
    });
    await new Promise((closed) => late.close(closed));
    expect(told.code).toBe(1);
    expect(told.stderr).toContain(`! 1 person loses ${slug}:read: Ada Byron`);
    expect(await names(slug)).toContain(`${slug}:read`);
  });

  it('a role that leaves the manifest takes what people held through it, and that is told too', async () => {
    const slug = newSlug();
    const role = `roles: [{ name: ${slug}-clerk, permissions: [read] }]`;
    await applied(manifest(slug, 'permissions: [{ name: read }]', role));
    const ada = await app.given.user({ name: 'Ada Byron' });
    const text = `mutation ($input: GrantRoleInput!) { grantRole(input: $input) { __typename } }`;
    const input = { userId: ada.id, role: `${slug}-clerk` };
    await app.client.send(text, { input }, { token: admin.accessToken });
    const refused = await inCi(manifest(slug, 'permissions: [{ name: read }]'), ['apply']);
    expect(refused.stderr).toContain(`! 1 person loses ${slug}:read: Ada Byron`);
    expect((await stored(slug)).roles).toHaveLength(1);
  });

  it(
    'on a terminal the loss is asked about, and only yes goes on',
    async () => {
      const { slug, deprecating, without } = await withHolders();
      await applied(deprecating);
      const cwd = await emptyFolder();
      await writeFile(join(cwd, 'm.yaml'), without);
      const line = `"${process.execPath}" ${join(process.cwd(), 'dist/src/main.js')} service apply m.yaml`;
      const onTerminal = () =>
        runSignet([], {
          cwd,
          env: { SIGNET_URL: app.origin, SIGNET_TOKEN: admin.accessToken },
          command: ['script', '-qec', line, '/dev/null'],
        });
      for (const answer of ['no\r', 'y\r', '\r', '\u0003', '\u0004']) {
        const signet = onTerminal();
        await signet.prints(/3 people lose[^]*\(yes\/no\) /);
        signet.type(answer);
        const { code, output } = await signet.ended;
        expect(output).toMatch(/Nothing was changed\./);
        expect(code).toBe(1);
      }
      expect(await names(slug)).toContain(`${slug}:refund`);
      const signet = onTerminal();
      await signet.prints(/\(yes\/no\) /);
      signet.type('yes\r');
      expect(await signet.ended).toMatchObject({ code: 0, output: expect.stringMatching(/Done: 1 removed/) });
      expect(await names(slug)).not.toContain(`${slug}:refund`);
    },
    SLOW_TEST_MS,
  );
});

describe('who may', () => {
  it(
    'a holder of its permissions.manage applies the manifest of one service, and of no other',
    async () => {
      const [own, other] = [newSlug(), newSlug()];
      const withRead = (slug: string) => manifest(slug, 'permissions: [{ name: read }]');
      await applied(manifest(own));
      await applied(manifest(other));
      const machine = await app.given.user();
      expect(await grant(machine, `${own}:permissions.manage`)).toBe('GrantPermissionSuccess');
      const { accessToken } = machine;

      for (const args of [['plan'], ['apply']])
        expect(await inCi(withRead(own), args, accessToken)).toMatchObject({ code: 0 });
      expect(await names(own)).toContain(`${own}:read`);
      const refused = new RegExp(`needs the permission (signet|${other}|brand-new):permissions\\.manage`);
      for (const slug of [other, 'brand-new'])
        for (const args of [['plan'], ['apply'], ['apply', '--confirm']]) {
          const told = await inCi(withRead(slug), args, accessToken);
          expect(told).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(refused) });
          expect(told.stderr.trim().split('\n')).toHaveLength(1);
        }
      expect(await names(other)).not.toContain(`${other}:read`);
      expect(await stored('brand-new')).toBeNull();
    },
    SLOW_TEST_MS,
  );

  it('nobody else may, not even look', async () => {
    const slug = newSlug();
    await applied(manifest(slug));
    const { accessToken } = await app.given.user();
    for (const args of [['plan'], ['apply', '--confirm']])
      expect(await inCi(manifest(slug, 'access: closed'), args, accessToken)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/needs the permission \S+:permissions\.\w+/),
      });
    expect((await stored(slug)).access).toBe('OPEN');
  });
});

describe('what only Signet can know is shown at its line too', () => {
  it('a role that another service has, a slug that is reserved, characters that are not allowed', async () => {
    const slug = newSlug();
    await applied(manifest(slug, `roles: [{ name: ${slug}-Clerk }]`));
    const rival = manifest(
      newSlug(),
      'permissions:',
      '  - name: read',
      '    description: "Do not\\u202eread"',
      'roles:',
      `  - name: ${slug}-boss`,
      '    permissions: [read]',
      `  - name: ${slug}-clerk`,
    );
    const faults = async (text: string, args: string[]) => {
      const told = await inCi(text, args);
      expect(told).toMatchObject({ code: 1, stdout: '' });
      return shownFaults(told.stderr);
    };
    for (const args of [['plan'], ['apply']])
      expect(await faults(rival, args)).toMatchObject([
        { place: 'm.yaml:5:18', path: 'permissions[0].description' },
      ]);
    const fixed = rival.replace('\\u202e', ' ');
    for (const args of [['plan'], ['apply']])
      expect(await faults(fixed, args)).toMatchObject([
        { place: 'm.yaml:9:11', path: 'roles[1].name', marked: `${slug}-clerk` },
      ]);
    expect(await faults(manifest('openid'), ['plan'])).toMatchObject([
      { place: 'm.yaml:1:7', path: 'slug', marked: 'openid' },
    ]);
  });
});
