/** Where a Signet is, in this process or another: its address, and the one that it says of itself. */
export interface Place {
  origin: string;
  identity: { config: { issuer: string } };
}

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
  /** Name, flags and path of every cookie that was set, as the browser got it. */
  readonly cookieLines: string[] = [];
  private readonly issuer: URL;
  private readonly cookies = new Map<string, { name: string; value: string; path: string }>();

  constructor(
    private readonly app: Place,
    private readonly headers: Record<string, string> = {},
  ) {
    this.issuer = new URL(app.identity.config.issuer);
  }

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
    const url = new URL(address, this.issuer);
    const base = this.issuer.pathname.replace(/\/$/, '');
    if (url.origin !== this.issuer.origin || !url.pathname.startsWith(base))
      throw new Error(`${address} leads off site`);
    const cookie = [...this.cookies.values()]
      .filter(({ path }) => path === '/' || url.pathname === path || url.pathname.startsWith(`${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(this.app.origin + url.pathname.slice(base.length) + url.search, {
      redirect: 'manual',
      ...init,
      headers: { ...this.headers, ...(init.headers as object), ...(cookie ? { cookie } : {}) },
    });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    const html = await response.text();
    return { url, status: response.status, headers: response.headers, html, text: readable(html) };
  }

  /**
   * Takes over the cookies that a sibling site can write into a browser: those that no `__Host-` protects. Without
   * https the prefix is missing, and the names say which they would be.
   */
  plantedBy(other: Visitor): void {
    const isProtected = /^(__Host-|signet-session|signet-began-)/;
    for (const [key, cookie] of other.cookies)
      if (!isProtected.test(cookie.name)) this.cookies.set(key, cookie);
  }

  /** The same browser at another time: all of its cookies. */
  copyOf(other: Visitor): void {
    for (const [key, cookie] of other.cookies) this.cookies.set(key, cookie);
  }

  /** The value of a cookie, by the beginning of its name. */
  cookie(name: string): string | undefined {
    return [...this.cookies.values()].find((cookie) => cookie.name.startsWith(name))?.value;
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
    if (next.origin !== this.issuer.origin) return { ...shown, url: next };
    return this.follow(await this.request(next.href));
  }

  private keep(line: string): void {
    this.cookieLines.push(line);
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
