import { validate as isUuid } from 'uuid';
import { badUserInput } from './errors.js';

/** Opaque text for a position in a list; clients must not read it. */
export function encodeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** @throws BAD_USER_INPUT when the text is no cursor of ours */
export function decodeCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isUuid(id)) throw badUserInput('`after` must be a cursor that an earlier page gave.');
  return id;
}

/** @throws BAD_USER_INPUT outside 1 to `most` */
export function checkPageSize(first: number, most: number): number {
  if (first < 1 || first > most) throw badUserInput(`\`first\` must be from 1 to ${most}.`);
  return first;
}
