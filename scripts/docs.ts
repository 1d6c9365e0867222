import { readFile, writeFile } from 'node:fs/promises';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { clientSettings } from '../src/client-settings.js';
import { settings } from '../src/settings.js';
import { AUDIT_EVENT_TYPES } from '../src/domain/audit/index.js';
import {
  MAX_ALIASES,
  MAX_BODY_BYTES,
  MAX_COST,
  MAX_DEPTH,
  MAX_DIRECTIVES,
  MAX_TOKENS,
} from '../src/graphql/limits.js';
import { MAX_REFERENCES } from '../src/graphql/references.js';

/**
 * Writes the parts of docs/ that follow from code, between markers `<!-- generated:name -->` and
 * `<!-- /generated -->`; with --check, fails when they differ.
 */
const check = process.argv.includes('--check');

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function configuration(shape: z.ZodRawShape): string {
  const rows = Object.entries(shape).map(([name, schema]) => {
    const unset = (schema as z.ZodType).safeParse(undefined);
    const { default: declared, enum: words } = z.toJSONSchema(schema as z.ZodType, {
      io: 'input',
      unrepresentable: 'any',
    });
    const fallback = declared ?? (typeof unset.data === 'number' ? unset.data : undefined);
    // The default of this one follows from the machine, and the text says how.
    const shown =
      name === 'SIGNET_HASH_CONCURRENCY' || fallback === undefined || fallback === ''
        ? ''
        : `\`${JSON.stringify(fallback).replaceAll('"', '')}\``;
    const choices = words ? ` One of ${words.map((word) => `\`${String(word)}\``).join(', ')}.` : '';
    return [`\`${name}\``, shown, `${(schema as z.ZodType).description ?? ''}${choices}`];
  });
  return table(['Setting', 'Default', 'What it is for'], rows);
}

/** Folders of src as rooms and imports as arrows, drawn from the code. */
async function map(): Promise<string> {
  const { output } = await cruise(['src'], {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules|^migrations' },
    parser: 'swc',
    collapse: '^src/(domain/[^/]+|[^/]+\\.ts|[^/]+)',
  });
  const arrows = new Set<string>();
  for (const module of (output as ICruiseResult).modules) {
    for (const { resolved } of module.dependencies) {
      if (!resolved.startsWith('src/') || !module.source.startsWith('src/')) continue;
      const [from, to] = [roomOf(module.source), roomOf(resolved)];
      // Everybody stands on the floor and may name a caller: drawing that would hide the rest.
      if (from && to && from !== to && to !== 'platform') arrows.add(`  ${from} --> ${to}`);
    }
  }
  const lines = [...arrows].toSorted();
  const rooms = new Set(lines.flatMap((line) => line.trim().split(' --> ')));
  const domain = [...rooms].filter((room) => !TOP.has(room)).toSorted();
  return [
    '```mermaid',
    'flowchart TD',
    '  subgraph domain',
    ...domain.map((room) => `    ${room}`),
    '  end',
    ...lines,
    '```',
  ].join('\n');
}

const TOP = new Set([
  'main',
  'operate',
  'node-version',
  'claims-module',
  'app',
  'identity',
  'use-cases',
  'entities',
  'protocol',
  'page-sources',
  'graphql',
  'oidc',
  'pages',
  'cli',
  'platform',
]);

function roomOf(path: string): string | null {
  const room = /^src\/(?:domain\/)?([^/.]+)/.exec(path)?.[1];
  return room &&
    !['config', 'settings', 'client-settings', 'version', 'caller', 'new-id', 'start-faults'].includes(room)
    ? room
    : null;
}

const auditEvents = () =>
  table(
    ['Event', 'Written when'],
    Object.entries(AUDIT_EVENT_TYPES).map(([type, when]) => [`\`${type}\``, when]),
  );

const limits = () =>
  table(
    ['Limit', 'Value'],
    [
      ['depth of an operation', String(MAX_DEPTH)],
      ['aliases', String(MAX_ALIASES)],
      ['directives', String(MAX_DIRECTIVES)],
      ['tokens of the text', String(MAX_TOKENS)],
      ['cost: fields asked for, lists multiplied', String(MAX_COST)],
      ['references in one `_entities`', String(MAX_REFERENCES)],
      ['body', `${MAX_BODY_BYTES / 1024} KiB`],
    ],
  );

/** A whole file that a test runs, so that nobody copies what does not work. */
const example = (path: string, language: string) => async () =>
  [`\`${path}\`:`, '', `\`\`\`${language}`, (await readFile(path, 'utf8')).trimEnd(), '```'].join('\n');

const parts: Record<string, Record<string, () => string | Promise<string>>> = {
  'docs/configuration.md': {
    settings: () => configuration(settings.shape),
    'client-settings': () => configuration(clientSettings.shape),
  },
  'docs/architecture.md': { map },
  'docs/single-sign-on.md': {
    'openid-client': example('examples/web-apps/signet.ts', 'ts'),
    'logout-token': example('examples/web-apps/logout-token.ts', 'ts'),
    'auth-js': example('examples/services/auth-js-app.ts', 'ts'),
    authlib: example('examples/services/authlib_app.py', 'python'),
    apache: example('examples/services/apache.conf', 'apache'),
    'oidc-client-ts': example('examples/services/single-page/app.js', 'js'),
    'command-line': example('examples/services/command-line.ts', 'ts'),
    television: example('examples/services/television.ts', 'ts'),
    machine: example('examples/services/machine.ts', 'ts'),
  },
  'docs/security.md': { 'audit-events': auditEvents, limits },
};

for (const [file, generated] of Object.entries(parts)) {
  const before = await readFile(file, 'utf8');
  let after = before;
  for (const [name, write] of Object.entries(generated)) {
    const pattern = new RegExp(`(<!-- generated:${name} -->)[^]*?(<!-- /generated -->)`);
    if (!pattern.test(after)) throw new Error(`${file} has no place for ${name}`);
    const text = await write();
    after = after.replace(pattern, (_all, open: string, close: string) => `${open}\n\n${text}\n\n${close}`);
  }
  after = await format(after, { ...(await resolveConfig(file)), parser: 'markdown' });
  if (after === before) continue;
  if (check) {
    process.exitCode = 1;
    process.stderr.write(`${file} is not what the code says. Run: npm run docs\n`);
  } else {
    await writeFile(file, after);
    process.stdout.write(`wrote ${file}\n`);
  }
}
