import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { paletteOf } from './colors.js';
import type { Brand } from './deps.js';
import { escapeText, readPart } from './templates.js';

interface Asset {
  path: string;
  type: string;
  body: string;
}

/** The files that pages load, all from here. Their names say what is in them, so that browsers keep them for good. */
export class Assets {
  readonly style: Asset;
  readonly script: Asset;
  readonly icon: Asset;

  constructor(brand: Brand) {
    this.style = asset('style', 'css', 'text/css', `${brandStyle(brand)}\n${readPart('style.css')}`);
    this.script = asset('enhance', 'js', 'text/javascript', readPart('enhance.js'));
    this.icon = asset('icon', 'svg', 'image/svg+xml', drawIcon(brand));
  }

  mount(server: FastifyInstance): void {
    for (const { path, type, body } of [this.style, this.script, this.icon])
      server.get(path, (_request, reply) =>
        reply
          .type(`${type}; charset=utf-8`)
          .header('cache-control', 'public, max-age=31536000, immutable')
          .send(body),
      );
  }
}

function asset(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  return { path: `/pages/${name}-${hash}.${extension}`, type, body };
}

function brandStyle(brand: Brand): string {
  const { brand: color, onBrand, accent } = paletteOf(brand.color);
  const variables = {
    '--brand': color,
    '--on-brand': onBrand,
    '--accent-light': accent.light,
    '--accent-dark': accent.dark,
  };
  return `:root { ${Object.entries(variables)
    .map(([name, value]) => `${name}: ${value};`)
    .join(' ')} }`;
}

/** The first letter of the company's name, in its colour. */
function drawIcon(brand: Brand): string {
  const { brand: color, onBrand } = paletteOf(brand.color);
  const [letter = ''] = new Intl.Segmenter().segment(brand.name.toUpperCase())[Symbol.iterator]();
  const text = typeof letter === 'string' ? letter : letter.segment;
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">',
    `<rect width="32" height="32" rx="9" fill="${color}"/>`,
    `<text x="16" y="22.2" font-family="system-ui, sans-serif" font-size="17" font-weight="700" text-anchor="middle" fill="${onBrand}">${escapeText(text)}</text>`,
    '</svg>',
  ].join('');
}
