import { errors, type AdapterPayload } from 'oidc-provider';
import type { ArtifactStore, SessionClient, StoredArtifact } from '../domain/authorizations/index.js';
import type { Clock } from '../platform/clock.js';

export interface AdapterDeps {
  artifacts: ArtifactStore;
  clock: Clock;
  /** Metadata of a client in the library's words, or undefined. */
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
  listSessionClients(sessionId: string): Promise<SessionClient[]>;
  saveSessionClient(sessionId: string, client: SessionClient): Promise<void>;
  /** A client that is signed in by a session goes on. */
  useSessionClient(sessionId: string, clientId: string): Promise<void>;
  /** The person signs out of a client, and stays signed in to the others. */
  leaveService(sessionId: string, clientId: string): Promise<void>;
  /** The refresh token that replaces one: it follows from it. */
  successorOf(refreshToken: string): string;
  /** Ends what a client got by a grant of a user, in whichever session. */
  revokeGrant(userId: string, clientId: string, grantId: string): Promise<void>;
  /** Whether a device that waits asks more often than it should. */
  asksTooEarly(deviceCode: string): Promise<boolean>;
  /** For secrets that have to come back from the store as they were. */
  sealed: { seal(text: string): string; open(sealed: string): string | null };
  /** Seconds for which a replaced refresh token gives its successor again. */
  graceSeconds: number;
  /** A refresh token was used that had been replaced long ago. */
  reportTheft(sessionId: string, clientId: string): Promise<void>;
}

/** What every model of the library has: kept under the hash of its id, and used once. */
export class ArtifactAdapter {
  constructor(
    protected readonly model: string,
    protected readonly deps: AdapterDeps,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    await this.deps.artifacts.save(this.model, id, payload, expiresIn);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return restore(id, await this.deps.artifacts.find(this.model, id));
  }

  /** Two who bring the same code find it unused; one of them uses it. */
  async consume(id: string): Promise<void> {
    if (!(await this.deps.artifacts.consume(this.model, id)))
      throw new errors.InvalidGrant('it was used before');
  }

  async destroy(id: string): Promise<void> {
    await this.deps.artifacts.remove(this.model, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.deps.artifacts.removeByGrant(this.model, grantId);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const found = await this.deps.artifacts.findByUid(this.model, uid);
    return found ? restore(undefined, found) : undefined;
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const found = await this.deps.artifacts.findByUserCode(this.model, userCode);
    return found ? restore(undefined, found) : undefined;
  }
}

/** The id is a secret that the store does not keep: it comes back from who knows it. */
export function restore(id: string | undefined, found: StoredArtifact | null): AdapterPayload | undefined {
  if (!found) return undefined;
  return {
    ...found.payload,
    ...(id === undefined ? {} : { jti: id }),
    ...(found.consumedAt ? { consumed: Math.floor(found.consumedAt.getTime() / 1000) } : {}),
  };
}
