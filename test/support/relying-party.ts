import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestApp } from './test-app.js';
import type { Person } from './given.js';
import type { Place, Visitor } from './visitor.js';

export interface ClientSettings {
  name?: string;
  firstParty?: boolean;
  type?: 'SPA' | 'NATIVE';
  /** More addresses to come back to. */
  redirectUris?: string[];
  permissionsOf?: string[];
}

/** A service that sends people to Signet and takes them back, as any client of OpenID Connect does. */
export class RelyingParty {
  /** Addresses at which people came back, the last one last. */
  readonly arrivals: URL[] = [];
  clientId = '';
  private readonly verifier = randomBytes(32).toString('base64url');
  private readonly server: Server;

  constructor(
    readonly name: string,
    private readonly issuer: string,
  ) {
    this.server = createServer((request, response) => {
      const url = new URL(request.url!, this.origin);
      if (url.pathname.startsWith('/callback') || url.pathname === '/bye') this.arrivals.push(url);
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><html lang="en"><title>${name}</title><h1>Back at ${name}</h1></html>`);
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get redirectUri(): string {
    return `${this.origin}/callback`;
  }

  /** The address that a "Sign in" of the service leads to. */
  signInUrl(parameters: Record<string, string> = {}): string {
    const url = new URL(`${this.issuer}/oidc/authorize`);
    const challenge = createHash('sha256').update(this.verifier).digest('base64url');
    url.search = String(
      new URLSearchParams({
        client_id: this.clientId,
        redirect_uri: this.redirectUri,
        response_type: 'code',
        scope: 'openid profile email',
        state: 'the state of the service',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...parameters,
      }),
    );
    return url.href;
  }

  signOutUrl(parameters: Record<string, string> = {}): string {
    const url = new URL(`${this.issuer}/oidc/logout`);
    url.search = String(
      new URLSearchParams({
        client_id: this.clientId,
        post_logout_redirect_uri: `${this.origin}/bye`,
        ...parameters,
      }),
    );
    return url.href;
  }

  /** Trades the code with which somebody came back. */
  async redeem(app: Pick<Place, 'origin'>, arrival = this.arrivals.at(-1)!): Promise<Record<string, string>> {
    const response = await fetch(`${app.origin}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: arrival.searchParams.get('code') ?? '',
        redirect_uri: this.redirectUri,
        client_id: this.clientId,
        code_verifier: this.verifier,
      }),
    });
    return (await response.json()) as Record<string, string>;
  }

  async refresh(app: Pick<Place, 'origin'>, refreshToken: string): Promise<Record<string, string>> {
    const response = await fetch(`${app.origin}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: this.clientId,
      }),
    });
    return (await response.json()) as Record<string, string>;
  }

  /** The access token that somebody's browser brings back to the service, who agrees to everything. */
  async signIn(app: TestApp, browser: Visitor, person: Person, scope: string): Promise<string> {
    const parameters = { scope, resource: app.identity.config.audience };
    let shown = await browser.open(this.signInUrl(parameters));
    if (shown.url.pathname.startsWith('/sign-in/'))
      shown = await browser.send(shown, { email: person.email, password: person.password });
    if (shown.url.pathname.startsWith('/consent/')) shown = await browser.send(shown, { answer: 'agree' });
    const { access_token: token, ...rest } = await this.redeem(app, shown.url);
    if (!token) throw new Error(`no token: ${shown.url.href} ${JSON.stringify(rest)}`);
    return token;
  }

  listen(): Promise<void> {
    return new Promise((done) => this.server.listen(0, '127.0.0.1', done));
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }
}

const ADD_CLIENT = `mutation ($input: AddClientInput!) { addClient(input: $input) {
  __typename ... on AddClientSuccess { client { clientId } } ... on InvalidIdentityInput { fields { path message } } } }`;
const REGISTER = `mutation ($input: RegisterServiceInput!) { registerService(input: $input) { __typename
  ... on InvalidIdentityInput { fields { path message } } } }`;

/** Registers a service with a client, both through the API, and starts it. */
export async function startRelyingParty(
  app: Pick<TestApp, 'client'> & { identity: { config: { issuer: string } } },
  admin: Pick<Person, 'accessToken'>,
  slug: string,
  settings: ClientSettings = {},
): Promise<RelyingParty> {
  const name = settings.name ?? slug;
  const party = new RelyingParty(name, app.identity.config.issuer);
  await party.listen();
  const token = admin.accessToken;
  const permissions = [
    { name: 'read', description: 'Read your orders' },
    { name: 'refund', description: 'Pay money back' },
  ];
  const service = { slug, name: `The ${slug}`, permissions };
  const { registerService } = (await app.client.send<any, object>(REGISTER, { input: service }, { token }))
    .data;
  if (registerService.__typename !== 'RegisterServiceSuccess')
    throw new Error(`no service: ${JSON.stringify(registerService)}`);
  const input = {
    service: slug,
    name,
    type: settings.type ?? 'SPA',
    redirectUris: [party.redirectUri, ...(settings.redirectUris ?? [])],
    postLogoutRedirectUris: [`${party.origin}/bye`],
    firstParty: settings.firstParty ?? true,
    permissionsOf: settings.permissionsOf ?? [],
  };
  const { addClient } = (await app.client.send<any, object>(ADD_CLIENT, { input }, { token })).data;
  if (addClient.__typename !== 'AddClientSuccess') throw new Error(`no client: ${JSON.stringify(addClient)}`);
  party.clientId = addClient.client.clientId;
  return party;
}
