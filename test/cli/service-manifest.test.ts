import { readFile } from 'node:fs/promises';
import { endProcesses } from '../support/run-signet.js';
import { shownFaults, signetService } from '../support/service-command.js';

afterEach(endProcesses);

/** Nothing listens there, so whatever is refused was refused before Signet was asked. */
const NOWHERE = { url: 'http://127.0.0.1:9', token: 'a.b.c' };

async function faultsOf(text: string, name = 'orders.yaml') {
  const told = await signetService(['plan', name], { ...NOWHERE, files: { [name]: text } });
  expect(told).toMatchObject({ code: 1, stdout: '' });
  expect(told.output).not.toMatch(/^\s+at |cannot be reached|a\.b\.c/m);
  return shownFaults(told.stderr);
}

/** A manifest that is right but for the lines put in. */
const withLines = (...lines: string[]) => ['slug: orders', 'name: Orders', ...lines, ''].join('\n');

describe('a manifest that is right', () => {
  it('gets as far as Signet, in YAML, in JSON and on standard input', async () => {
    const yaml = await readFile('examples/orders.yaml', 'utf8');
    const json = JSON.stringify(
      { $schema: './manifest.schema.json', slug: 'orders', name: 'Orders' },
      null,
      '\t',
    );
    const told = await Promise.all([
      signetService(['plan', 'm.yaml'], { ...NOWHERE, files: { 'm.yaml': yaml } }),
      signetService(['plan', 'm.yaml'], { ...NOWHERE, files: { 'm.yaml': yaml.replaceAll('\n', '\r\n') } }),
      signetService(['plan', 'm.json'], { ...NOWHERE, files: { 'm.json': `\u{feff}${json}` } }),
      signetService(['plan', '-'], { ...NOWHERE, input: yaml }),
    ]);
    for (const { output } of told) expect(output).toMatch(/cannot be reached/);
  });
});

