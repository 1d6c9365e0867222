import type { FastifyReply, FastifyRequest } from 'fastify';
import { MIN_PASSWORD_LENGTH } from '../domain/passwords/index.js';
import type { AccountSession } from './deps.js';
import type { Page } from './frame.js';
import { sayDevice, sayTime, type Language } from './language.js';
import { languageOf, type House } from './visit.js';
import { sayWishes } from './wishes.js';

/** Somebody at their own account, known by the session of their browser. */
export interface AccountVisit {
  request: FastifyRequest;
  reply: FastifyReply;
  language: Language;
  session: { id: string; userId: string };
  person: { name: string; email: string | null };
}

export interface AccountShown {
  status?: number;
  problem?: string;
  faults?: { field: string; message: string }[];
  /** As it was typed. */
  name?: string;
}

/** Part of the form tokens: they are bound to the session. */
export const accountFormId = (sessionId: string) => `account:${sessionId}`;

/** The visit, or null for who is not signed in. */
export async function visitAccount(
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AccountVisit | null> {
  const session = await house.interactions.browserSession(request, reply);
  const person = session && (await house.findPerson(session.userId));
  return session && person ? { request, reply, language: languageOf(request), session, person } : null;
}

/** Who one is, where one is signed in, and who may use the account. */
export async function showAccount(
  house: House,
  visit: AccountVisit,
  shown: AccountShown = {},
): Promise<FastifyReply> {
  const { reply, request, language, session, person } = visit;
  const { words } = language;
  const [sessions, consents] = await Promise.all([
    house.account.listSessions(session.userId),
    house.account.listConsents(session.userId),
  ]);
  const { status = 200, problem = null, faults = [], name = person.name } = shown;
  const page: Page = {
    template: 'account',
    title: words.account.title,
    status,
    failed: status !== 200,
    hasScript: true,
    isWide: true,
    view: {
      path: `${house.frame.basePath}/account`,
      signOut: `${house.frame.basePath}/oidc/logout`,
      token: house.forms.formToken(accountFormId(session.id)),
      person: person.email ?? person.name,
      email: person.email ?? '',
      name,
      done: status === 200 ? doneBy(request, language) : null,
      problem,
      faults,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      sessions: sessions.map((one) => saySession(one, one.id === session.id, language)),
      consents: await Promise.all(
        consents.map(async ({ clientId, clientName, scopes, grantedAt }) => ({
          clientId,
          client: clientName,
          since: sayTime(language, grantedAt),
          takeBack: words.account.takeBackFrom(clientName),
          wishes: await sayWishes(scopes, language, house.describePermissions),
        })),
      ),
    },
  };
  return house.frame.send(reply, page, language);
}

function saySession(session: AccountSession, current: boolean, language: Language) {
  const { account: words } = language.words;
  const device = sayDevice(language, session.device);
  return {
    id: session.id,
    current,
    device,
    end: words.endSessionOf(device),
    from: words.from(session.ipAddress),
    services: session.services.map(({ name, clientId }) => ({
      name,
      clientId,
      leave: words.leaveServiceOf(name, device),
    })),
    createdAt: sayTime(language, session.createdAt),
    lastUsedAt: sayTime(language, session.lastUsedAt),
  };
}

/** What the form before this page did, by a word that stands for one sentence of ours. */
function doneBy(request: FastifyRequest, { words }: Language): string | null {
  const { done } = request.query as { done?: unknown };
  const sentences: Record<string, string> = words.account.done;
  return typeof done === 'string' && Object.hasOwn(sentences, done) ? sentences[done]! : null;
}
