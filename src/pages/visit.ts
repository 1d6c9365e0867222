import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../domain/caller.js';
import type { PagesDeps, PendingSignIn } from './deps.js';
import { isOwnForm } from './form.js';
import type { Frame, Page } from './frame.js';
import { chooseLanguage, type Language } from './language.js';
import { expiredNote, forgedNote } from './notes.js';

/** What all pages work with. */
export interface House extends PagesDeps {
  frame: Frame;
  origin: string;
}

/** Somebody on a page that belongs to the request of a service. */
export interface Visit {
  request: FastifyRequest;
  reply: FastifyReply;
  pending: PendingSignIn;
  language: Language;
  /** For the forms of the page. */
  token: string;
  show(page: Page): FastifyReply;
  /** 303, so that browsers do not send the form on (RFC 9700 §4.12). */
  go(address: string): FastifyReply;
}

type Handler = (visit: Visit) => Promise<FastifyReply>;

export interface InteractionPage {
  /** Part of the form token: a token of one page is worth nothing on another. */
  name: string;
  prompt: PendingSignIn['prompt'];
  show: Handler;
  answer: Handler;
}

/** The two handlers of a page that belongs to a service's request, once it is sure that it is this browser's. */
export function interactionPage(house: House, page: InteractionPage) {
  const { frame, interactions, forms } = house;

  async function visit(request: FastifyRequest, reply: FastifyReply, handle: Handler, isAnswer: boolean) {
    const { uid } = request.params as { uid: string };
    const pending = await interactions.describe(request, reply);
    const language = languageOf(request, pending?.uiLocales);
    // The cookie says which request the browser holds: an address that somebody sent it is worth nothing.
    if (pending?.uid !== uid || pending.prompt !== page.prompt)
      return frame.send(reply, expiredNote(language.words, request.id), language);
    const formId = `${page.name}:${uid}`;
    if (isAnswer && !isOwnForm(request, formId, house))
      return frame.send(reply, forgedNote(language.words, request.id), language);
    return handle({
      request,
      reply,
      pending,
      language,
      token: forms.formToken(formId),
      show: (shown) => frame.send(reply, { ...shown, leadsTo: pending.redirectUri }, language),
      go: (address) => reply.header('cache-control', 'no-store').redirect(address, 303),
    });
  }

  return {
    get: (request: FastifyRequest, reply: FastifyReply) => visit(request, reply, page.show, false),
    post: (request: FastifyRequest, reply: FastifyReply) => visit(request, reply, page.answer, true),
  };
}

export function languageOf(request: FastifyRequest, uiLocales: readonly string[] = []): Language {
  return chooseLanguage(uiLocales, request.headers['accept-language']);
}

export function callerOf(request: FastifyRequest): Caller {
  return {
    ipAddress: request.ip,
    userAgent: request.headers['user-agent']?.slice(0, 1000) ?? null,
    requestId: request.id,
  };
}
