import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../domain/caller.js';
import { accountFormId, showAccount, visitAccount, type AccountVisit } from './account.js';
import { field, isOwnForm } from './form.js';
import { sayWait } from './language.js';
import { forgedNote } from './notes.js';
import { sayFault } from './sign-up.js';
import { callerOf, languageOf, type House } from './visit.js';
import type { Words } from './words/en.js';

type Action = (visit: AccountVisit, viewer: Viewer) => Promise<FastifyReply>;

/** What the forms of the account page do, by their paths under it. */
export function accountActions(house: House): Record<string, ReturnType<typeof onForm>> {
  const { account } = house;

  return {
    profile: onForm(async (visit, viewer) => {
      const name = field(visit.request, 'name');
      const outcome = await account.updateProfile({ name }, viewer, callerOf(visit.request));
      if (outcome.kind === 'invalidInput') {
        const faults = outcome.problems.map((problem) => sayFault(visit.language, problem));
        return showAccount(house, visit, { status: 422, faults, name });
      }
      return back(visit, outcome.kind === 'updated' ? 'name' : null);
    }),

    password: onForm(changePassword),

    'end-session': onForm(async (visit, viewer) => {
      await account.revokeSession(field(visit.request, 'session'), viewer, callerOf(visit.request));
      return back(visit, 'session');
    }),

    'leave-service': onForm(async (visit, viewer) => {
      const which = {
        sessionId: field(visit.request, 'session'),
        clientId: field(visit.request, 'client'),
      };
      await account.revokeSessionService(which, viewer, callerOf(visit.request));
      return back(visit, 'service');
    }),

    'end-others': onForm(async (visit, viewer) => {
      await account.logoutEverywhere(viewer, callerOf(visit.request), true);
      return back(visit, 'sessions');
    }),

    'take-back': onForm(async (visit, viewer) => {
      await account.takeBackConsent(viewer.userId, field(visit.request, 'client'), callerOf(visit.request));
      return back(visit, 'consent');
    }),
  };

  async function changePassword(visit: AccountVisit, viewer: Viewer): Promise<FastifyReply> {
    const { request, reply, language } = visit;
    const { account: words } = language.words;
    const input = {
      currentPassword: field(request, 'current-password'),
      newPassword: field(request, 'new-password'),
    };
    const outcome = await account.changePassword(input, viewer, callerOf(request));
    switch (outcome.kind) {
      case 'changed':
        return back(visit, 'password');
      case 'sessionEnded':
        return back(visit, null);
      case 'invalidCredentials': {
        const faults = [{ field: 'current-password', message: words.wrongPassword }];
        return showAccount(house, visit, { status: 422, faults });
      }
      case 'invalidInput': {
        const faults = outcome.problems.map((problem) => ({
          ...sayFault(language, { ...problem, path: 'password' }),
          field: 'new-password',
        }));
        return showAccount(house, visit, { status: 422, faults });
      }
      case 'tooManyAttempts':
      case 'busy': {
        const { kind, retryAfterSeconds } = outcome;
        void reply.header('retry-after', String(retryAfterSeconds));
        const problem = words[kind](sayWait(language, retryAfterSeconds));
        return showAccount(house, visit, { status: kind === 'busy' ? 503 : 429, problem });
      }
    }
  }

  /** 303, so that a reload of the page does nothing again. */
  function back({ reply }: AccountVisit, done: keyof Words['account']['done'] | null): FastifyReply {
    const query = done === null ? '' : `?done=${done}`;
    return reply.header('cache-control', 'no-store').redirect(`${house.frame.basePath}/account${query}`, 303);
  }

  function onForm(act: Action) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const visit = await visitAccount(house, request, reply);
      if (!visit) return reply.redirect(`${house.frame.basePath}/account`, 303);
      if (!isOwnForm(request, accountFormId(visit.session.id), house)) {
        const language = languageOf(request);
        return house.frame.send(reply, forgedNote(language.words, request.id), language);
      }
      const { id: sessionId, userId } = visit.session;
      // People have no more rights here than everybody has over themselves.
      return act(visit, { userId, sessionId, permissions: new Set(), client: null });
    };
  }
}
