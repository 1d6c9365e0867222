import { request } from 'node:http';
import type { ReachableApp } from './reachable-app.js';
import { Visitor, type Shown } from './visitor.js';
import type { Person } from './given.js';

/** A browser without scripts that goes to services as well, with cookies for each, and follows redirects between them. */
export class Traveller {
  private readonly atSignet: Visitor;
  private readonly cookies = new Map<string, Map<string, string>>();

  constructor(private readonly app: ReachableApp) {
    this.atSignet = new Visitor(app);
  }

  async open(address: string): Promise<Shown> {
    const url = new URL(address);
    if (url.origin === this.app.issuer) return this.leave(await this.atSignet.open(address));
    return this.follow(await this.visit(url));
  }

  private async follow(shown: Shown): Promise<Shown> {
    const location = shown.headers.get('location');
    return location ? this.open(new URL(location, shown.url).href) : shown;
  }

  /** Sends a form to a service. */
  async post(address: string, fields: Record<string, string>): Promise<Shown> {
    return this.follow(await this.visit(new URL(address), new URLSearchParams(fields)));
  }

  /** Sends the form of a page of Signet, and goes where it leads. */
  async send(page: Shown, fields: Record<string, string>): Promise<Shown> {
    return this.leave(await this.atSignet.send(page, fields));
  }

  /** Sends the form, and stays where it leads off Signet: the address that somebody could pass on. */
  async stopAt(page: Shown, fields: Record<string, string>): Promise<URL> {
    return (await this.atSignet.send(page, fields)).url;
  }

  /** Opens an address of a service that wants people signed in, and signs in on the way. */
  async signIn(address: string, person: Person): Promise<Shown> {
    return this.send(await this.open(address), { email: person.email, password: person.password });
  }

  /** Follows the redirect at which `Visitor` has stopped, off the site. */
  private async leave(shown: Shown): Promise<Shown> {
    return shown.url.origin === this.app.issuer ? shown : this.open(shown.url.href);
  }

  private async visit(url: URL, form?: URLSearchParams): Promise<Shown> {
    const jar = this.cookies.get(url.host) ?? new Map<string, string>();
    this.cookies.set(url.host, jar);
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    const response = await navigate(url, cookie, form);
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const { html } = response;
    const text = html.replace(/<[^>]+>/g, ' ').trim();
    return { url, status: response.status, headers: response.headers, html, text };
  }
}

/** What a browser sends when somebody opens an address; `fetch` says of itself that it is a script, and services send no script to a page. */
function navigate(
  url: URL,
  cookie: string,
  form?: URLSearchParams,
): Promise<{ status: number; headers: Headers; html: string }> {
  return new Promise((done, fail) => {
    const headers = {
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      ...(cookie ? { cookie } : {}),
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    };
    const method = form ? 'POST' : 'GET';
    const sent = request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const got = new Headers();
        for (let index = 0; index < response.rawHeaders.length; index += 2)
          got.append(response.rawHeaders[index]!, response.rawHeaders[index + 1]!);
        done({ status: response.statusCode!, headers: got, html: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', fail).end(form && String(form));
  });
}
