import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { JWK } from 'jose';

export const SIGNING_ALGORITHMS = ['ES256', 'EdDSA', 'RS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** What a key signs. Each purpose has a line of keys of its own, one of which is active. */
export const KEY_PURPOSES = ['access-token', 'id-token'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

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
