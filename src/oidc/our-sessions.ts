import { v7 as uuidv7 } from 'uuid';
import { Provider } from './adapter.js';

/** The session of the library is ours: its `uid` is the id of the row, which the sign-in page has made. */
export function useOurSessions(
  provider: InstanceType<typeof Provider>,
  deps: { signOut(sessionId: string): Promise<void> },
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
