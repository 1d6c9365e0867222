import type { PagesDeps } from './deps.js';
import type { Language } from './language.js';
import type { Words } from './words/en.js';

/** What a client may do with an account, for people. */
export interface Wish {
  text: string;
  /** Of which service; null for what is in the account itself. */
  service: string | null;
}

const IDENTITY_SCOPES = [
  'openid',
  'profile',
  'email',
  'offline_access',
] as const satisfies (keyof Words['consent'])[];

/** Scopes in words, identity first. Permissions are described by their services, in the language of their services. */
export async function sayWishes(
  scopes: readonly string[],
  { words }: Language,
  describePermissions: PagesDeps['describePermissions'],
): Promise<Wish[]> {
  const identity = IDENTITY_SCOPES.filter((scope) => scopes.includes(scope));
  const others = scopes.filter((scope) => !(IDENTITY_SCOPES as readonly string[]).includes(scope));
  const permissions = await describePermissions(others);
  return [
    ...identity.map((scope) => ({ text: words.consent[scope], service: null })),
    ...permissions.map(({ name, description, service }) => ({ text: description ?? name, service })),
  ];
}
