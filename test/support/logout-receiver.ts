import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { ClientActor } from './clients.js';
import type { Person } from './given.js';
import { createDatabase } from './postgres.js';
import { startRelyingParty, type RelyingParty } from './relying-party.js';
import { browse } from './session-services.js';
import { startTestApp, type TestApp } from './test-app.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** A logout that a service has verified. */
export interface HeardLogout {
  /** The token as it came. */
  token: string;
  header: JWTHeaderParameters;
  claims: JWTPayload & { sid: string; events: Record<string, unknown> };
}

/**
 * - `takes`: verifies, and answers as a service does
 * - `holds`: takes the request and never answers
 * - a number: answers with this status and hears nothing
 */
export type Mood = 'takes' | 'holds' | number;

/** The back-channel logout endpoint of a service, as OpenID Connect Back-Channel Logout 1.0 §2.5 and §2.6 want it. */
export class LogoutReceiver {
  readonly heard: HeardLogout[] = [];
  /** Why it answered 400. */
  readonly faults: string[] = [];
  mood: Mood = 'takes';
  /** How many requests came, heard or not. */
  requests = 0;
  private readonly jtis = new Set<string>();
  private readonly arrivals = new EventEmitter();
  private readonly server: Server;

  constructor(
    /** The Signet whose keys and clock it goes by. */
    public app: TestApp,
    private readonly clientId: string,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/backchannel-logout`;
  }

  listen(port = 0): Promise<void> {
    return new Promise((done) => this.server.listen(port, '127.0.0.1', done));
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }

  /** Begins anew, and lets go of whom it holds. */
  reset(): void {
    this.heard.length = 0;
    this.faults.length = 0;
    this.requests = 0;
    this.mood = 'takes';
    this.server.closeAllConnections();
  }

  /** Comes back when so many logouts were heard in all. */
  async hears(count: number): Promise<void> {
    while (this.heard.length < count) {
      if (this.faults.length > 0) throw new Error(`it could not take one: ${this.faults[0]}`);
      await once(this.arrivals, 'heard');
    }
  }

  /** Comes back when so many requests came in all. */
  async isAsked(count: number): Promise<void> {
    while (this.requests < count) await once(this.arrivals, 'asked');
  }

  /** The sessions that it heard of, in order of their ids. */
  get sids(): string[] {
    return this.heard.map(({ claims }) => claims.sid).toSorted((a, b) => (a < b ? -1 : 1));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
    this.requests += 1;
    if (this.mood === 'takes') {
      try {
        this.heard.push(await this.verify(request, body));
        response.writeHead(200, { 'cache-control': 'no-store' }).end();
      } catch (error) {
        this.faults.push((error as Error).message);
        response.writeHead(400, { 'cache-control': 'no-store' }).end();
      }
      this.arrivals.emit('heard');
    } else if (this.mood !== 'holds') {
      response.writeHead(this.mood, { location: this.uri }).end();
    }
    this.arrivals.emit('asked');
  }

  private async verify(request: IncomingMessage, body: string): Promise<HeardLogout> {
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
    if (request.method !== 'POST' || !isForm) throw new Error('no form was posted');
    const form = new URLSearchParams(body);
    const token = form.get('logout_token') ?? '';
    if ([...form.keys()].length !== 1) throw new Error('there is more than a logout token');
    const keys = createRemoteJWKSet(new URL(`${this.app.origin}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: this.app.identity.config.issuer,
      audience: this.clientId,
      typ: 'logout+jwt',
      requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'],
      maxTokenAge: 120,
      currentDate: this.app.clock.now(),
      // Nodes under test have clocks of their own.
      clockTolerance: 10,
    });
    const claims = payload as HeardLogout['claims'];
    if (typeof claims.events[EVENT] !== 'object') throw new Error('it is no logout');
    if (!claims.sub && !claims.sid) throw new Error('it says of nobody');
    if ('nonce' in claims) throw new Error('it has a nonce');
    if (this.jtis.has(claims.jti!)) throw new Error('it was sent before');
    this.jtis.add(claims.jti!);
    return { token, header: protectedHeader, claims };
  }
}

/** Starts the endpoint of a service, and registers it. */
export async function startLogoutReceiver(
  app: TestApp,
  admin: Person,
  party: RelyingParty,
): Promise<LogoutReceiver> {
  const receiver = new LogoutReceiver(app, party.clientId);
  await receiver.listen();
  const { clientId } = party;
  await new ClientActor(app, admin).does('updateClient', { clientId, backchannelLogoutUri: receiver.uri });
  return receiver;
}

/** Sends what waits, and comes back when nothing is due. */
export async function deliverLogouts(app: TestApp): Promise<void> {
  await app.identity.jobs.find(({ name }) => name === 'deliver-logouts')!.run();
}

/** Settings under which services on loopback, where those under test are, may be called. */
export const LOGOUT_ENV = { SIGNET_OUTGOING_ALLOW: '127.0.0.0/8' };

/** A Signet with two services that hear of logouts. */
export async function startHeardLogouts() {
  const database = await createDatabase();
  const app = await startTestApp(LOGOUT_ENV, database.url);
  const admin = await app.given.administrator();
  const shop = await startRelyingParty(app, admin, 'shop');
  const desk = await startRelyingParty(app, admin, 'desk');
  const shopHears = await startLogoutReceiver(app, admin, shop);
  const deskHears = await startLogoutReceiver(app, admin, desk);
  const servers = [shop, desk, shopHears, deskHears];
  return {
    ...{ databaseUrl: database.url, app, admin, shop, desk, shopHears, deskHears },

    /** Somebody who is signed in to both services by one session. */
    async signedIn() {
      const ada = await app.given.user();
      const { browser, sid } = await browse(app, ada, [shop, desk]);
      const signOut = async () => browser.send(await browser.open(shop.signOutUrl()), { logout: 'yes' });
      return { ada, browser, sid, signOut };
    },

    waiting: (at = app) =>
      at.sql<{ client_id: string; attempts: number }>(
        'SELECT client_id, attempts FROM logout_deliveries ORDER BY client_id',
      ),

    /** Lets go of what is under way, and begins anew with an empty outbox. */
    async reset(): Promise<void> {
      for (const receiver of [shopHears, deskHears]) receiver.reset();
      await deliverLogouts(app);
      await app.sql('DELETE FROM logout_deliveries');
      // Longer than any service is left alone.
      app.clock.advance(60);
      for (const receiver of [shopHears, deskHears]) receiver.reset();
    },

    async close(): Promise<void> {
      await Promise.all(servers.map((server) => server.close()));
      await app.close();
      await database.drop();
    },
  };
}
