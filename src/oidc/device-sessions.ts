import { errors } from 'oidc-provider';
import type { ArtifactStore } from '../domain/authorizations/index.js';
import type { Caller } from '../domain/caller.js';
import type { DeviceApproval } from '../domain/sessions/index.js';
import { Provider } from './adapter.js';
import { isDeviceRoute, type DeviceInfo } from './device-pages.js';

export interface DeviceSessionDeps {
  artifacts: ArtifactStore;
  /** Null when the session of the browser has ended. */
  startDeviceSession(approval: DeviceApproval, device: Caller): Promise<string | null>;
  callerOf(request: NonNullable<typeof Provider.ctx>['req']): Caller;
}

/** The library's code of a device, with the fields that its types hide. */
interface DeviceCode {
  jti: string;
  accountId?: string | undefined;
  clientId: string;
  grantId?: string;
  sessionUid?: string;
  sid?: string;
  amr?: string[];
  deviceInfo?: DeviceInfo;
  remainingTTL: number;
  save(): Promise<string>;
}

/** Gives each device that is let in a session and a grant of its own, where the library would use the browser's. */
export function giveDevicesSessions(provider: InstanceType<typeof Provider>, deps: DeviceSessionDeps): void {
  const codes = provider.DeviceCode.prototype as unknown as DeviceCode;
  const { save } = codes;
  codes.save = async function (this: DeviceCode) {
    if (this.accountId && isDeviceRoute(Provider.ctx?.oidc.route)) await letIn(this, provider, deps);
    return save.call(this);
  };
}

async function letIn(
  code: DeviceCode,
  provider: InstanceType<typeof Provider>,
  { artifacts, startDeviceSession, callerOf }: DeviceSessionDeps,
): Promise<void> {
  const { req, oidc } = Provider.ctx!;
  // Of two who say yes at once, one does.
  if (!(await artifacts.saveOnce('DeviceApproval', code.jti, {}, code.remainingTTL)))
    throw new errors.InvalidRequest('somebody has answered for this device already');
  const { accountId, clientId, openid, resources, rejected } = oidc.entities.Grant as unknown as Record<
    string,
    never
  >;
  const grant = new provider.Grant({ accountId, clientId, openid, resources, rejected } as object);
  const grantId = await grant.save();
  const { ipAddress, userAgent, requestId } = { ...callerOf(req), ...code.deviceInfo };
  const sessionId = await startDeviceSession(
    {
      browserSessionId: code.sessionUid!,
      userId: code.accountId!,
      clientId: code.clientId,
      grantId,
      amr: code.amr ?? [],
    },
    { ipAddress, userAgent, requestId },
  );
  if (!sessionId) {
    code.accountId = undefined;
    throw new errors.AccessDenied('the session of the browser has ended');
  }
  Object.assign(code, { sessionUid: sessionId, sid: sessionId, grantId });
}
