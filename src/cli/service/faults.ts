import { CommandError } from '../command-error.js';
import type { SourceText } from './source-text.js';
import { count, painter, visible, type Paint } from './terminal.js';

/** What is wrong at one place of a file. */
export interface Fault {
  source: SourceText;
  /** Start and end in the text, in UTF-16 units. */
  range: [number, number];
  /** Which part it is, such as `permissions[2].name` or `Mutation.refund`; empty where the text itself is broken. */
  path: string;
  /** Stable word for programs. */
  code: string;
  message: string;
}

/** A file that is refused whole, with everything that is wrong in it. */
export class FaultsError extends CommandError {
  constructor(
    readonly faults: Fault[],
    summary = `${count(faults.length, 'fault')}; nothing was changed.`,
  ) {
    super(`${renderFaults(faults, painter(process.stderr))}\n\n${summary}`);
  }
}

/** `orders.yaml:7:11  permissions[2].name  …` as compilers do, each with its line and a caret under the place. */
export function renderFaults(faults: Fault[], paint: Paint): string {
  return inOrder(faults)
    .map((fault) => renderFault(fault, paint))
    .join('\n');
}

/** The same for programs. */
export function faultsForMachines(faults: Fault[]) {
  return inOrder(faults).map(({ source, range, path, code, message }) => {
    const { line, column } = source.position(range[0]);
    return { file: source.name, line, column, path, code, message };
  });
}

function inOrder(faults: Fault[]): Fault[] {
  return faults.toSorted(
    (one, other) => one.source.name.localeCompare(other.source.name) || one.range[0] - other.range[0],
  );
}

function renderFault({ source, range, path, message }: Fault, paint: Paint): string {
  const { line, column } = source.position(range[0]);
  const place = paint('bold', `${source.name}:${line}:${column}`);
  const head = [place, ...(path ? [visible(path)] : []), paint('red', visible(message))].join('  ');
  const text = source.line(line);
  const number = String(line).padStart(5);
  const end = source.position(range[1]);
  const room = Array.from(text).length - column + 1;
  // What goes on over several lines is marked to the end of its first.
  const length = Math.max(1, end.line === line ? Math.min(end.column - column, room) : room);
  const caret = `${' '.repeat(column - 1)}${paint('red', '^'.repeat(length))}`;
  return `${head}\n${paint('dim', `${number} |`)} ${visible(text)}\n${paint('dim', `${' '.repeat(5)} |`)} ${caret}`;
}
