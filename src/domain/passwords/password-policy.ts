import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import type { FieldProblem } from '../caller.js';

/** NIST SP 800-63B-4 §3.1.1.2: at least 15 characters where the password is the only factor. */
export const MIN_PASSWORD_LENGTH = 15;
/** NIST asks for at least 64; the bound keeps a megabyte of password from costing anything. */
export const MAX_PASSWORD_LENGTH = 256;
/** Guesses (as a power of ten) under which a long password is still obvious: repeats, rows of keys, the user's name. */
const MIN_GUESSES_LOG10 = 9.5;
/** The estimator takes long over long texts and over many spellings, and an obvious password shows it early. */
const ESTIMATED_CHARACTERS = 32;
const ESTIMATED_SPELLINGS = 8;

const commonPasswords = new Set(common['passwords-common']);
const estimator = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  l33tMaxSubstitutions: ESTIMATED_SPELLINGS,
});

/** The form that is hashed and verified: NFC, otherwise exactly as typed. No trim, no fold, no cut. */
export function normalisePassword(password: string): string {
  return password.normalize('NFC');
}

/** True when a password is too long, or no Unicode text, to be worth hashing; such a one was never accepted. */
export function isUnhashable(password: string): boolean {
  return password.length > MAX_PASSWORD_LENGTH * 2 || !password.isWellFormed();
}

/**
 * Checks a new password by NIST SP 800-63B-4 §3.1.1.2: length, not among common or breached ones, not
 * made of what is known about the account. No rule on composition.
 * @param context words that must not carry the password: the address, the name
 * @param path where the password stands in the input
 */
export function checkNewPassword(
  password: string,
  context: string[],
  path = 'password',
): FieldProblem | null {
  return checkPasswordForm(password, path) ?? checkGuessability(password, context, path);
}

/** The part that costs nothing: length, and the list of common passwords. */
export function checkPasswordForm(password: string, path = 'password'): FieldProblem | null {
  if (isUnhashable(password) || Array.from(password).length > MAX_PASSWORD_LENGTH)
    return { path, code: 'TOO_LONG', message: `A password has at most ${MAX_PASSWORD_LENGTH} characters.` };
  const normalised = normalisePassword(password);
  if (Array.from(normalised).length < MIN_PASSWORD_LENGTH)
    return {
      path,
      code: 'TOO_SHORT',
      message: `A password has at least ${MIN_PASSWORD_LENGTH} characters. A few words are easy to remember.`,
    };
  const folded = normalised.toLowerCase();
  if (commonPasswords.has(folded))
    return {
      path,
      code: 'TOO_COMMON',
      message: 'This password is on lists of common passwords. Choose another.',
    };
  return null;
}

/**
 * The part that takes milliseconds, so that whoever asks has to be counted first. Only for a password whose
 * form is right.
 */
export function checkGuessability(
  password: string,
  context: string[],
  path = 'password',
): FieldProblem | null {
  const folded = normalisePassword(password).toLowerCase();
  const words = ['signet', ...context.flatMap(wordsOf)];
  // What is known about the account adds nothing: the rest has to be hard to guess by itself.
  const rest = words.reduce((text, word) => text.replaceAll(word, ''), folded);
  const { guessesLog10 } = estimator.check(rest.slice(0, ESTIMATED_CHARACTERS), words);
  if (guessesLog10 < MIN_GUESSES_LOG10)
    return {
      path,
      code: 'TOO_OBVIOUS',
      message:
        'This password is easy to guess: it repeats itself, or is made of your name or address. Choose another.',
    };
  return null;
}

/** A text, the parts around its @, and its words, longest first. */
function wordsOf(text: string): string[] {
  const folded = text.normalize('NFC').toLowerCase();
  return [folded, ...folded.split('@'), ...folded.split(/[^\p{L}\p{N}]+/u)]
    .filter((word) => word.length > 2)
    .toSorted((one, other) => other.length - one.length);
}
