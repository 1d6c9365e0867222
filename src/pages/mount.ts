import fastifyFormbody from '@fastify/formbody';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accountActions } from './account-actions.js';
import { showAccount, visitAccount } from './account.js';
import { consentPage } from './consent.js';
import type { PagesDeps } from './deps.js';
import { Frame } from './frame.js';
import { expiredNote, failureNote, forgedNote, notSignedInNote } from './notes.js';
import { signInPage } from './sign-in.js';
import { signUpPage } from './sign-up.js';
import { languageOf, type House } from './visit.js';

/** A name, an address and a password, with room. */
const MAX_FORM_BYTES = 16 * 1024;

/** The pages that people see who sign in: rendered here, and whole without a script. */
export async function mountPages(server: FastifyInstance, deps: PagesDeps): Promise<void> {
  const frame = new Frame(deps.brand, deps.issuer);
  const house: House = { ...deps, frame, origin: new URL(deps.issuer).origin };
  const pages = {
    '/sign-in/:uid': signInPage(house),
    '/sign-up/:uid': signUpPage(house),
    '/consent/:uid': consentPage(house),
  };

  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    await scope.register(fastifyFormbody, { bodyLimit: MAX_FORM_BYTES });
    frame.assets.mount(scope);
    for (const [path, { get, post }] of Object.entries(pages)) {
      scope.get(path, get);
      scope.post(path, post);
    }
    for (const path of ['/sign-in', '/sign-up'])
      scope.get(path, (_request, reply) => reply.redirect(`${frame.basePath}/account`, 303));
    scope.get('/account', account);
    scope.get('/account/signed-in', afterSignIn);
    for (const [path, act] of Object.entries(accountActions(house))) scope.post(`/account/${path}`, act);
    scope.setErrorHandler(showError);
  });

  async function account(request: FastifyRequest, reply: FastifyReply) {
    const visit = await visitAccount(house, request, reply);
    if (visit) return showAccount(house, visit);
    return reply.header('cache-control', 'no-store').redirect(deps.interactions.signInUrl(), 303);
  }

  /** Back from signing in. Who is not signed in now has cancelled, or keeps no cookies: nobody goes round in circles. */
  async function afterSignIn(request: FastifyRequest, reply: FastifyReply) {
    const path = `${frame.basePath}/account`;
    if (await deps.interactions.browserSession(request, reply))
      return reply.header('cache-control', 'no-store').redirect(path, 303);
    const language = languageOf(request);
    return frame.send(reply, notSignedInNote(language.words, path), language);
  }

  function showError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
    const language = languageOf(request);
    // The request of the service ended between two looks at it: in another tab, or by its time.
    if (error.name === 'SessionNotFound')
      return frame.send(reply, expiredNote(language.words, request.id), language);
    const status = error.statusCode ?? 500;
    if (status < 500) return frame.send(reply, forgedNote(language.words, request.id, status), language);
    request.log.error({ event: 'http.error', err: error }, 'a request failed');
    return frame.send(reply, failureNote(language.words, request.id, status), language);
  }
}
