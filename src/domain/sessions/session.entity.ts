import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** Why a session ended; the audit trail and the rules × paths table speak these words. */
export const SESSION_END_REASONS = [
  'LOGOUT',
  'LOGOUT_EVERYWHERE',
  'REVOKED',
  'REFRESH_TOKEN_REUSED',
  'PASSWORD_CHANGED',
  'USER_SUSPENDED',
  'USER_DELETED',
  'TOO_MANY_SESSIONS',
] as const;
export type SessionEndReason = (typeof SESSION_END_REASONS)[number];

/** One sign-in on one device. Its id is the `sid` of every token that came from it. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid().index(),
    clientId: p.text(),
    /** The service that was signed in to; null for none in particular. */
    service: p.text().nullable(),
    amr: p.array(),
    ipAddress: p.text(),
    network: p.text(),
    userAgent: p.text().nullable(),
    createdAt: p.datetime(),
    authenticatedAt: p.datetime(),
    refreshGeneration: p.integer(),
    refreshedAt: p.datetime(),
    idleExpiresAt: p.datetime(),
    absoluteExpiresAt: p.datetime().index(),
    endedAt: p.datetime().nullable(),
    endReason: p.text().$type<SessionEndReason>().nullable(),
  },
});
type Inferred = InferEntity<typeof Session>;
/** A session with every column read. */
export type Session = {
  [Name in keyof Inferred as Name extends symbol ? never : Name]-?: Exclude<Inferred[Name], undefined>;
};
