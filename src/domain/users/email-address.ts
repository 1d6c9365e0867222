import { domainToASCII } from 'node:url';

/** RFC 5321 §4.5.3.1: 64 octets before the @, 254 in all. */
const MAX_LOCAL_PART = 64;
const MAX_ADDRESS = 254;

/**
 * The atext of RFC 5322 with single dots between: ASCII only, so that no look-alike of a letter fits in.
 * Matched before lower-casing, which makes a "k" of the Kelvin sign (U+212A).
 */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * The form in which addresses are compared and stored: lower case throughout, the domain in its
 * ASCII (IDNA) form. Null when the text is no address.
 *
 * The part before the @ must be ASCII: a Cyrillic "а" there would make a second account that nobody
 * can tell from the first. `+tags` are kept, since they are different mailboxes to some providers.
 */
export function normaliseEmail(text: string): string | null {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > MAX_ADDRESS) return null;
  const localPart = trimmed.slice(0, at);
  // IDNA rules decide which Unicode domains exist; anything else gives an empty string.
  const typedDomain = trimmed.slice(at + 1);
  if (/[\s/?#:@[\]\\%]/.test(typedDomain)) return null;
  const domain = domainToASCII(typedDomain);
  if (localPart.length > MAX_LOCAL_PART || !LOCAL_PART.test(localPart) || !DOMAIN.test(domain)) return null;
  const address = `${localPart.toLowerCase()}@${domain}`;
  return address.length <= MAX_ADDRESS ? address : null;
}
