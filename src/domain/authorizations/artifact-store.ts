import { createHash } from 'node:crypto';
import { secondsLater, type Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { livesSql } from '../sessions/index.js';

/** What oidc-provider hands over to keep: tokens, codes, interactions, grants. */
export type ArtifactPayload = Record<string, unknown>;

export interface StoredArtifact {
  payload: ArtifactPayload;
  consumedAt: Date | null;
}

interface ArtifactRow {
  payload: ArtifactPayload;
  consumed_at: Date | null;
}

const VALUES = '($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)';
const COLUMNS =
  '(model, id_hash, uid, user_code_hash, grant_id, session_id, account_id, client_id, payload, expires_at)';

const SAVE = {
  name: 'save-artifact',
  // Never touches consumed_at: what has been used stays used, whoever saves it again.
  text: `INSERT INTO oidc_artifacts ${COLUMNS} VALUES ${VALUES}
         ON CONFLICT (model, id_hash) DO UPDATE SET uid = excluded.uid, user_code_hash = excluded.user_code_hash,
           grant_id = excluded.grant_id, session_id = excluded.session_id, account_id = excluded.account_id,
           client_id = excluded.client_id, payload = excluded.payload, expires_at = excluded.expires_at`,
};
const SAVE_ONCE = {
  name: 'save-artifact-once',
  text: `INSERT INTO oidc_artifacts ${COLUMNS} VALUES ${VALUES} ON CONFLICT DO NOTHING RETURNING 1 AS saved`,
};

/** What hangs on a session is worth what the session is worth: no token outlives it or its user. */
const FOUND = `FROM oidc_artifacts a
  LEFT JOIN sessions s ON s.id = a.session_id LEFT JOIN users u ON u.id = s.user_id
  WHERE (a.expires_at IS NULL OR a.expires_at > $3)
    AND (a.session_id IS NULL OR (u.status = 'ACTIVE' AND ${livesSql('s', '$3')}))`;
const FIND = {
  name: 'find-artifact',
  text: `SELECT a.payload, a.consumed_at ${FOUND} AND a.model = $1 AND a.id_hash = $2`,
};
const FIND_BY_UID = {
  name: 'find-artifact-by-uid',
  text: `SELECT a.payload, a.consumed_at ${FOUND} AND a.model = $1 AND a.uid = $2`,
};
const FIND_BY_USER_CODE = {
  name: 'find-artifact-by-user-code',
  text: `SELECT a.payload, a.consumed_at ${FOUND} AND a.model = $1 AND a.user_code_hash = $2`,
};
const CONSUME = {
  name: 'consume-artifact',
  text: `UPDATE oidc_artifacts SET consumed_at = $3 WHERE model = $1 AND id_hash = $2 AND consumed_at IS NULL
         RETURNING 1 AS consumed`,
};
const REMOVE = {
  name: 'remove-artifact',
  text: 'DELETE FROM oidc_artifacts WHERE model = $1 AND id_hash = $2',
};
const REMOVE_BY_GRANT = {
  name: 'remove-artifacts-by-grant',
  text: 'DELETE FROM oidc_artifacts WHERE model = $1 AND grant_id = $2',
};

/** Ids are bearer secrets of at least 128 random bits, for which one round of SHA-256 is enough. */
export function hashId(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** Keeps what oidc-provider gives it. The statements are conditional where two requests may race. */
export class ArtifactStore {
  constructor(private readonly deps: { database: Database; clock: Clock }) {}

  async save(
    model: string,
    id: string,
    payload: ArtifactPayload,
    ttlSeconds: number | undefined,
  ): Promise<void> {
    await this.deps.database.query(SAVE, this.values(model, id, payload, ttlSeconds));
  }

  /** @returns false when it was there before */
  async saveOnce(
    model: string,
    id: string,
    payload: ArtifactPayload,
    ttlSeconds: number | undefined,
  ): Promise<boolean> {
    const rows = await this.deps.database.query(SAVE_ONCE, this.values(model, id, payload, ttlSeconds));
    return rows.length === 1;
  }

  find(model: string, id: string): Promise<StoredArtifact | null> {
    return this.read(FIND, model, hashId(id));
  }

  findByUid(model: string, uid: string): Promise<StoredArtifact | null> {
    return this.read(FIND_BY_UID, model, uid);
  }

  findByUserCode(model: string, userCode: string): Promise<StoredArtifact | null> {
    return this.read(FIND_BY_USER_CODE, model, hashId(userCode));
  }

  /** @returns false when it was used before: of many who come at once, one gets true */
  async consume(model: string, id: string): Promise<boolean> {
    const { database, clock } = this.deps;
    return (await database.query(CONSUME, [model, hashId(id), clock.now()])).length === 1;
  }

  async remove(model: string, id: string): Promise<void> {
    await this.deps.database.query(REMOVE, [model, hashId(id)]);
  }

  async removeByGrant(model: string, grantId: string): Promise<void> {
    await this.deps.database.query(REMOVE_BY_GRANT, [model, grantId]);
  }

  private async read(statement: typeof FIND, model: string, key: string): Promise<StoredArtifact | null> {
    const { database, clock } = this.deps;
    const [row] = await database.query<ArtifactRow>(statement, [model, key, clock.now()]);
    return row ? { payload: row.payload, consumedAt: row.consumed_at } : null;
  }

  private values(
    model: string,
    id: string,
    payload: ArtifactPayload,
    ttlSeconds: number | undefined,
  ): unknown[] {
    const text = (name: string) => (typeof payload[name] === 'string' ? payload[name] : null);
    const userCode = text('userCode');
    // The id is the bearer secret, and must not come back by the payload.
    const { jti: _secret, userCode: _code, ...kept } = payload;
    return [
      model,
      hashId(id),
      text('uid'),
      userCode === null ? null : hashId(userCode),
      text('grantId'),
      text('sessionUid'),
      text('accountId'),
      text('clientId'),
      JSON.stringify(kept),
      ttlSeconds === undefined ? null : secondsLater(this.deps.clock.now(), ttlSeconds),
    ];
  }
}
