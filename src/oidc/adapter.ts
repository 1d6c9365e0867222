import Provider, { errors, type AdapterFactory, type AdapterPayload } from 'oidc-provider';
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
  /** For secrets that have to come back from the store as they were. */
  sealed: { seal(text: string): string; open(sealed: string): string | null };
  /** Seconds for which a replaced refresh token gives its successor again. */
  graceSeconds: number;
  /** A refresh token was used that had been replaced long ago. */
  reportTheft(sessionId: string, clientId: string): Promise<void>;
}

/**
 * What oidc-provider keeps, on PostgreSQL. The library checks, then acts; so whatever may happen once is made so here, by
 * writes that are conditional and throw, since it does not look at what they return.
 */
export function createAdapter(deps: AdapterDeps): AdapterFactory {
  return (model) => {
    switch (model) {
      case 'Client':
        return new ClientAdapter(deps);
      case 'Session':
        return new SessionAdapter(model, deps);
      case 'RefreshToken':
        return new RefreshTokenAdapter(model, deps);
      case 'ReplayDetection':
        return new ReplayAdapter(model, deps);
      case 'DeviceCode':
        return new DeviceCodeAdapter(model, deps);
      case 'Interaction':
        return new InteractionAdapter(model, deps);
      default:
        return new ArtifactAdapter(model, deps);
    }
  };
}

class ArtifactAdapter {
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
function restore(id: string | undefined, found: StoredArtifact | null): AdapterPayload | undefined {
  if (!found) return undefined;
  return {
    ...found.payload,
    ...(id === undefined ? {} : { jti: id }),
    ...(found.consumedAt ? { consumed: Math.floor(found.consumedAt.getTime() / 1000) } : {}),
  };
}

class ClientAdapter extends ArtifactAdapter {
  constructor(deps: AdapterDeps) {
    super('Client', deps);
  }

  override find(id: string): Promise<AdapterPayload | undefined> {
    return this.deps.findClient(id);
  }
}

/** While somebody signs in, what the browser holds is a secret too, which nothing needs here; what a device holds is needed. */
class InteractionAdapter extends ArtifactAdapter {
  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const { session, deviceCode, ...rest } = payload as AdapterPayload & {
      session?: Record<string, unknown>;
    };
    const { cookie: _secret, ...kept } = session ?? {};
    const stored = {
      ...rest,
      ...(session ? { session: kept } : {}),
      ...(deviceCode ? { deviceCode: this.deps.sealed.seal(deviceCode) } : {}),
    };
    return super.upsert(id, stored, expiresIn);
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const found = await super.find(id);
    if (!found?.deviceCode) return found;
    return { ...found, deviceCode: this.deps.sealed.open(found.deviceCode) ?? '' };
  }
}

/** Devices that poll are told for so many seconds that their code has expired (RFC 8628 §3.5), and not that it never was. */
const EXPIRED_DEVICE_CODE_SECONDS = 600;

/** Who types the short code has to find the long one, which is the secret of the device. */
class DeviceCodeAdapter extends ArtifactAdapter {
  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const sealedId = this.deps.sealed.seal(id);
    const stored = { ...payload, sealedId } as AdapterPayload;
    return super.upsert(id, stored, expiresIn + EXPIRED_DEVICE_CODE_SECONDS);
  }

  override async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const found = await super.findByUserCode(userCode);
    const sealedId = found?.['sealedId'];
    const id = typeof sealedId === 'string' ? this.deps.sealed.open(sealedId) : null;
    return id === null ? undefined : { ...found, jti: id, userCode };
  }
}

/** Proofs and assertions are taken once: who brings the same one again finds its place taken. */
class ReplayAdapter extends ArtifactAdapter {
  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    if (!(await this.deps.artifacts.saveOnce(this.model, id, payload, expiresIn)))
      throw new errors.InvalidGrant('it was used before');
  }
}

/** On the clients of a session as the library holds them: those that it had when it was read. */
const LOADED = Symbol('clients that the session was signed in to when it was read');

