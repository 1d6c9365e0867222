import Provider, { errors, type AdapterFactory, type AdapterPayload } from 'oidc-provider';
import { ArtifactAdapter, type AdapterDeps } from './artifact-adapter.js';
import { SessionAdapter } from './session-adapter.js';
import {
  GrantAdapter,
  PushedRequestAdapter,
  RefreshTokenAdapter,
  ReplayAdapter,
} from './single-use-adapters.js';

export type { AdapterDeps };

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
      case 'Grant':
        return new GrantAdapter(model, deps);
      case 'PushedAuthorizationRequest':
        return new PushedRequestAdapter(model, deps);
      case 'Interaction':
        return new InteractionAdapter(model, deps);
      default:
        return new ArtifactAdapter(model, deps);
    }
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

  /** Who polls while nobody has answered yet is held to the pace. */
  override async find(id: string): Promise<AdapterPayload | undefined> {
    const found = await super.find(id);
    const isWaiting = found && !found.accountId && !found.error && (found.exp ?? 0) * 1000 > Date.now();
    const isPolled = Provider.ctx?.oidc.route === 'token';
    // A device that lost the answer asks again, maybe before it came: that is no reason to take back what it gets.
    if (isPolled && found?.['consumed']) throw new errors.InvalidGrant('it was used before');
    if (isPolled && isWaiting && (await this.deps.asksTooEarly(id))) throw new errors.SlowDown();
    return found;
  }

  override async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const found = await super.findByUserCode(userCode);
    const sealedId = found?.['sealedId'];
    const id = typeof sealedId === 'string' ? this.deps.sealed.open(sealedId) : null;
    return id === null ? undefined : { ...found, jti: id, userCode };
  }
}

export { Provider };
