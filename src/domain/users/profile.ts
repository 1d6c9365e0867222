import type { FieldProblem } from '../caller.js';

export const MAX_NAME_LENGTH = 200;
export const MAX_PICTURE_LENGTH = 2048;

/** A display name: NFC, trimmed, 1 to 200 characters, without control or invisible formatting characters. */
export function checkName(text: string): { name: string } | { problem: FieldProblem } {
  const name = text.normalize('NFC').trim();
  const length = Array.from(name).length;
  if (length === 0) return { problem: { path: 'name', code: 'REQUIRED', message: 'Enter a name.' } };
  if (length > MAX_NAME_LENGTH)
    return {
      problem: {
        path: 'name',
        code: 'TOO_LONG',
        message: `A name has at most ${MAX_NAME_LENGTH} characters.`,
      },
    };
  // Bidirectional overrides and line breaks would let one user's name rewrite the text around it.
  if (!name.isWellFormed() || /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name))
    return {
      problem: { path: 'name', code: 'INVALID', message: 'A name may not contain control characters.' },
    };
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(name))
    return { problem: { path: 'name', code: 'INVALID', message: 'A name needs a visible character.' } };
  return { name };
}

/** The address of a picture: https only, since pages and clients load it as it is. */
export function checkPicture(text: string): FieldProblem | null {
  if (text.length > MAX_PICTURE_LENGTH)
    return {
      path: 'picture',
      code: 'TOO_LONG',
      message: `A picture's address has at most ${MAX_PICTURE_LENGTH} characters.`,
    };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.protocol !== 'https:' || url.username || url.password || !/^[\x21-\x7e]+$/.test(text))
    return {
      path: 'picture',
      code: 'INVALID',
      message: 'A picture is the address of an image, starting with https://.',
    };
  return null;
}
