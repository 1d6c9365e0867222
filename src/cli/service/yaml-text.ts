import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { Path } from './check-manifest.js';
import type { Fault } from './faults.js';
import type { SourceText } from './source-text.js';

/** YAML (and so JSON) as values, with the place of each in the text. */
export interface YamlText {
  value: unknown;
  /** Where a value stands, or the nearest thing around it that there is. */
  locate(path: Path): [number, number];
  /** Where the key of a value stands. */
  locateKey(path: Path): [number, number];
  /** What is wrong with the text itself. `broken` says that its values cannot be relied upon. */
  faults: Fault[];
  broken: boolean;
}

/** Words for what the parser finds; of the rest its own are good enough. */
const WORDS: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'This key is given twice in the same mapping.',
  MULTIPLE_DOCS: 'One file holds one manifest; a second begins here.',
  TAB_AS_INDENT: 'Indent with spaces; YAML does not take tabs.',
  NON_STRING_KEY: 'A key must be text.',
  BLOCK_AS_IMPLICIT_KEY:
    'A mapping begins inside a value here. Is there a ":" in the text? Put it in quotes.',
};

/** Values may be named once and used again by anchors; more often than this is an attack. */
const MAX_ALIASES = 100;

export function parseYaml(source: SourceText): YamlText {
  const document = parseDocument(source.text, {
    prettyErrors: false,
    stringKeys: true,
    lineCounter: new LineCounter(),
  });
  const faults = [...document.errors, ...document.warnings].map((error) => faultOf(error, source));
  visit(document, {
    Alias(_key, alias) {
      if (!alias.resolve(document))
        faults.push({
          source,
          range: rangeOf(alias),
          path: '',
          code: 'UNKNOWN_ANCHOR',
          message: `No anchor &${alias.source} stands before this.`,
        });
    },
  });
  const broken = faults.some(({ code }) => code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED');
  const found = (path: Path) => find(document, path);
  return {
    value: broken ? undefined : valueOf(document, faults, source),
    locate: (path) => found(path).value,
    locateKey: (path) => found(path).key,
    faults,
    broken,
  };
}

function valueOf(document: Document.Parsed, faults: Fault[], source: SourceText): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    const message = `Aliases multiply to more than ${MAX_ALIASES} values.`;
    faults.push({ source, range: [0, 0], path: '', code: 'TOO_MANY_ALIASES', message });
    return undefined;
  }
}

function faultOf(error: YAMLError, source: SourceText): Fault {
  const message = /closing ["']quote/.test(error.message)
    ? 'A quote is opened and never closed.'
    : (WORDS[error.code] ?? `${error.message.replace(/\.$/, '')}.`);
  // What was left open is found out behind the last line, where there is no text to show.
  const [start, end] = error.pos;
  return {
    source,
    range: [Math.min(start, Math.max(0, source.text.trimEnd().length - 1)), end],
    path: '',
    code: error.code,
    message,
  };
}

function find(document: Document.Parsed, path: Path) {
  let node: Node | null = document.contents;
  let value = node ? rangeOf(node) : ([0, 0] as [number, number]);
  let key = value;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      // Of a key that is given twice, the last one counts.
      const pair = node.items.findLast(
        (item) => isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!pair) return { key: firstOf(node, value), value: firstOf(node, value) };
      key = rangeOf(pair.key as Node);
      node = pair.value as Node | null;
      value = worthMarking(node) ? rangeOf(node) : key;
    } else if (isSeq(node) && typeof step === 'number' && node.items[step]) {
      node = node.items[step] as Node;
      key = value = rangeOf(node);
    } else break;
  }
  return { key, value };
}

/** Whether a value has a text of its own to show: not an empty one, and not a block below its key. */
function worthMarking(node: Node | null): node is Node {
  if (!node) return false;
  const [start, end] = rangeOf(node);
  const isBlock = (isMap(node) || isSeq(node)) && !node.flow;
  return end > start && !isBlock;
}

/** For what is missing in a mapping: its first key stands for the whole. */
function firstOf(node: Node, fallback: [number, number]): [number, number] {
  const first = isMap(node) ? node.items[0]?.key : undefined;
  return first ? rangeOf(first as Node) : fallback;
}

function rangeOf(node: Node): [number, number] {
  return node.range ? [node.range[0], node.range[1]] : [0, 0];
}
