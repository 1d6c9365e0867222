import type { FastifyReply } from 'fastify';
import { pagePolicy } from '../platform/page-policy.js';
import { Assets } from './assets.js';
import type { Brand } from './deps.js';
import type { Language } from './language.js';
import { compileTemplates } from './templates.js';

/** A page before it is put into the frame that all share. */
export interface Page {
  /** Name of the template. */
  template: string;
  title: string;
  /** What the template shows; every text in it is escaped. */
  view: object;
  status?: number;
  /** It tells of a fault, and says so in its title. */
  failed?: boolean;
  /** Where its forms may lead to in the end: an address of the client. */
  leadsTo?: string | null;
  /** It has a password to show, or times. */
  hasScript?: boolean;
  isWide?: boolean;
}

export interface ComposedPage {
  status: number;
  headers: Record<string, string>;
  html: string;
}

/** The frame around every page: head, brand, policy. */
export class Frame {
  readonly assets: Assets;
  /** Path of the issuer, under which a proxy may have put us; empty or starting with a slash. */
  readonly basePath: string;
  private readonly render = compileTemplates();
  private readonly host: string;
  private readonly secure: boolean;

  constructor(
    readonly brand: Brand,
    issuer: string,
  ) {
    this.assets = new Assets(brand);
    const { host, pathname, protocol } = new URL(issuer);
    this.host = host;
    this.secure = protocol === 'https:';
    this.basePath = pathname.replace(/\/$/, '');
  }

  compose(page: Page, language: Language): ComposedPage {
    const { basePath, brand, assets, host, secure } = this;
    const { title, failed = false, hasScript = false, isWide = false, leadsTo = null } = page;
    const html = this.render(page.template, {
      ...page.view,
      language,
      words: language.words,
      title,
      failed,
      hasScript,
      isWide,
      brand,
      host,
      secure,
      assets: {
        style: `${basePath}${assets.style.path}`,
        script: `${basePath}${assets.script.path}`,
        icon: `${basePath}${assets.icon.path}`,
      },
    });
    return {
      status: page.status ?? 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-language': language.code,
        'cache-control': 'no-store',
        'content-security-policy': pagePolicy({
          leadsTo: leadsTo === null ? [] : [leadsTo],
          ...(hasScript ? { scripts: "'self'" } : {}),
          pictures: brand.logoUrl,
        }),
      },
      html,
    };
  }

  send(reply: FastifyReply, page: Page, language: Language): FastifyReply {
    const { status, headers, html } = this.compose(page, language);
    return reply.status(status).headers(headers).send(html);
  }
}
