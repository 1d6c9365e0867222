import type { FieldProblem } from '../caller.js';
import { refuse } from './change-permissions.js';

const MAX_NAME = 100;
const MAX_TEXT = 1000;
/** Bidirectional overrides, line breaks and what cannot be seen would let one name pass for another. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u;

/** The name of a role or a group: NFC, trimmed, 1 to 100 visible characters. */
export function checkTitle(text: string, path: string): { title: string } | { problem: FieldProblem } {
  const title = text.normalize('NFC').trim();
  const problem = (code: string, message: string) => ({ problem: { path, code, message } });
  if (title === '') return problem('REQUIRED', 'Enter a name.');
  if (Array.from(title).length > MAX_NAME)
    return problem('TOO_LONG', `A name has at most ${MAX_NAME} characters.`);
  if (!title.isWellFormed() || CONTROL.test(title))
    return problem('INVALID', 'A name may not contain control or invisible characters.');
  return { title };
}

/** A description or a reason: at most 1,000 characters, lines allowed. */
export function checkText(text: string | null | undefined, path: string): FieldProblem | null {
  if (text == null) return null;
  if (Array.from(text).length > MAX_TEXT)
    return { path, code: 'TOO_LONG', message: `At most ${MAX_TEXT} characters.` };
  if (!text.isWellFormed() || CONTROL.test(text.replace(/[\n\t\u200c\u200d]/g, '')))
    return { path, code: 'INVALID', message: 'This may not contain control characters.' };
  return null;
}

/** @throws a refusal with every fault of name and description */
export function requireTitle(name: string, description: string | null | undefined, path = 'name'): string {
  const checked = checkTitle(name, path);
  const fault = checkText(description, 'description');
  const problems = [...('problem' in checked ? [checked.problem] : []), ...(fault ? [fault] : [])];
  return 'problem' in checked || problems.length > 0
    ? refuse({ kind: 'invalidInput', problems })
    : checked.title;
}
