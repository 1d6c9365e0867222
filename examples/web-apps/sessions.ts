import { randomBytes } from 'node:crypto';
import type { Departure, Person, Signet, Tokens } from './signet.js';

const SIGN_IN_MS = 10 * 60_000;
/** Before the access token ends, so that it does not end on its way. */
const EARLY_MS = 30_000;

interface Session {
  person: Person;
  tokens: Tokens;
  /** Requests that come at once share one refresh. */
  refreshing?: Promise<Tokens | null>;
}

/**
 * Who is signed in to this app. The browser has a random id and nothing else; tokens stay here. An app with several
 * processes keeps this in its database.
 */
export class Sessions {
  private readonly sessions = new Map<string, Session>();
  private readonly departures = new Map<string, Departure & { browser: string; until: number }>();

  constructor(private readonly signet: Signet) {}

  /** @returns what the browser has to bring back, so that nobody can be signed in by a link that somebody else has sent */
  depart(departure: Departure): string {
    for (const [state, { until }] of this.departures) if (until < Date.now()) this.departures.delete(state);
    const browser = newId();
    this.departures.set(departure.state, { ...departure, browser, until: Date.now() + SIGN_IN_MS });
    return browser;
  }

  /** Once, and in the browser in which it began. */
  takeDeparture(state: string, browser: string | undefined): Departure | null {
    const departure = this.departures.get(state);
    if (!departure || departure.browser !== browser || departure.until < Date.now()) return null;
    this.departures.delete(state);
    return departure;
  }

  /** @returns an id that nobody has seen before: one from before the sign-in could be known to somebody else */
  begin(person: Person, tokens: Tokens): string {
    const id = newId();
    this.sessions.set(id, { person, tokens });
    return id;
  }

  /**
   * The session with an access token that is good; null when there is none, or Signet says that it has ended. That is how an app
   * hears of it that could not be called.
   */
  async find(id: string | undefined): Promise<Session | null> {
    const session = id === undefined ? undefined : this.sessions.get(id);
    if (!session) return null;
    if (session.tokens.expiresAt - EARLY_MS > Date.now()) return session;
    session.refreshing ??= this.signet.refresh(session.tokens).finally(() => delete session.refreshing);
    const tokens = await session.refreshing;
    if (!tokens) return this.end(id!);
    session.tokens = tokens;
    return session;
  }

  end(id: string): null {
    this.sessions.delete(id);
    return null;
  }

  /** Ends what hangs on a session at Signet. */
  endBySid(sid: string): void {
    for (const [id, { person }] of this.sessions) if (person.sid === sid) this.sessions.delete(id);
  }
}

const newId = () => randomBytes(32).toString('base64url');
