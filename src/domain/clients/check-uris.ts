import type { FieldProblem } from '../caller.js';
import type { ClientType } from './client-settings.js';

/** More than any product has; the list is compared on every sign-in. */
const MAX_URIS = 50;
/** What every browser and proxy passes on. */
const MAX_LENGTH = 2000;

/** Where a browser on the same machine arrives, whatever names the network knows. */
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** RFC 3986 §2: what an address may consist of. No control character, space, backslash or letter beyond ASCII. */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;
/** A reversed domain name has a dot in it, so that two apps do not take the same scheme (RFC 8252 §7.1). */
const PRIVATE_SCHEME = /^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+:$/;
const ENCODED_CONTROL = /%([01][0-9a-f]|7f)/i;

interface Fault {
  code: string;
  message: string;
}

/**
 * Every fault of addresses to which people are sent back, such as `redirectUris[1]`. They are compared letter by letter
 * when somebody signs in, so only what has one spelling is taken.
 */
export function checkRedirectUris(
  uris: readonly string[],
  type: Exclude<ClientType, 'MACHINE'>,
  path: string,
): FieldProblem[] {
  if (uris.length > MAX_URIS) return [{ path, code: 'TOO_MANY', message: `At most ${MAX_URIS} addresses.` }];
  return uris.flatMap((uri, index) => {
    const faults = checkUri(uri, type === 'NATIVE' ? nativeFaults : webFaults);
    if (uris.indexOf(uri) < index)
      faults.push({ code: 'DUPLICATE', message: 'This address is in the list twice.' });
    return faults.map((fault) => ({ path: `${path}[${index}]`, ...fault }));
  });
}

/** Every fault of an address that Signet itself calls. */
export function checkWebUri(uri: string, path: string): FieldProblem[] {
  return checkUri(uri, webFaults).map((fault) => ({ path, ...fault }));
}

function checkUri(uri: string, schemeFaults: (url: URL) => Fault[]): Fault[] {
  if (uri.length > MAX_LENGTH)
    return [{ code: 'TOO_LONG', message: `An address has at most ${MAX_LENGTH} characters.` }];
  const url = URI_CHARACTERS.test(uri) ? URL.parse(uri) : null;
  if (!url)
    return [
      {
        code: 'INVALID',
        message:
          'Write a whole address with its scheme, such as https://app.example.com/callback, in ASCII without spaces: names of other scripts as xn--…, other letters as %….',
      },
    ];
  const faults = shapeFaults(uri);
  // What reads as another address than it is written as would be compared with something that nobody sends.
  const normal = url.href;
  if (faults.length === 0 && normal !== uri && normal !== `${uri}/`)
    faults.push({ code: 'NOT_NORMAL', message: `Write it as a browser does: ${normal}` });
  return [...faults, ...schemeFaults(url)];
}

function shapeFaults(uri: string): Fault[] {
  const faults: Fault[] = [];
  const authority = /^[^:]*:\/\/([^/?#]*)/.exec(uri)?.[1] ?? '';
  if (uri.includes('#'))
    faults.push({ code: 'FRAGMENT', message: 'Leave out the fragment, from # on (RFC 6749 §3.1.2).' });
  if (authority.includes('@'))
    faults.push({ code: 'USER_INFO', message: 'Leave out the user name and password before the @.' });
  if (uri.includes('*') || /%2a/i.test(authority))
    faults.push({ code: 'WILDCARD', message: 'There are no wildcards. Name every address in full.' });
  if (ENCODED_CONTROL.test(uri))
    faults.push({ code: 'INVALID', message: 'Control characters may not be in it, encoded ones neither.' });
  return faults;
}

function webFaults({ protocol, hostname }: URL): Fault[] {
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.has(hostname))) return [];
  const message =
    'It has to begin with https:// (http:// only while developing, on localhost, 127.0.0.1 or [::1]).';
  return [{ code: 'SCHEME', message }];
}

/** RFC 8252 §7: a claimed https address, a private-use scheme, or a port on the loopback interface. */
function nativeFaults({ protocol, hostname, pathname, host }: URL): Fault[] {
  const isLoopback = LOOPBACK_HOSTS.has(hostname);
  if (protocol === 'http:' && hostname === 'localhost')
    return [
      {
        code: 'LOCALHOST',
        message:
          'Write http://127.0.0.1/… or http://[::1]/…: the name localhost may lead elsewhere (RFC 8252 §8.3). The port may be any when people sign in.',
      },
    ];
  if (protocol === 'http:' && isLoopback) return [];
  if (protocol === 'https:' && !isLoopback) return [];
  if (PRIVATE_SCHEME.test(protocol))
    return pathname + host === ''
      ? [{ code: 'INVALID', message: `Something has to follow the scheme, such as ${protocol}/callback.` }]
      : [];
  return [
    {
      code: 'SCHEME',
      message:
        'A native app takes https:// of a domain that it has claimed, a scheme of its own with a dot in it such as com.example.app:/callback, or http://127.0.0.1/… or http://[::1]/….',
    },
  ];
}
