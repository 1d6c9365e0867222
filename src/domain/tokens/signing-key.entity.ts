import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { JWK } from 'jose';

export const SIGNING_ALGORITHMS = ['ES256', 'EdDSA', 'RS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** What a key signs. Each purpose has a line of keys of its own, one of which is active. */
export const KEY_PURPOSES = ['access-token', 'id-token', 'id-token-es256', 'id-token-eddsa'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Id tokens have a line for each algorithm that a client may ask for; RS256 is what most take, and some nothing else. */
export const ID_TOKEN_PURPOSES = {
  RS256: 'id-token',
  ES256: 'id-token-es256',
  EdDSA: 'id-token-eddsa',
} as const satisfies Record<SigningAlgorithm, KeyPurpose>;

/** One key pair. What it is for at a moment (next, active, retiring) follows from its times alone. */
export const SigningKey = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_keys',
  properties: {
    kid: p.text().primary(),
    sequence: p.integer().unique(),
    purpose: p.text().$type<KeyPurpose>().default('access-token'),
    algorithm: p.text().$type<SigningAlgorithm>(),
    publicJwk: p.json().$type<JWK>(),
    privateKeyCiphertext: p.blob().hidden().lazy(),
    createdAt: p.datetime(),
    activatesAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
  },
});
export type SigningKey = InferEntity<typeof SigningKey>;
