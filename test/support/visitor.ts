import { TEST_ISSUER, type TestApp } from './test-app.js';

export interface Shown {
  url: URL;
  status: number;
  headers: Headers;
  html: string;
  /** What a person reads. */
  text: string;
}

type Fields = Readonly<Record<string, string>>;

/** A browser without scripts: keeps cookies by their paths, follows links and redirects, sends forms. */
export class Visitor {
  private readonly cookies = new Map<string, { name: string; value: string; path: string }>();

  constructor(
    private readonly app: TestApp,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Opens an address and goes where it leads, as long as that is here. */
  async open(address: string): Promise<Shown> {
    return this.follow(await this.request(address));
  }

  /** Sends the first form of a page, with its hidden fields and those that somebody fills in. */
  async send(page: Shown, fields: Fields, headers: Record<string, string> = {}): Promise<Shown> {
    return this.follow(await this.post(page, fields, headers));
  }

  /** The first answer to a form alone. */
  async post(page: Shown, fields: Fields, headers: Record<string, string> = {}): Promise<Shown> {
    const [form = '', action = page.url.href] =
      /<form method="post"(?: action="([^"]+)")?[^]*?<\/form>/.exec(page.html) ?? [];
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/g)];
    const body = new URLSearchParams(hidden.map(([, name, value]): [string, string] => [name!, value!]));
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const sent = { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers };
    return this.request(new URL(action, page.url).href, { method: 'POST', body, headers: sent });
  }

  async request(address: string, init: RequestInit = {}): Promise<Shown> {
    const url = new URL(address, TEST_ISSUER);
    if (url.origin !== TEST_ISSUER) throw new Error(`${address} leads off site`);
    const cookie = [...this.cookies.values()]
      .filter(({ path }) => path === '/' || url.pathname === path || url.pathname.startsWith(`${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(this.app.origin + url.pathname + url.search, {
      redirect: 'manual',
      ...init,
      headers: { ...this.headers, ...(init.headers as object), ...(cookie ? { cookie } : {}) },
    });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    const html = await response.text();
    return { url, status: response.status, headers: response.headers, html, text: readable(html) };
  }

  /** What somebody would plant who can write cookies of this site. */
  plant(other: Visitor): void {
    for (const [key, cookie] of other.cookies) this.cookies.set(key, cookie);
  }

  /** Values of all cookies, for finding where they should not be. */
  get secrets(): string[] {
    return [...this.cookies.values()].map(({ value }) => value);
  }

  /** The address off site at which the last redirect points is left as it is: the person is back at the service. */
  private async follow(shown: Shown): Promise<Shown> {
    const location = shown.headers.get('location');
    if (!location) return shown;
    const next = new URL(location, shown.url);
    if (next.origin !== TEST_ISSUER) return { ...shown, url: next };
    return this.follow(await this.request(next.href));
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    const key = `${name} ${path}`;
    if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(key);
    else this.cookies.set(key, { name, value, path });
  }
}

function readable(html: string): string {
  return html
    .replace(/<head>[^]*<\/head>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}
