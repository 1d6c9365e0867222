import { createPublicKey, type KeyObject } from 'node:crypto';
import type { FieldProblem } from '../caller.js';
import type { ClientJwks } from './client-settings.js';

const MAX_KEYS = 20;
/** NIST SP 800-131A; beyond the upper bound each verification costs more than it is worth. */
const RSA_BITS = { least: 2048, most: 8192 };
const MAX_KID = 200;

/** Members that hold the private half of a key, or a secret (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** What signs with a key of each kind: its curve, or RSA. */
const ALGORITHMS: Record<string, readonly string[]> = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
};

type Jwk = Record<string, unknown>;

/** Every fault of a JWK Set with paths such as `jwks.keys[0].d`, or its keys with nothing but their public members. */
export function checkJwks(given: unknown, path: string): { jwks: ClientJwks } | { problems: FieldProblem[] } {
  const keys = isObject(given) ? given['keys'] : undefined;
  const problem = (code: string, message: string, at = `${path}.keys`) => ({
    problems: [{ path: at, code, message }],
  });
  if (!Array.isArray(keys))
    return problem('INVALID', 'Give a JWK Set (RFC 7517 §5): { "keys": [ … ] }.', path);
  if (keys.length === 0) return problem('REQUIRED', 'Give at least one public key.');
  if (keys.length > MAX_KEYS) return problem('TOO_MANY', `At most ${MAX_KEYS} keys.`);
  const checked = keys.map((key: unknown, index) => checkKey(key, `${path}.keys[${index}]`));
  const problems = checked.flatMap((one) => ('problems' in one ? one.problems : []));
  const kids = keys.map((key: unknown) => (isObject(key) ? key['kid'] : undefined));
  kids.forEach((kid, index) => {
    if (typeof kid === 'string' && kids.indexOf(kid) < index)
      problems.push({
        path: `${path}.keys[${index}].kid`,
        code: 'DUPLICATE',
        message: 'Two keys have this kid.',
      });
  });
  return problems.length > 0
    ? { problems }
    : { jwks: { keys: checked.flatMap((one) => ('jwk' in one ? [one.jwk] : [])) } };
}

function checkKey(key: unknown, path: string): { jwk: Jwk } | { problems: FieldProblem[] } {
  if (!isObject(key))
    return { problems: [{ path, code: 'INVALID', message: 'A key is an object (RFC 7517 §4).' }] };
  const exposed = PRIVATE_MEMBERS.filter((member) => key[member] !== undefined);
  if (exposed.length > 0)
    return {
      problems: exposed.map((member) => ({
        path: `${path}.${member}`,
        code: 'PRIVATE_KEY',
        message:
          'This is the private half of the key, which must never leave the client. It was not kept; make a new key pair all the same, and give its public half.',
      })),
    };
  const imported = importKey(key);
  if (!imported)
    return {
      problems: [
        {
          path,
          code: 'INVALID',
          message: `A public key is RSA with ${RSA_BITS.least} to ${RSA_BITS.most} bits, EC on P-256, P-384 or P-521, or OKP on Ed25519, with all of its members.`,
        },
      ],
    };
  const problems = checkMembers(key, imported.kind, path);
  const { kid, alg } = key;
  return problems.length > 0
    ? { problems }
    : {
        jwk: {
          ...imported.publicKey.export({ format: 'jwk' }),
          ...(kid === undefined ? {} : { kid }),
          ...(alg === undefined ? {} : { alg }),
          use: 'sig',
        },
      };
}

/** The key, when it is one with which a client may sign. OpenSSL checks that points are on their curves. */
function importKey(key: Jwk): { publicKey: KeyObject; kind: string } | null {
  const members = ['n', 'e', 'x', 'y'].map((name) => key[name]).filter((value) => value !== undefined);
  if (!members.every((value) => typeof value === 'string' && BASE64URL.test(value))) return null;
  const kind = key['kty'] === 'RSA' ? 'RSA' : String(key['crv']);
  if (!Object.hasOwn(ALGORITHMS, kind)) return null;
  try {
    const publicKey = createPublicKey({ key, format: 'jwk' });
    const { modulusLength = 0, publicExponent = 0n } = publicKey.asymmetricKeyDetails ?? {};
    // FIPS 186-5 §5.1: with an exponent of 1 anybody could sign.
    const isStrong =
      modulusLength >= RSA_BITS.least && modulusLength <= RSA_BITS.most && publicExponent >= 65_537n;
    return kind === 'RSA' && !isStrong ? null : { publicKey, kind };
  } catch {
    return null;
  }
}

function checkMembers({ kid, alg, use }: Jwk, kind: string, path: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (member: string, message: string) =>
    problems.push({ path: `${path}.${member}`, code: 'INVALID', message });
  if (kid !== undefined && !(typeof kid === 'string' && /^[\x20-\x7e]+$/.test(kid) && kid.length <= MAX_KID))
    add('kid', `A kid has 1 to ${MAX_KID} characters of ASCII.`);
  if (alg !== undefined && !ALGORITHMS[kind]!.includes(alg as string))
    add('alg', `A key of this kind signs by ${ALGORITHMS[kind]!.join(', ')}.`);
  if (use !== undefined && use !== 'sig') add('use', 'Keys are for signing: sig, or left out.');
  return problems;
}

function isObject(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
