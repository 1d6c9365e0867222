/** Above every other character, byte by byte. */
const LAST_CHARACTER = '\u{10FFFF}';

/**
 * SQL for "starts with", and its two values. LIKE with a placeholder can use an index only while PostgreSQL plans for
 * each value anew; a plan that is made once for all values would read the whole table. An index with
 * text_pattern_ops has the order of these operators.
 */
export function startsWithSql(expression: string, from: string, to: string): string {
  return `(${expression} ~>=~ ${from} AND ${expression} ~<~ ${to})`;
}

/** What comes at or after the first and before the second starts with `prefix`. */
export function prefixRange(prefix: string): [from: string, to: string] {
  return [prefix, `${prefix}${LAST_CHARACTER}`];
}