describe('a bad manifest is refused whole, with every fault and its line', () => {
  it('tells all of them at once, in the order of the file', async () => {
    const faults = await faultsOf(
      [
        'slug: Orders',
        'descripton: Everything.',
        'access: opened',
        'permissions:',
        '  - name: Refund',
        '  - name: orders:read',
        '    description: 7',
        '  - description: no name',
        '  - cancel',
        '  - name: sign-in',
        '  - name: export',
        '  - name: export',
        '    deprecated: true',
        'roles:',
        '  - name: Clerk',
        '    permissions: [exprot, export, export]',
        '  - name: clerk',
        '    permissions: export',
        '    grants: []',
        'extra: 1',
      ].join('\n'),
    );
    const at = (place: string, path: string, marked: string, message: string) => ({
      place: `orders.yaml:${place}`,
      path,
      marked,
      message: expect.stringContaining(message) as string,
    });
    expect(faults).toEqual([
      at('1:1', 'name', 'slug', 'missing'),
      at('1:7', 'slug', 'Orders', 'lower-case'),
      at('2:1', 'descripton', 'descripton', 'Did you mean "description"?'),
      at('3:9', 'access', 'opened', 'open or closed'),
      at('5:11', 'permissions[0].name', 'Refund', 'lower-case'),
      at('6:11', 'permissions[1].name', 'orders:read', '"read", not "orders:read"'),
      at('7:18', 'permissions[1].description', '7', 'put it in quotes: "7"'),
      at('8:5', 'permissions[2].name', 'description', 'missing'),
      at('9:5', 'permissions[3]', 'cancel', 'must be a mapping'),
      at('10:11', 'permissions[4].name', 'sign-in', 'leave it out'),
      at('12:11', 'permissions[6].name', 'export', 'named twice; first on line 11'),
      at('13:17', 'permissions[6].deprecated', 'true', 'what to use instead'),
      at('16:19', 'roles[0].permissions[0]', 'exprot', 'Did you mean "export"?'),
      at('16:35', 'roles[0].permissions[2]', 'export', 'named twice; first on line 16'),
      at('17:11', 'roles[1].name', 'clerk', 'named twice; first on line 15'),
      at('18:18', 'roles[1].permissions', 'export', 'must be a list'),
      at('19:5', 'roles[1].grants', 'grants', 'Known are name, description, permissions'),
      at('20:1', 'extra', 'extra', 'Known are slug, name'),
    ]);
  });

  it.each([
    ['an empty file', '', '1:1', '', 'must be a mapping that has a slug'],
    ['a list', '- orders\n', '1:1', '- orders', 'not a list'],
    ['a key that is given twice', withLines('name: Again'), '3:1', 'n', 'given twice'],
    ['a quote without an end', withLines('description: "open'), '3:18', 'n', 'never closed'],
    ['a colon in plain text', withLines('description: see: below'), '3:14', 's', 'Put it in quotes'],
    [
      'a tab for indentation',
      withLines('permissions:', '  - name: read', '\t  description: x'),
      '5:1',
      '   ',
      'spaces',
    ],
    ['a second manifest', withLines('---', 'slug: other'), '3:1', '---', 'one manifest'],
    ['an alias of nothing', withLines('description: *text'), '3:14', '*text', 'No anchor &text'],
    ['a tag', withLines('description: !secret x'), '3:14', '!secret', 'Unresolved tag'],
    ['a value left out', withLines('permissions:'), '3:1', 'permissions', 'empty; it must be a list'],
    ['a text of spaces', withLines('description: "  "'), '3:14', '"  "', 'empty'],
    [
      'a name that is too long',
      withLines(`description: ${'x'.repeat(1001)}`),
      '3:14',
      'x'.repeat(1001),
      '1000',
    ],
    [
      'a permission of another service in a role',
      withLines('roles: [{ name: clerk, permissions: [billing:pay] }]'),
      '3:38',
      'billing:pay',
      'without its service',
    ],
  ])('%s', async (_title, text, place, marked, message) => {
    const faults = await faultsOf(text);
    expect(faults).toEqual([
      expect.objectContaining({
        place: `orders.yaml:${place}`,
        marked,
        message: expect.stringContaining(message) as string,
      }),
    ]);
  });

  it('aliases that multiply without end are refused in no time', async () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'])
      lines.push(`${name}: &${name} [${`*${of}, `.repeat(9)}*${of}]`);
    const faults = await faultsOf(withLines(...lines));
    expect(faults.map(({ message }) => message)).toContain('Aliases multiply to more than 100 values.');
  });

  it('counts characters, not bytes, and shows what would steer the terminal as a sign', async () => {
    const text = withLines(
      'roles: [{ name: "Käufer 🛒\u001b[2J", permissions: [raed] }]',
      '"\u001b]0;x\u0007": 1',
    );
    const told = await signetService(['plan', 'm.yaml'], { ...NOWHERE, files: { 'm.yaml': text } });
    expect(shownFaults(told.stderr)).toMatchObject([
      { place: 'm.yaml:3:47', marked: 'raed' },
      { place: 'm.yaml:4:1' },
    ]);
    for (const control of ['\u001b', '\u0007']) expect(told.output).not.toContain(control);
  });

  it('says so of JSON too, in JSON for programs', async () => {
    const text = '{\n\t"slug": "orders",\n\t"name": "Orders",\n\t"permissions": [{ "nam": "read" }]\n}';
    const told = await signetService(['apply', 'm.json', '--json'], {
      ...NOWHERE,
      files: { 'm.json': text },
    });
    expect(told.code).toBe(1);
    expect(JSON.parse(told.stdout)).toEqual({
      faults: [
        expect.objectContaining({ file: 'm.json', line: 4, column: 20, path: 'permissions[0].name' }),
        expect.objectContaining({ line: 4, column: 20, path: 'permissions[0].nam', code: 'UNKNOWN_KEY' }),
      ],
    });
  });

  it('a file that cannot be read is one sentence', async () => {
    for (const [file, reason] of [
      ['missing.yaml', 'there is no such file'],
      ['.', 'it is a folder'],
    ] as const) {
      const told = await signetService(['plan', file], NOWHERE);
      expect(told).toMatchObject({ code: 1, output: `\n${file} cannot be read: ${reason}.\n\n` });
    }
  });
});

describe('docs/services.md', () => {
  it('shows a manifest that is right', async () => {
    const text = /```yaml\n(# yaml-language[^]*?)```/.exec(await readFile('docs/services.md', 'utf8'))![1]!;
    expect((await signetService(['plan', '-'], { ...NOWHERE, input: text })).output).toMatch(
      /cannot be reached/,
    );
  });
});

describe('the JSON Schema for editors', () => {
  it('is named in the example, and knows every key', async () => {
    expect(await readFile('examples/orders.yaml', 'utf8')).toContain(
      '$schema=../schema/manifest.schema.json',
    );
    const schema = JSON.parse(await readFile('schema/manifest.schema.json', 'utf8'));
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['$schema', 'slug', 'name', 'description', 'access', 'permissions', 'roles']),
    );
    expect(schema.required).toEqual(['slug', 'name']);
    expect(schema.additionalProperties).toBe(false);
  });
});
