/** Where something stands in a file. Lines and columns start at 1; a column is a character, not a byte. */
export interface Position {
  line: number;
  column: number;
}

/** A file that people wrote, with a name to show and the places in it. */
export class SourceText {
  private readonly starts: number[];

  constructor(
    readonly name: string,
    readonly text: string,
  ) {
    this.starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
  }

  /** The place of an offset in UTF-16 units, as parsers count. */
  position(offset: number): Position {
    const line = this.starts.findLastIndex((start) => start <= offset);
    const before = this.text.slice(this.starts[line], offset);
    return { line: line + 1, column: Array.from(before).length + 1 };
  }

  /** The text of a line, without its end. */
  line(line: number): string {
    const end = this.starts[line] ?? this.text.length;
    return this.text.slice(this.starts[line - 1], end).replace(/[\r\n]+$/, '');
  }
}
