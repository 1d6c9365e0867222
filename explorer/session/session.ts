import { refresh, signIn, signOut, type Held, type Refused, type SignedInUser } from './credentials';
import { lookAt } from './look-at-operation';
import { exchange, isUnauthenticated, type Exchange, type Operation } from './post';

export type SessionState =
  | { kind: 'starting' }
  | { kind: 'unreachable'; message: string }
  | { kind: 'signedOut'; notice: string | null }
  | { kind: 'signedIn'; user: SignedInUser };

/** An access token gets its successor when so much of its life is left: a fifth, for a slow network. */
const REST_OF_LIFE = 0.2;
const ENDED = 'Your session has ended. Sign in to go on; your tabs are still here.';
/** Of refused refreshes, those that say more than that a session is over, or never was. */
const WORTH_TELLING = new Set(['REFRESH_TOKEN_REUSED', 'FORBIDDEN']);

/**
 * Who is signed in. The access token is in memory only and the refresh token in a cookie that scripts
 * cannot read, so that neither is found in storage by whoever gets to it.
 */
export class Session {
  state: SessionState = { kind: 'starting' };
  private held: Held | null = null;
  /** When the access token has to be replaced, and when it is over, in milliseconds as of `Date.now()`. */
  private dueAt = 0;
  private overAt = 0;
  private refreshing: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  /** Other tabs of this browser share the cookie: what ends here has ended there. */
  private readonly otherTabs = new BroadcastChannel('signet-explorer');

  constructor() {
    this.otherTabs.addEventListener('message', () => this.held && this.end(ENDED));
    document.addEventListener('visibilitychange', () => this.refreshIfDue());
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Goes on with the session of the cookie, if there is one: a reload keeps who is signed in. */
  async start(): Promise<void> {
    this.set({ kind: 'starting' });
    try {
      await this.refresh(null);
    } catch (error) {
      this.set({ kind: 'unreachable', message: (error as Error).message });
    }
  }

  /** @returns why not, or null */
  async signIn(email: string, password: string): Promise<Refused | null> {
    const outcome = await signIn(email, password);
    if (outcome.kind === 'refused') return outcome.problem;
    this.hold(outcome.held);
    return null;
  }

  async signOut(): Promise<void> {
    await this.refreshing?.catch(() => undefined);
    await signOut(this.held?.accessToken ?? null);
    this.otherTabs.postMessage('signed out');
    this.end(null);
  }

  /** Sends an operation as who is signed in, with a fresh access token when the present one is refused. */
  async send(operation: Operation): Promise<Exchange> {
    const { isCredential, isRepeatable } = lookAt(operation);
    if (isCredential) return exchange(operation);
    return this.authorized(
      (token) => exchange(operation, token),
      ({ answer }) => isUnauthenticated(answer),
      isRepeatable,
    );
  }

  /** Calls with the access token, and gets a new one when the answer is a refusal, to call once more with. */
  async authorized<T>(
    call: (token: string) => Promise<T>,
    isRefused: (answer: T) => boolean,
    isRepeatable = true,
  ): Promise<T> {
    if (Date.now() >= this.overAt) await this.renew();
    const { held } = this;
    if (!held) throw new Error(ENDED);
    const answer = await call(held.accessToken);
    if (!isRefused(answer)) return answer;
    await this.renew();
    return this.held && isRepeatable ? call(this.held.accessToken) : answer;
  }

  /** @throws when another tab has signed somebody else in, who did not ask for this */
  private async renew(): Promise<void> {
    const before = this.held?.user.id;
    await this.refresh(ENDED);
    if (this.held && this.held.user.id !== before)
      throw new Error('Nothing was sent: somebody else has signed in in another tab.');
  }

  /** Gets a new access token, or ends with `notice`. However many ask at once, in this tab or another, one goes. */
  private refresh(notice: string | null): Promise<void> {
    const now = () => this.refreshNow(notice);
    // Browsers have no locks for pages that came over plain http, where the cookie does not work either.
    this.refreshing ??= (isSecureContext ? navigator.locks.request('signet-refresh', now) : now()).finally(
      () => (this.refreshing = null),
    );
    return this.refreshing;
  }

  private async refreshNow(notice: string | null): Promise<void> {
    const outcome = await refresh();
    if (outcome.kind === 'held') return this.hold(outcome.held);
    const { code, message } = outcome.problem;
    return this.end(WORTH_TELLING.has(code ?? '') ? message : notice);
  }

  /** A page that nobody looks at does not keep its session alive. */
  private refreshIfDue(): void {
    if (document.hidden || !this.held || Date.now() < this.dueAt) return;
    // A network that is away just now may be back when the next operation is sent.
    this.refresh(ENDED).catch(() => undefined);
  }

  private hold(held: Held): void {
    this.held = held;
    const life = held.expiresInSeconds * 1000;
    this.overAt = Date.now() + life;
    this.dueAt = Date.now() + life * (1 - REST_OF_LIFE);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refreshIfDue(), life * (1 - REST_OF_LIFE));
    this.set({ kind: 'signedIn', user: held.user });
  }

  private end(notice: string | null): void {
    this.held = null;
    clearTimeout(this.timer);
    this.set({ kind: 'signedOut', notice });
  }

  private set(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
