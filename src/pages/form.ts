import type { FastifyRequest } from 'fastify';
import type { FormTokens } from './deps.js';

/** A field of a posted form as one text; empty when it is missing or came twice. */
export function field(request: FastifyRequest, name: string): string {
  const { body } = request;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return '';
  const value = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

/**
 * Whether a post came from the page that we showed to this browser, and from no other site (login CSRF). The token is
 * bound to the page by its id. Pages have no-referrer, with which browsers say "null" for their origin even to us
 * (Fetch, "append a request Origin header"); then Sec-Fetch-Site tells, which all have sent for years.
 */
export function isOwnForm(request: FastifyRequest, id: string, deps: FormCheck): boolean {
  const { origin = 'null', 'sec-fetch-site': site } = request.headers;
  const foreign = origin === 'null' ? site !== undefined && site !== 'same-origin' : origin !== deps.origin;
  return !foreign && deps.forms.isFormToken(id, field(request, 'token'));
}

export interface FormCheck {
  forms: FormTokens;
  /** Ours. */
  origin: string;
}
