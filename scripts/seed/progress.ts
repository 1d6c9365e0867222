import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';

/** How far something has come, for whoever waits. */
export interface Progress {
  /** @param done what an earlier run has done already */
  begin(total: number, done: number): void;
  /** Says what is being done now. */
  show(what: string): void;
  advance(rows: number): void;
  end(): void;
}

/** Without a terminal, one line after so long. */
const LINE_EVERY_MS = 3_000;

/** A bar on a terminal, and a plain line every few seconds elsewhere, such as in a log of CI. */
export function createProgress(stream: Writable & { isTTY?: boolean }): Progress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: Writable): Progress {
  const single = new SingleBar(
    {
      format: ' {bar} {percentage} %  {value} of {total} rows  {eta_formatted} left  {what}',
      stream,
      hideCursor: true,
      etaBuffer: 50,
      formatValue: (value, _options, type) =>
        type === 'value' || type === 'total' ? value.toLocaleString('en') : String(value),
    },
    Presets.shades_classic,
  );
  return {
    begin: (total, done) => single.start(total, done, { what: '' }),
    show: (what) => single.update({ what }),
    advance: (rows) => single.increment(rows),
    end: () => single.stop(),
  };
}

function lines(stream: Writable): Progress {
  let [total, done, doneBefore, startedMs, lastLineMs, what] = [0, 0, 0, 0, 0, ''];
  function write(): void {
    const elapsedSeconds = (performance.now() - startedMs) / 1000;
    const leftSeconds = ((total - done) / Math.max(1, done - doneBefore)) * elapsedSeconds;
    const percent = Math.floor((100 * done) / Math.max(1, total));
    const rows = `${done.toLocaleString('en')} of ${total.toLocaleString('en')} rows`;
    const left = done > doneBefore && done < total ? `, about ${Math.ceil(leftSeconds)} s left` : '';
    stream.write(`${percent} %: ${what} (${rows}${left})\n`);
    lastLineMs = performance.now();
  }
  return {
    begin(all, before) {
      [total, done, doneBefore, startedMs] = [all, before, before, performance.now()];
    },
    show(next) {
      const isNew = next !== what;
      what = next;
      if (isNew && lastLineMs === 0) write();
    },
    advance(rows) {
      done += rows;
      if (performance.now() - lastLineMs > LINE_EVERY_MS) write();
    },
    end: write,
  };
}
