import Provider, { type AdapterPayload } from 'oidc-provider';
import { ArtifactAdapter } from './artifact-adapter.js';
import { isDeviceRoute } from './device-pages.js';

/** On the clients of a session as the library holds them: those that it had when it was read. */
const LOADED = Symbol('clients that the session was signed in to when it was read');

type Authorizations = Record<string, { sid?: string; grantId?: string }> & { [LOADED]?: Set<string> };

/**
 * The browser's cookie stands for a row of `sessions`, whose id is its `uid` and the `sid` of every token; the clients that it is
 * signed in to are rows of their own.
 */
export class SessionAdapter extends ArtifactAdapter {
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
    const { client, route } = Provider.ctx?.oidc ?? {};
    const current = client?.clientId;
    for (const [clientId, { grantId }] of Object.entries(authorizations))
      // A device that is let in by this browser has a session of its own.
      if (!isDeviceRoute(route) && (clientId === current || !loaded.has(clientId)))
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
