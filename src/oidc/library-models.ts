import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { Provider } from './adapter.js';
import type { ProviderDeps } from './provider.js';

/** The session of the library is ours: its `uid` is the id of the row, which the sign-in page has made. */
export function useOurSessions(
  provider: InstanceType<typeof Provider>,
  deps: Pick<ProviderDeps, 'signOut'>,
): void {
  const Session = provider.Session as unknown as SessionClass;
  const { loginAccount, destroy, persist } = Session.prototype;
  // What was begun in a request that failed is no session: no cookie stands for it.
  Session.prototype.persist = async function () {
    if (this.exp !== undefined) await persist.call(this);
  };
  Session.instantiate = function instantiate(payload) {
    const session = new this(payload);
    // Nobody has signed in yet; ids of sessions are UUIDs, in tokens and in the database.
    if (!payload?.uid) session.uid = uuidv7();
    return session;
  };
  Session.prototype.loginAccount = function (details) {
    loginAccount.call(this, details);
    const login = Provider.ctx?.oidc.entities.Interaction?.result?.login as
      { sessionId?: string } | undefined;
    if (login?.sessionId) this.uid = login.sessionId;
  };
  // One `sid` for all clients: the id of the session, by which its owner sees it and ends it.
  Session.prototype.ensureClientContainer = function (clientId) {
    if (!this.sidFor(clientId)) this.sidFor(clientId, this.uid);
  };
  Session.prototype.destroy = async function () {
    if (this.accountId) await deps.signOut(this.uid);
    await destroy.call(this);
  };
}

interface SessionInstance {
  uid: string;
  exp?: number;
  accountId?: string;
  sidFor(clientId: string, value?: string): string | undefined;
}

interface SessionClass {
  new (payload?: { uid?: string }): SessionInstance;
  instantiate(this: SessionClass, payload?: { uid?: string }): SessionInstance;
  prototype: {
    loginAccount(this: SessionInstance, details: object): void;
    ensureClientContainer(this: SessionInstance, clientId: string): void;
    destroy(this: SessionInstance): Promise<void>;
    persist(this: SessionInstance): Promise<unknown>;
  };
}

/** Refresh tokens follow from the one before; secrets of clients are compared by their hashes. */
export function useOurSecrets(
  provider: InstanceType<typeof Provider>,
  deps: Pick<ProviderDeps, 'successorOf' | 'verifyClientSecret'>,
): void {
  const RefreshToken = provider.RefreshToken.prototype as unknown as { generateTokenId(): string };
  RefreshToken.generateTokenId = () => {
    const replaced = Provider.ctx?.oidc.entities['RotatedRefreshToken'] as { jti: string } | undefined;
    return replaced ? deps.successorOf(replaced.jti) : randomBytes(32).toString('base64url');
  };
  const Client = provider.Client.prototype as unknown as {
    compareClientSecret(
      this: { clientId: string; clientAuthMethod: string },
      secret: string,
    ): Promise<boolean>;
    includeSid(): boolean;
  };
  Client.includeSid = () => true;
  Client.compareClientSecret = async function (secret) {
    // The library takes either of the two ways to send a secret for the other (RFC 7591 §2: the client has one).
    const way = Provider.ctx?.headers.authorization ? 'client_secret_basic' : 'client_secret_post';
    return way === this.clientAuthMethod && deps.verifyClientSecret(this.clientId, secret);
  };
}