type Authorizations = Record<string, { sid?: string; grantId?: string }> & { [LOADED]?: Set<string> };

/**
 * The browser's cookie stands for a row of `sessions`, whose id is its `uid` and the `sid` of every token; the clients that it is
 * signed in to are rows of their own.
 */
class SessionAdapter extends ArtifactAdapter {
  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const {
      authorizations = {},
      uid,
      accountId,
    } = payload as AdapterPayload & {
      authorizations?: Authorizations;
    };
    const { authorizations: _rows, ...kept } = payload as AdapterPayload & {
      authorizations?: Authorizations;
    };
    const signedIn = uid !== undefined && accountId !== undefined;
    await super.upsert(id, { ...kept, ...(signedIn ? { sessionUid: uid } : {}) }, expiresIn);
    if (!signedIn) return;
    await this.saveClients(uid, authorizations);
  }

  /**
   * Only what this request changed: to write all that it has read would bring back a client that was signed out meanwhile,
   * and say that the others were used.
   */
  private async saveClients(uid: string, authorizations: Authorizations): Promise<void> {
    const loaded = authorizations[LOADED] ?? new Set();
    const current = Provider.ctx?.oidc.client?.clientId;
    for (const [clientId, { grantId }] of Object.entries(authorizations))
      if (clientId === current || !loaded.has(clientId))
        await this.deps.saveSessionClient(uid, { clientId, grantId: grantId ?? null });
    for (const clientId of loaded) if (!authorizations[clientId]) await this.deps.leaveService(uid, clientId);
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    return this.withClients(await super.find(id));
  }

  override async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.withClients(await super.findByUid(uid));
  }

  private async withClients(payload: AdapterPayload | undefined): Promise<AdapterPayload | undefined> {
    if (!payload?.accountId || !payload.uid) return payload;
    const { uid } = payload;
    const clients = await this.deps.listSessionClients(uid);
    const authorizations: Authorizations = Object.fromEntries(
      clients.map(({ clientId, grantId }) => [clientId, { sid: uid, ...(grantId ? { grantId } : {}) }]),
    );
    const loaded = new Set(Object.keys(authorizations));
    Object.defineProperty(authorizations, LOADED, { value: loaded });
    return { ...payload, authorizations };
  }
}

/**
 * The rule of decision 2, for clients of OpenID Connect: the token that was just replaced gives the same successor for a few seconds,
 * as long as nobody has used that one; the window does not slide. Later use of it is theft.
 */
class RefreshTokenAdapter extends ArtifactAdapter {
  /** Of two that come at once both make the same successor, which is kept once. */
  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    await this.deps.artifacts.saveOnce(this.model, id, payload, expiresIn);
    const { sessionUid, clientId } = payload;
    if (sessionUid && clientId) await this.deps.useSessionClient(sessionUid, clientId);
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const found = await this.deps.artifacts.find(this.model, id);
    if (!found?.consumedAt) return restore(id, found);
    if (await this.mayRepeat(id, found.consumedAt)) return restore(id, { ...found, consumedAt: null });
    const { sessionUid, clientId } = found.payload;
    if (typeof sessionUid === 'string') await this.deps.reportTheft(sessionUid, String(clientId));
    return restore(id, found);
  }

  override async consume(id: string): Promise<void> {
    if (await this.deps.artifacts.consume(this.model, id)) return;
    const found = await this.deps.artifacts.find(this.model, id);
    if (!found?.consumedAt || !(await this.mayRepeat(id, found.consumedAt)))
      throw new errors.InvalidGrant('it was used before');
  }

  private async mayRepeat(id: string, consumedAt: Date): Promise<boolean> {
    const { artifacts, clock, graceSeconds, successorOf } = this.deps;
    if (consumedAt.getTime() + graceSeconds * 1000 < clock.now().getTime()) return false;
    const successor = await artifacts.find(this.model, successorOf(id));
    return successor === null || successor.consumedAt === null;
  }
}

export { Provider };
