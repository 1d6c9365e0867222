import type { z } from 'zod';
import { CommandError } from '../command-error.js';
import { checkNames, type Path, type PathFault } from './check-manifest.js';
import { didYouMean } from './did-you-mean.js';
import { FaultsError, type Fault } from './faults.js';
import { manifestSchema, type Manifest } from './manifest.js';
import { readText } from './read-text.js';
import type { SourceText } from './source-text.js';
import { parseYaml, type YamlText } from './yaml-text.js';

export interface ManifestFile {
  manifest: Manifest;
  source: SourceText;
  /** The place in the file of what Signet calls `permissions[2].name`. */
  faultAt(path: string, code: string, message: string): Fault;
}

/**
 * Reads a manifest, in YAML or JSON.
 * @throws FaultsError with everything that is wrong in it
 */
export async function readManifest(file: string): Promise<ManifestFile> {
  const source = await readText(file);
  const yaml = parseYaml(source);
  const parsed = manifestSchema.safeParse(yaml.value ?? undefined);
  const found = yaml.broken ? [] : [...issuesOf(parsed), ...checkNames(yaml.value)];
  const faults = [...yaml.faults, ...found.map((fault) => toFault(fault, source, yaml))];
  if (!parsed.success || faults.length > 0) throw new FaultsError(faults);
  return {
    manifest: parsed.data,
    source,
    faultAt: (path, code, message) => toFault({ path: toPath(path), code, message }, source, yaml),
  };
}

/**
 * Reads the manifests of several services.
 * @throws FaultsError with everything that is wrong in any of them
 */
export async function readManifests(names: string[]): Promise<ManifestFile[]> {
  const files: ManifestFile[] = [];
  const faults: Fault[] = [];
  for (const name of names) {
    try {
      const file = await readManifest(name);
      const { slug } = file.manifest;
      const other = files.find(({ manifest }) => manifest.slug === slug);
      if (other)
        throw new CommandError(`${other.source.name} and ${file.source.name} are both manifests of ${slug}.`);
      files.push(file);
    } catch (error) {
      if (!(error instanceof FaultsError)) throw error;
      faults.push(...error.faults);
    }
  }
  if (faults.length > 0) throw new FaultsError(faults);
  return files;
}

function issuesOf(parsed: z.ZodSafeParseResult<Manifest>): (PathFault & { atKey?: boolean })[] {
  return (parsed.error?.issues ?? []).flatMap((issue) => {
    const path = issue.path as Path;
    if (issue.code !== 'unrecognized_keys')
      return [{ path, code: issue.code.toUpperCase(), message: issue.message }];
    const known = keysAt(path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      code: 'UNKNOWN_KEY',
      message: `There is no key "${key}" here.${didYouMean(key, known) || ` Known are ${known.join(', ')}.`}`,
      atKey: true,
    }));
  });
}

/** The keys that a mapping may have, by where it is. */
function keysAt(path: Path): string[] {
  const { permissions, roles } = manifestSchema.shape;
  const shape =
    path[0] === 'permissions'
      ? permissions.unwrap().element.shape
      : path[0] === 'roles'
        ? roles.unwrap().element.shape
        : manifestSchema.shape;
  return Object.keys(shape).filter((key) => key !== '$schema');
}

function toFault(
  { path, code, message, seeAlso, atKey }: PathFault & { atKey?: boolean },
  source: SourceText,
  yaml: YamlText,
): Fault {
  const first = seeAlso && `; first on line ${source.position(yaml.locate(seeAlso)[0]).line}.`;
  return {
    source,
    range: atKey ? yaml.locateKey(path) : yaml.locate(path),
    path: toText(path),
    code,
    message: `${message}${first ?? ''}`,
  };
}

/** `permissions[2].name` */
function toText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`))
    .join('');
}

function toPath(text: string): Path {
  return (text.match(/[^.[\]]+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
