import type { Brand } from './deps.js';
import { devicePages } from './device-pages.js';
import { Frame, type ComposedPage } from './frame.js';
import { chooseLanguage, type Language } from './language.js';
import { expiredNote, failureNote, serviceFailureNote, signedOutNote } from './notes.js';

/** What pages have to know of a request that the protocol answers. */
export interface ProtocolRequest {
  uiLocales: string[];
  acceptLanguage: string | undefined;
  requestId: string;
}

export interface SignOutQuestion {
  /** Name of the service that asks, when it is known. */
  client: string | null;
  /** Where the form goes, and the secret that proves that it comes from here. */
  action: string;
  token: string;
  /** Where the browser goes afterwards, when the service has said so. */
  leadsTo: string | null;
}

/**
 * - `expired`: the sign-in is over, was answered, or is another browser's
 * - `service`: what the service asked for is wrong
 * - `ours`: something broke here
 */
export type ProtocolFailure = 'expired' | 'service' | 'ours';

/** The pages that the protocol itself answers with. */
export function createProtocolPages(deps: { brand: Brand; issuer: string }) {
  const frame = new Frame(deps.brand, deps.issuer);

  return {
    error(request: ProtocolRequest, failure: ProtocolFailure, status: number): ComposedPage {
      const language = languageOf(request);
      const { words } = language;
      const note = {
        expired: () => expiredNote(words, request.requestId),
        service: () => serviceFailureNote(words, request.requestId, status),
        ours: () => failureNote(words, request.requestId, status),
      }[failure]();
      return frame.compose(note, language);
    },

    logout(request: ProtocolRequest, { client, action, token, leadsTo }: SignOutQuestion): ComposedPage {
      const language = languageOf(request);
      const { title } = language.words.signOut;
      return frame.compose(
        {
          template: 'sign-out',
          title,
          leadsTo,
          view: { client, action, token, stay: `${frame.basePath}/account` },
        },
        language,
      );
    },

    /** @param client the one service that was left, when the others go on */
    loggedOut(request: ProtocolRequest, client: string | null): ComposedPage {
      const language = languageOf(request);
      return frame.compose(signedOutNote(language.words, client), language);
    },

    ...devicePages(frame),
  };
}

export type ProtocolPages = ReturnType<typeof createProtocolPages>;

function languageOf({ uiLocales, acceptLanguage }: ProtocolRequest): Language {
  return chooseLanguage(uiLocales, acceptLanguage);
}
