import fc from 'fast-check';
import { loadConfig } from '../../src/config.js';
import { contrast, paletteOf } from '../../src/pages/colors.js';
import { testEnvironment } from '../support/test-app.js';

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('the company’s colour', () => {
  it('measures contrast as WCAG does', () => {
    expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#1f5f4a', '#1f5f4a')).toBe(1);
  });

  it('can be read whatever it is: on the button, as a link, on a light and on a dark page', () => {
    fc.assert(
      fc.property(color, (brand) => {
        const { onBrand, accent } = paletteOf(brand);
        expect(contrast(brand, onBrand)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(accent.light, '#ffffff')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(accent.dark, '#161c23')).toBeGreaterThanOrEqual(4.5);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays as it is where it can be read already', () => {
    expect(paletteOf('#1f5f4a')).toMatchObject({
      brand: '#1f5f4a',
      onBrand: '#ffffff',
      accent: { light: '#1f5f4a' },
    });
  });
});

describe('the settings of the brand', () => {
  const load = (env: Record<string, string>) => loadConfig(testEnvironment('postgresql://h/d', env)).brand;

  it('have defaults, and take what a company sets', () => {
    expect(load({})).toEqual({ name: 'Signet', logoUrl: null, color: '#1f5f4a' });
    const set = {
      SIGNET_BRAND_NAME: ' Example ID ',
      SIGNET_BRAND_LOGO_URL: 'https://cdn.example.com/logo.svg',
      SIGNET_BRAND_COLOR: '#E0552B',
    };
    expect(load(set)).toEqual({
      name: 'Example ID',
      logoUrl: 'https://cdn.example.com/logo.svg',
      color: '#e0552b',
    });
  });

  it.each([
    ['SIGNET_BRAND_NAME', 'x'.repeat(61)],
    ['SIGNET_BRAND_LOGO_URL', 'http://cdn.example.com/logo.svg'],
    ['SIGNET_BRAND_LOGO_URL', 'https://user:secret@cdn.example.com/logo.svg'],
    ['SIGNET_BRAND_LOGO_URL', "data:image/svg+xml,<svg/>; script-src 'unsafe-inline'"],
    ['SIGNET_BRAND_COLOR', 'green'],
    ['SIGNET_BRAND_COLOR', '#1f5f4a; } body { display: none'],
  ])('%s refuses %s', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(name);
  });
});
