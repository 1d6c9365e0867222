import type { Device } from '../domain/sessions/index.js';
import { de } from './words/de.js';
import { en, type Words } from './words/en.js';

const LANGUAGES: Record<string, Words> = { en, de };
const FALLBACK = 'en';

/** A language that pages are written in, and how it says times. */
export interface Language {
  /** For the `lang` of the page. */
  code: string;
  words: Words;
}

/** A header longer than this comes from no browser. */
const MAX_HEADER_CHARACTERS = 500;

/**
 * The language of a page: what the service asks for by `ui_locales` (OpenID Connect Core §3.1.2.1), otherwise what
 * the browser asks for. Only the language counts: de-AT is served by de.
 */
export function chooseLanguage(uiLocales: readonly string[], acceptLanguage: string | undefined): Language {
  const wishes = [...uiLocales, ...parseAcceptLanguage(acceptLanguage ?? '')];
  const code = wishes.map(languageOf).find((wish) => Object.hasOwn(LANGUAGES, wish)) ?? FALLBACK;
  return { code, words: LANGUAGES[code]! };
}

/** Language tags of an Accept-Language header (RFC 9110 §12.5.4), the most wanted first. */
function parseAcceptLanguage(header: string): string[] {
  return header
    .slice(0, MAX_HEADER_CHARACTERS)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      return { tag, quality: Number(quality) };
    })
    .filter(({ tag, quality }) => tag !== '' && quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);
}

function languageOf(tag: string): string {
  return tag.toLowerCase().split('-')[0]!;
}

/** A time to wait, rounded up to what people say: "45 seconds", "3 minutes". */
export function sayWait(language: Language, seconds: number): string {
  const [value, unit] = seconds < 90 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(language.words.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
    value,
  );
}

/** A device in words, such as "Firefox on Linux". */
export function sayDevice({ words }: Language, device: Device | null): string {
  const { account } = words;
  if (!device) return account.unknownDevice;
  return device.system ? account.device(device.program, device.system) : device.program;
}

/** A moment in words. Without a script nobody knows the reader's time zone. */
export function sayTime({ words }: Language, time: Date): { iso: string; text: string } {
  const format = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const;
  return {
    iso: time.toISOString(),
    text: `${new Intl.DateTimeFormat(words.locale, format).format(time)} UTC`,
  };
}
