import { decode } from './forge.js';
import type { Person } from './given.js';
import type { RelyingParty } from './relying-party.js';
import type { TestApp } from './test-app.js';
import { Visitor } from './visitor.js';

/** A session as its tree shows it. */
export interface ShownSession {
  id: string;
  current: boolean;
  device: string;
  upstream: string | null;
  lastUsedAt: string;
  services: {
    clientId: string | null;
    clientName: string | null;
    service: string;
    serviceName: string;
    since: string;
    lastUsedAt: string;
  }[];
}

export const SESSIONS = `sessions { id current device upstream lastUsedAt
  services { clientId clientName service serviceName since lastUsedAt } }`;

/** The whole tree of somebody, by one query. */
export async function sessionTree(
  app: TestApp,
  person: Pick<Person, 'accessToken'>,
): Promise<ShownSession[]> {
  const { data } = await app.client.send<{ viewer: { sessions: ShownSession[] } }, object>(
    `{ viewer { ${SESSIONS} } }`,
    {},
    { token: person.accessToken },
  );
  return data.viewer.sessions;
}

/** A browser in which somebody is signed in to services by one session, with what the services got. */
export interface Browsing {
  browser: Visitor;
  sid: string;
  /** By the id of the client. */
  refreshTokens: Map<string, string>;
}

export async function browse(
  app: TestApp,
  person: Pick<Person, 'email' | 'password'>,
  parties: RelyingParty[],
  headers: Record<string, string> = {},
): Promise<Browsing> {
  const browser = new Visitor(app, headers);
  const refreshTokens = new Map<string, string>();
  let sid = '';
  for (const party of parties) {
    // The clock stands still under test, and which was first is to be seen.
    app.clock.advance(1);
    let shown = await browser.open(party.signInUrl());
    if (shown.url.pathname.startsWith('/sign-in/'))
      shown = await browser.send(shown, { email: person.email, password: person.password });
    const tokens = await party.redeem(app, shown.url);
    sid = decode(tokens['id_token']!).claims['sid'] as string;
    refreshTokens.set(party.clientId, tokens['refresh_token']!);
  }
  return { browser, sid, refreshTokens };
}
