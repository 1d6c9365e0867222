import type { FieldProblem } from '../domain/caller.js';
import { MIN_PASSWORD_LENGTH } from '../domain/passwords/index.js';
import { field } from './form.js';
import { sayWait, type Language } from './language.js';
import { closedNote } from './notes.js';
import { MAX_EMAIL_CHARACTERS } from './sign-in.js';
import { callerOf, interactionPage, type House, type Visit } from './visit.js';

/** As they stand on the page, so that what is wrong is told in this order. */
const FIELDS = ['name', 'email', 'password'];

interface Shown {
  name?: string;
  email: string;
  problem?: string;
  faults?: { field: string; message: string }[];
  status?: number;
}

/** Where somebody makes an account, and goes on to the service as if they had signed in. */
export function signUpPage(house: House) {
  return interactionPage(house, {
    name: 'sign-up',
    prompt: 'login',
    async show(visit) {
      if (!house.registrationOpen) return showClosed(visit);
      return showForm(visit, { email: (visit.pending.loginHint ?? '').slice(0, MAX_EMAIL_CHARACTERS) });
    },
    answer: signUp,
  });

  async function signUp(visit: Visit) {
    const { request, reply, language } = visit;
    const { signUp: words } = language.words;
    const typed = { name: field(request, 'name'), email: field(request, 'email').trim() };
    const outcome = await house.signUp({ ...typed, password: field(request, 'password') }, callerOf(request));
    switch (outcome.kind) {
      case 'signedIn':
        return visit.go(await house.interactions.finishLogin(request, reply, outcome));
      case 'invalidInput': {
        const faults = outcome.problems
          .map((problem) => sayFault(language, problem))
          .toSorted((one, other) => FIELDS.indexOf(one.field) - FIELDS.indexOf(other.field));
        return showForm(visit, { ...typed, faults, status: 422 });
      }
      case 'emailTaken':
        return showForm(visit, {
          ...typed,
          faults: [{ field: 'email', message: words.emailTaken }],
          status: 409,
        });
      case 'closed':
        return showClosed(visit);
      case 'tooManyAttempts':
      case 'busy': {
        const { kind, retryAfterSeconds } = outcome;
        void reply.header('retry-after', String(retryAfterSeconds));
        const problem = words[kind](sayWait(language, retryAfterSeconds));
        return showForm(visit, { ...typed, problem, status: kind === 'busy' ? 503 : 429 });
      }
    }
  }

  function showForm(visit: Visit, shown: Shown) {
    const { pending, token, language } = visit;
    const { status = 200, name = '', email, problem = null, faults = [] } = shown;
    return visit.show({
      template: 'sign-up',
      title: language.words.signUp.title,
      status,
      failed: status !== 200,
      hasScript: true,
      view: {
        token,
        client: pending.client.name,
        name,
        email,
        problem,
        faults,
        minPasswordLength: MIN_PASSWORD_LENGTH,
        signIn: signInHref(visit),
      },
    });
  }

  function showClosed(visit: Visit) {
    return visit.show(closedNote(visit.language.words, house.brand.name, signInHref(visit)));
  }

  function signInHref({ pending }: Visit): string {
    return `${house.frame.basePath}/sign-in/${pending.uid}`;
  }
}

/** What is wrong with a field, in the language of the page. */
export function sayFault(language: Language, problem: FieldProblem): { field: string; message: string } {
  const faults: Record<string, Record<string, string | ((characters: number) => string)>> = language.words
    .faults;
  const found = faults[problem.path]?.[problem.code] ?? problem.message;
  return { field: problem.path, message: typeof found === 'string' ? found : found(MIN_PASSWORD_LENGTH) };
}
