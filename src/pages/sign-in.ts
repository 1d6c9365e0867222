import { field } from './form.js';
import { sayWait } from './language.js';
import { callerOf, interactionPage, type House, type Visit } from './visit.js';

/** An address has no more characters, and a hint that is longer is none. */
export const MAX_EMAIL_CHARACTERS = 254;

interface Shown {
  email: string;
  /** A sentence about the attempt as a whole. */
  problem?: string;
  /** Both fields together are wrong, and nobody is told which. */
  refused?: boolean;
  faults?: { field: string; message: string }[];
  status?: number;
}

/** Where people prove who they are, for the service that sent them. */
export function signInPage(house: House) {
  return interactionPage(house, {
    name: 'sign-in',
    prompt: 'login',
    async show(visit) {
      const { loginHint, session } = visit.pending;
      const known = session && (await house.findPerson(session.userId))?.email;
      return showForm(visit, { email: (loginHint ?? known ?? '').slice(0, MAX_EMAIL_CHARACTERS) });
    },
    async answer(visit) {
      const { request, reply } = visit;
      if (field(request, 'answer') === 'cancel')
        return visit.go(await house.interactions.refuse(request, reply));
      return attempt(visit);
    },
  });

  async function attempt(visit: Visit) {
    const { request, reply, pending, language } = visit;
    const { signIn: words } = language.words;
    const email = field(request, 'email').trim();
    const password = field(request, 'password');
    const faults = [
      ...(email ? [] : [{ field: 'email', message: words.emailMissing }]),
      ...(password ? [] : [{ field: 'password', message: words.passwordMissing }]),
    ];
    if (faults.length > 0) return showForm(visit, { email, faults, status: 422 });

    const outcome = await house.signIn({ email, password }, pending.session?.id ?? null, callerOf(request));
    switch (outcome.kind) {
      case 'signedIn':
        return visit.go(await house.interactions.finishLogin(request, reply, outcome));
      case 'invalidCredentials':
        return showForm(visit, { email, problem: words.invalidCredentials, refused: true, status: 422 });
      case 'suspended':
        return showForm(visit, { email, problem: words.suspended(house.brand.name), status: 403 });
      case 'tooManyAttempts':
      case 'busy': {
        const { kind, retryAfterSeconds } = outcome;
        void reply.header('retry-after', String(retryAfterSeconds));
        const problem = words[kind](sayWait(language, retryAfterSeconds));
        return showForm(visit, { email, problem, status: kind === 'busy' ? 503 : 429 });
      }
    }
  }

  function showForm(visit: Visit, shown: Shown) {
    const { pending, token, language } = visit;
    const { status = 200, email, problem = null, faults = [], refused = false } = shown;
    return visit.show({
      template: 'sign-in',
      title: language.words.signIn.title,
      status,
      failed: status !== 200,
      hasScript: true,
      view: {
        token,
        client: pending.client.name,
        email,
        problem,
        faults,
        refused,
        again: pending.session !== null,
        signUp:
          house.registrationOpen && !pending.session
            ? `${house.frame.basePath}/sign-up/${pending.uid}`
            : null,
      },
    });
  }
}
