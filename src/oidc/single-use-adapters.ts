import Provider, { errors, type AdapterPayload } from 'oidc-provider';
import { ArtifactAdapter, restore } from './artifact-adapter.js';

/** Proofs and assertions are taken once: who brings the same one again finds its place taken. */
export class ReplayAdapter extends ArtifactAdapter {
  /** Not looked for beforehand: whether the place is taken is seen when it is taken. */
  override find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Under whose it is and which: the library's id runs the two together, so that those of two clients could be the same. */
  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const place = `${String(payload['iss'])} ${id}`;
    if (!(await this.deps.artifacts.saveOnce(this.model, place, payload, expiresIn))) throw replayed();
  }
}

function replayed(): Error {
  const { route, params } = Provider.ctx?.oidc ?? {};
  if (route === 'userinfo') return new errors.InvalidToken('it was used before');
  if (params?.['client_assertion'] && !Provider.ctx!.get('dpop'))
    return new errors.InvalidClientAuth('it was used before');
  return new errors.InvalidGrant('it was used before');
}

/** A code or a refresh token that comes again has been copied: what its grant gave ends, access tokens included (RFC 6749 §4.1.2). */
export class GrantAdapter extends ArtifactAdapter {
  override async destroy(id: string): Promise<void> {
    const isReuse = Provider.ctx?.oidc.route === 'token';
    const grant = isReuse ? await super.find(id) : undefined;
    await super.destroy(id);
    if (grant?.accountId && grant.clientId) await this.deps.revokeGrant(grant.accountId, grant.clientId, id);
  }
}

/** One sign-in for each request that was pushed (RFC 9126 §4). */
export class PushedRequestAdapter extends ArtifactAdapter {
  override async consume(id: string): Promise<void> {
    if (!(await this.deps.artifacts.consume(this.model, id)))
      throw new errors.InvalidRequestUri('it was used before');
  }
}

/**
 * The rule of decision 2, for clients of OpenID Connect: the token that was just replaced gives the same successor for a few seconds,
 * as long as nobody has used that one; the window does not slide. Later use of it is theft.
 */
export class RefreshTokenAdapter extends ArtifactAdapter {
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
    // To ask what it is worth, or to give it back, is not to use it.
    const { route, client } = Provider.ctx?.oidc ?? {};
    // Of another client's mouth it is no news: who proves to be that one could end anybody's session.
    const isUsed = route === 'token' && client?.clientId === clientId;
    if (isUsed && typeof sessionUid === 'string') await this.deps.reportTheft(sessionUid, String(clientId));
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
