import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { inject } from 'light-my-request';
import type { Caller } from '../domain/caller.js';
import { ID_TOKEN_PURPOSES, type KeyRing } from '../domain/tokens/index.js';
import { Provider } from './adapter.js';
import { OwnBrowser } from './own-browser.js';
import { buildProvider, type ProviderDeps } from './provider.js';

/** What the composition root hands over; what depends on the request or on keys is added here. */
export interface OpenIdDoor extends Omit<
  ProviderDeps,
  'keys' | 'reportTheft' | 'signOut' | 'leaveService' | 'revokeGrant' | 'callerOf' | 'machineSession'
> {
  keyRing: KeyRing;
  reportTheft(sessionId: string, clientId: string, caller: Caller): Promise<void>;
  signOut(sessionId: string, caller: Caller): Promise<void>;
  leaveService(sessionId: string, clientId: string, caller: Caller): Promise<void>;
  revokeGrant(userId: string, clientId: string, grantId: string, caller: Caller): Promise<void>;
  machineSession(
    userId: string,
    clientId: string,
    caller: Caller,
  ): ReturnType<ProviderDeps['machineSession']>;
}

type Built = InstanceType<typeof Provider>;

/** The library as it is at this moment: with other keys another one is built over the same store. */
export class OpenId {
  private built: { provider: Built; kids: string } | undefined;
  private described: { provider: Built; metadata: Record<string, unknown> } | undefined;
  private readonly callers = new WeakMap<IncomingMessage, Caller>();
  private readonly issuer: URL;

  constructor(private readonly door: OpenIdDoor) {
    this.issuer = new URL(door.issuer);
  }

  /** The provider with the keys of now. Requests under way end on the one that they began with. */
  current(): Built {
    const { keyRing } = this.door;
    const idTokens = Object.values(ID_TOKEN_PURPOSES).map((purpose) => keyRing.active(purpose));
    const accessToken = keyRing.active();
    const signing = [...idTokens, accessToken];
    // Retired ones too, which nobody is shown any more: services say who signs out by id tokens that are weeks old.
    const known = keyRing.states().map(({ key }) => key);
    const others = known.filter((key) => !signing.some(({ kid }) => kid === key.kid));
    const kids = [...signing, ...others].map(({ kid }) => kid).join(' ');
    if (this.built?.kids !== kids)
      this.built = { kids, provider: buildProvider(this.withRequest({ idTokens, accessToken, others })) };
    return this.built.provider;
  }

  /** Makes a request say what the issuer says, whatever its Host and X-Forwarded headers do. */
  prepare(request: FastifyRequest): IncomingMessage {
    const { raw } = request;
    raw.headers['host'] = this.issuer.host;
    raw.headers['x-forwarded-host'] = this.issuer.host;
    raw.headers['x-forwarded-proto'] = this.issuer.protocol.slice(0, -1);
    const path = this.issuer.pathname.replace(/\/$/, '');
    (raw as IncomingMessage & { originalUrl?: string }).originalUrl = `${path}${raw.url}`;
    this.callers.set(raw, callerOf(request));
    return raw;
  }

  /** Hands a request to the library, which answers it. */
  async handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const raw = this.prepare(request);
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    await this.current().callback()(raw, reply.raw);
  }

  /**
   * Whether a sign-in that goes on began in this browser. The library's own cookie is not enough: who planted it would sign its
   * victim in as somebody else.
   */
  isOwn(request: FastifyRequest, reply: FastifyReply, uid: string): boolean {
    const { cookies } = this.current().createContext(this.prepare(request), reply.raw);
    const ownBrowser = new OwnBrowser(this.issuer.protocol === 'https:');
    return ownBrowser.began(cookies, uid);
  }

  /** The page of a sign-in, which says what to do when it is over. */
  pageOf(uid: string): string {
    return `${this.issuer.pathname.replace(/\/$/, '')}/sign-in/${uid}`;
  }

  /** The metadata of OpenID Connect Discovery, as the library writes it for the keys of now. */
  async metadata(): Promise<Record<string, unknown>> {
    const provider = this.current();
    if (this.described?.provider !== provider)
      this.described = { provider, metadata: await this.readMetadata(provider) };
    return this.described.metadata;
  }

  private async readMetadata(provider: Built): Promise<Record<string, unknown>> {
    const handle = provider.callback();
    const answer = await inject((request, response) => void handle(request, response), {
      url: '/.well-known/openid-configuration',
      headers: { host: this.issuer.host, 'x-forwarded-proto': this.issuer.protocol.slice(0, -1) },
    });
    return {
      ...answer.json<Record<string, unknown>>(),
      // Not the library's, which tries once: the outbox of domain/logouts.
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    };
  }

  private withRequest(keys: ProviderDeps['keys']): ProviderDeps {
    const { door } = this;
    const callerOfRaw = (request: IncomingMessage | undefined) => {
      const known = request && this.callers.get(request);
      if (!known) throw new Error('the library works for no request of ours');
      return known;
    };
    const caller = () => callerOfRaw(Provider.ctx?.req);
    return {
      ...door,
      keys,
      callerOf: callerOfRaw,
      reportTheft: (sessionId, clientId) => door.reportTheft(sessionId, clientId, caller()),
      leaveService: (sessionId, clientId) => door.leaveService(sessionId, clientId, caller()),
      revokeGrant: (...grant) => door.revokeGrant(...grant, caller()),
      signOut: (sessionId) => door.signOut(sessionId, caller()),
      machineSession: (userId, clientId) => door.machineSession(userId, clientId, caller()),
    };
  }
}

export function callerOf(request: FastifyRequest): Caller {
  return {
    ipAddress: request.ip,
    userAgent: request.headers['user-agent']?.slice(0, 1000) ?? null,
    requestId: request.id,
  };
}

/** The library takes other spellings too, which what counts requests by their path would not see. */
const PATH = /^\/oidc\/[a-z]+(\/[A-Za-z0-9_-]+)?$/;
/** Where a sign-in goes on that a page has answered; uids have 43 characters. */
const RESUMED = /^\/oidc\/(?:authorize|device)\/([A-Za-z0-9_-]{20,})$/;

/** Mounts the endpoints of the protocol under `/oidc`. Bodies are left to the library. */
export async function mountOpenId(server: FastifyInstance, openId: OpenId): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    // Which pages may ask follows from the client (`clientBasedCORS`), and the library says so itself.
    const config = { cors: false };
    scope.all('/oidc/*', { config }, async (request, reply) => {
      const [path = ''] = request.raw.url!.split('?');
      if (!PATH.test(path)) return reply.callNotFound();
      const [, uid] = RESUMED.exec(path) ?? [];
      if (uid && !openId.isOwn(request, reply, uid)) return reply.redirect(openId.pageOf(uid), 303);
      return openId.handle(request, reply);
    });
  });
}
