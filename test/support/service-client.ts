import { createHash, randomBytes } from 'node:crypto';
import { ClientActor, type ShownClient } from './clients.js';
import type { Person } from './given.js';
import type { TestApp } from './test-app.js';
import { Visitor } from './visitor.js';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, any>;
}

type Fields = Record<string, string>;

/** Sends a form to an endpoint of the protocol. */
export async function postForm(
  app: TestApp,
  path: string,
  fields: Fields | URLSearchParams,
  headers: Fields = {},
): Promise<Answer> {
  const body = new URLSearchParams(fields);
  const response = await fetch(app.origin + path, { method: 'POST', body, headers, redirect: 'manual' });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
}

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

/** A client of any type, that speaks to every endpoint as its settings say. */
export class ServiceClient {
  readonly verifier = randomBytes(32).toString('base64url');

  constructor(
    readonly app: TestApp,
    readonly shown: ShownClient,
    readonly secret: string | null,
  ) {}

  get clientId(): string {
    return this.shown.clientId;
  }

  get redirectUri(): string {
    return this.shown.redirectUris[0]!;
  }

  get challenge(): string {
    return createHash('sha256').update(this.verifier).digest('base64url');
  }

  /** As itself, by the method that it is registered for. */
  post(path: string, fields: Fields, headers: Fields = {}): Promise<Answer> {
    const { secret, clientId } = this;
    if (this.shown.authMethod === 'client_secret_basic')
      return postForm(this.app, path, fields, { ...basic(clientId, secret!), ...headers });
    const proof: Fields = secret === null ? {} : { client_secret: secret };
    return postForm(this.app, path, { client_id: clientId, ...proof, ...fields }, headers);
  }

  parameters(more: Fields = {}): Fields {
    return {
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      response_type: 'code',
      scope: 'openid',
      state: 'the state of the service',
      code_challenge: this.challenge,
      code_challenge_method: 'S256',
      ...more,
    };
  }

  signInUrl(more: Fields = {}): string {
    const url = new URL(`${this.app.identity.config.issuer}/oidc/authorize`);
    url.search = String(new URLSearchParams(this.parameters(more)));
    return url.href;
  }

  /** Where the browser of somebody ends who signs in where asked, and agrees to everything. */
  async arrive(person: Person, more: Fields = {}, browser = new Visitor(this.app)): Promise<URL> {
    let shown = await browser.open(this.signInUrl(more));
    if (shown.url.pathname.includes('/sign-in/'))
      shown = await browser.send(shown, { email: person.email, password: person.password });
    if (shown.url.pathname.includes('/consent/')) shown = await browser.send(shown, { answer: 'agree' });
    return shown.url;
  }

  redeem(arrival: URL, more: Fields = {}, headers: Fields = {}): Promise<Answer> {
    const fields = {
      grant_type: 'authorization_code',
      code: arrival.searchParams.get('code') ?? '',
      redirect_uri: this.redirectUri,
      code_verifier: this.verifier,
      ...more,
    };
    return this.post('/oidc/token', fields, headers);
  }

  /** Tokens of somebody; an access token for the supergraph. */
  async tokensOf(person: Person, more: Fields = {}, browser = new Visitor(this.app)): Promise<Fields> {
    const parameters = {
      scope: 'openid profile email',
      resource: this.app.identity.config.audience,
      ...more,
    };
    const arrival = await this.arrive(person, parameters, browser);
    const { status, body } = await this.redeem(arrival);
    if (status !== 200) throw new Error(`no tokens: ${arrival.href} ${JSON.stringify(body)}`);
    return body;
  }

  refresh(refreshToken: string, more: Fields = {}, headers: Fields = {}): Promise<Answer> {
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken, ...more };
    return this.post('/oidc/token', fields, headers);
  }

  introspect(token: string, more: Fields = {}): Promise<Answer> {
    return this.post('/oidc/introspect', { token, ...more });
  }

  revoke(token: string, more: Fields = {}): Promise<Answer> {
    return this.post('/oidc/revoke', { token, ...more });
  }
}

let clients = 0;

/** Adds a client to a service of its own, unless told which. */
export async function givenClient(
  app: TestApp,
  admin: Person,
  settings: { service?: string } & Record<string, unknown> = {},
): Promise<ServiceClient> {
  const service = settings.service ?? (await app.given.service()).slug;
  const type = settings['type'] ?? 'WEB';
  const input = {
    name: `Client ${++clients}`,
    type,
    redirectUris: type === 'MACHINE' ? [] : [`https://client-${clients}.example.com/callback`],
    ...settings,
    service,
  };
  const { client, clientSecret } = await new ClientActor(app, admin).does('addClient', input);
  return new ServiceClient(app, client, clientSecret);
}

/** Whether somebody may ask `/graphql` who they are with a token. */
export async function worksAtGraphql(app: TestApp, token: string): Promise<boolean> {
  const answer = await app.client.send('{ viewer { id } }', {}, { token });
  return answer.codes.length === 0;
}
