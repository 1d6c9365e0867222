import { webcrypto } from 'node:crypto';
import type { Person } from './given.js';
import type { TestApp } from './test-app.js';

export type Json = Record<string, unknown>;

export const base64url = (text: string | Uint8Array) => Buffer.from(text as string).toString('base64url');

/** The parts of a JWT, read without checking anything. */
export function decode(token: string): { header: Json; claims: Json } {
  const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return { header: JSON.parse(header!) as Json, claims: JSON.parse(claims!) as Json };
}

export interface Changes {
  /** Members to set or, as undefined, to leave out. */
  header?: Json;
  claims?: Json;
}

/** Makes tokens that differ from somebody's real one in exactly what a test is about. */
export class Forge {
  readonly header: Json;
  readonly claims: Json;

  constructor(
    private readonly app: TestApp,
    person: Person,
  ) {
    ({ header: this.header, claims: this.claims } = decode(person.accessToken));
  }

  /** Header and payload as text, without a signature. */
  body({ header, claims }: Changes = {}): string {
    const parts = [
      { ...this.header, ...header },
      { ...this.claims, ...claims },
    ];
    return parts.map((part) => base64url(JSON.stringify(part))).join('.');
  }

  /** Signed by the key that Signet itself signs with: only what was changed can make it bad. */
  async signed(changes: Changes = {}): Promise<string> {
    return this.sign(this.body(changes));
  }

  /** Signs any text with Signet's own ES256 key, or with another. */
  async sign(
    body: string,
    key: webcrypto.CryptoKey = this.app.identity.keyRing.active().privateKey,
  ): Promise<string> {
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await webcrypto.subtle.sign(algorithm, key, Buffer.from(body));
    return `${body}.${base64url(new Uint8Array(signature))}`;
  }
}

/** Fails unless `viewer` answers UNAUTHENTICATED: neither somebody nor, in silence, nobody. */
export async function expectRefused(app: TestApp, token: string): Promise<void> {
  const answer = await app.client.send(
    '{ viewer { id } }',
    {},
    { headers: { authorization: `Bearer ${token}` } },
  );
  expect(answer.body).toMatchObject({ data: { viewer: null }, errors: [{ path: ['viewer'] }] });
  expect(answer.codes).toEqual(['UNAUTHENTICATED']);
}

/** Fails unless `viewer` answers with the person. */
export async function expectAccepted(app: TestApp, token: string, person: Person): Promise<void> {
  const answer = await app.client.send('{ viewer { id } }', {}, { token });
  expect(answer.body).toEqual({ data: { viewer: { id: person.id } } });
}
