import DataLoader from 'dataloader';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Viewer } from '../domain/caller.js';
import type { SessionService } from '../domain/authorizations/index.js';
import type { Session } from '../domain/sessions/index.js';
import type { VerifiedToken } from '../domain/tokens/index.js';
import type { UserRecord } from '../domain/users/index.js';
import { unauthenticated } from './errors.js';
import { PermissionReads } from './permission-reads.js';
import { RefreshCookie } from './refresh-cookie.js';
import type { UseCases } from './use-cases.js';

/** What the Authorization header turned out to be. Nothing else in a request can claim an identity. */
export type Authorization =
  { kind: 'none' } | { kind: 'invalid' } | { kind: 'verified'; token: VerifiedToken };

/** Objects that were handed to somebody in particular, such as the `user` of a LoginSuccess. */
export const VIEWER = Symbol('the viewer to whom this object was given');

export interface ContextOptions {
  profilesArePublic: boolean;
  allowedOrigins: readonly string[];
}

/** Everything that one request's resolvers share: who calls, the use cases, and batched reads. */
export class Context {
  readonly profilesArePublic: boolean;
  readonly cookie: RefreshCookie;
  /** An object, since Apollo Server hands resolvers a shallow copy of the context. */
  private readonly session: { viewer?: Viewer | null } = {};
  private readonly usersById: DataLoader<string, UserRecord | null>;
  private readonly sessionsByUser: DataLoader<string, Session[]>;
  private readonly servicesBySession: DataLoader<string, SessionService[]>;
  private readonly permissions: { reads: PermissionReads; changed: boolean };

  constructor(
    readonly caller: Caller,
    readonly authorization: Authorization,
    readonly useCases: UseCases,
    options: ContextOptions,
    http: { request: FastifyRequest; reply: FastifyReply },
  ) {
    this.profilesArePublic = options.profilesArePublic;
    this.cookie = new RefreshCookie(http.request, http.reply, options.allowedOrigins);
    this.usersById = new DataLoader((ids) => this.loadUsers(ids));
    this.sessionsByUser = new DataLoader(async (ids) => {
      const byUser = await useCases.listSessions(ids);
      return ids.map((id) => byUser.get(id)!);
    });
    this.servicesBySession = new DataLoader(async (ids) => {
      const bySession = Map.groupBy(await useCases.listSessionServices(ids), ({ sessionId }) => sessionId);
      return ids.map((id) => bySession.get(id) ?? []);
    });
    this.permissions = { reads: new PermissionReads(useCases), changed: false };
  }

  /**
   * Who is signed in, or null without a token. Checked against the database once a request, by the
   * statement that reads users, so that asking for both costs one.
   * @throws UNAUTHENTICATED when the token is bad or its session has ended
   */
  viewer(): Viewer | null | Promise<Viewer | null> {
    if (this.session.viewer !== undefined) return this.settled();
    const { authorization } = this;
    if (authorization.kind === 'invalid') throw unauthenticated();
    if (authorization.kind === 'none') return null;
    return this.usersById.load(authorization.token.userId).then(() => this.settled());
  }

  private settled(): Viewer {
    if (!this.session.viewer) throw unauthenticated();
    return this.session.viewer;
  }

  /** @throws UNAUTHENTICATED when nobody is signed in */
  async requireViewer(): Promise<Viewer> {
    const viewer = await this.viewer();
    if (!viewer) throw unauthenticated();
    return viewer;
  }

  /** For whom the fields of `source` are read: the one it was given to, otherwise the caller. */
  viewerFor(source: unknown): Viewer | null | Promise<Viewer | null> {
    const given = (source as { [VIEWER]?: Viewer } | null | undefined)?.[VIEWER];
    return given ?? this.viewer();
  }

  /** A user by id, batched with all others that the request asks for. The id must be a UUID. */
  user(id: string): Promise<UserRecord | null> {
    return this.usersById.load(id);
  }

  /** Forgets a user that a mutation has changed. */
  forgetUser(id: string): void {
    this.usersById.clear(id);
  }

  /** Effective permissions; the viewer's own were read when their session was checked. */
  async permissionsOf(userId: string, viewer: Viewer | null): Promise<readonly string[]> {
    if (viewer?.userId === userId && !this.permissions.changed) return [...viewer.permissions];
    const held = await this.reads.permissionsOfUser.load(userId);
    return viewer?.userId === userId && viewer.client
      ? held.filter((name) => viewer.permissions.has(name))
      : held;
  }

  /** Batched reads of who may do what. */
  get reads(): PermissionReads {
    return this.permissions.reads;
  }

  /** Forgets what was read of who may do what: a mutation has changed it. */
  forgetPermissions(): void {
    this.permissions.reads = new PermissionReads(this.useCases);
    this.permissions.changed = true;
  }

  sessionsOf(userId: string): Promise<Session[]> {
    return this.sessionsByUser.load(userId);
  }

  servicesOfSession(sessionId: string): Promise<SessionService[]> {
    return this.servicesBySession.load(sessionId);
  }

  private async loadUsers(ids: readonly string[]): Promise<(UserRecord | null)[]> {
    const { authorization } = this;
    const isFirst = this.session.viewer === undefined;
    const token = isFirst && authorization.kind === 'verified' ? authorization.token : null;
    const loaded = await this.useCases.loadUsers(ids, token);
    if (token) this.session.viewer = loaded.viewer;
    return ids.map((id) => loaded.users.get(id) ?? null);
  }
}
