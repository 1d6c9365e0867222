import { styleText } from 'node:util';

export type Style = 'green' | 'yellow' | 'red' | 'bold' | 'dim';
export type Paint = (style: Style, text: string) => string;

interface Stream {
  isTTY?: boolean;
  hasColors?(): boolean;
}

/** Colours for a terminal that has them; plain text for files, pipes and where NO_COLOR is set. */
export function painter(stream: Stream): Paint {
  // hasColors() reads NO_COLOR, NODE_DISABLE_COLORS and TERM itself.
  const colours = stream.isTTY === true && stream.hasColors?.() === true;
  return (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
}

/** Names come from other people: what would steer a terminal is shown as a replacement character. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' || character === '\t' ? ' ' : '\u{fffd}',
  );
}

/** Columns that line up. The last one may be of any length. */
export function columns(
  rows: string[][],
  paintCell: (text: string, column: number) => string = String,
): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => widthOf(row[column]!))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const padding = column === row.length - 1 ? 0 : widths[column]! - widthOf(cell);
          return paintCell(cell, column) + ' '.repeat(padding);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function widthOf(text: string): number {
  return Array.from(text).length;
}

/** `1 person`, `3 people`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}
