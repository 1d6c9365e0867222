import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Caller } from '../domain/caller.js';
import { answer, requestOf, type ProtocolPages } from './pages.js';

/** RFC 8628 §5.4: people have to see whether the device that asks is the one before them. */
export type DeviceInfo = { ipAddress: string; userAgent: string | null };

/** A guess at the code of a device, let through or not. */
export type UserCodeAdmission =
  { kind: 'admitted'; refund(): Promise<void> } | { kind: 'refused'; retryAfterSeconds: number };

const CODE_PATH = '/oidc/device';
/** The library's word for a code that nobody was given; every other fault is of a code that exists. */
const UNKNOWN_CODE = 'NotFoundError';

export interface DeviceDeps {
  pages: ProtocolPages;
  callerOf(request: IncomingMessage): Caller;
  /** Charges a guess at a code to the network that it comes from. */
  admitUserCode(caller: Caller): Promise<UserCodeAdmission>;
}

/** Where somebody answers whether a device may come in. */
export const isDeviceRoute = (route: string | undefined) =>
  /^(code_verification|device_resume)$/.test(route ?? '');

/** Pages on which people let a device in that has no keyboard (RFC 8628 §3.3). */
export function createDeviceHooks({ pages, callerOf }: DeviceDeps) {
  const form = (ctx: KoaContextWithOIDC) => ({
    action: ctx.oidc.urlFor('code_verification'),
    token: (ctx.oidc.session as { state?: { secret?: string } } | undefined)?.state?.secret ?? '',
  });

  return {
    deviceInfo(ctx: KoaContextWithOIDC): DeviceInfo {
      const { ipAddress, userAgent } = callerOf(ctx.req);
      return { ipAddress, userAgent };
    },

    userCodeInputSource(ctx: KoaContextWithOIDC, _form: string, _out?: object, error?: Error): void {
      if (error?.name === UNKNOWN_CODE) ctx.state['guessedWrong'] = true;
      if (!error) return answer(ctx, pages.deviceCode(requestOf(ctx), { ...form(ctx), problem: null }));
      if (error.name === 'AbortedError') return answer(ctx, pages.deviceRefused(requestOf(ctx)));
      const isAboutCode = /^(NoCode|NotFound|Expired|AlreadyUsed)Error$/.test(error.name);
      if (!isAboutCode) return answer(ctx, pages.error(requestOf(ctx), 'expired', ctx.status));
      return answer(ctx, pages.deviceCode(requestOf(ctx), { ...form(ctx), problem: 'wrongCode' }));
    },

    userCodeConfirmSource(
      ctx: KoaContextWithOIDC,
      _form: string,
      client: { clientName?: string; clientId: string },
      device: object,
      userCode: string,
    ): void {
      const name = client.clientName ?? client.clientId;
      const question = { ...form(ctx), client: name, userCode, device: device as DeviceInfo };
      answer(ctx, pages.deviceQuestion(requestOf(ctx), question));
    },

    successSource(ctx: KoaContextWithOIDC): void {
      answer(ctx, pages.deviceDone(requestOf(ctx)));
    },
  };
}

/** Codes are short, so nobody may try many of them: a wrong one counts as a guess at a password does. */
export function limitUserCodes({ pages, callerOf, admitUserCode }: DeviceDeps) {
  return async function limit(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    if (ctx.method !== 'POST' || ctx.path !== CODE_PATH) return next();
    const admission = await admitUserCode(callerOf(ctx.req));
    if (admission.kind === 'refused') {
      ctx.set('retry-after', String(admission.retryAfterSeconds));
      return answer(ctx, pages.deviceTooMany(requestOf(ctx), admission.retryAfterSeconds));
    }
    await next();
    if (!ctx.state['guessedWrong']) await admission.refund();
  };
}
