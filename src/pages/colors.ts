type Rgb = [red: number, green: number, blue: number];

/** WCAG 2.2 §1.4.3: text against what is behind it. */
const TEXT_CONTRAST = 4.5;
const PAPER = { light: '#ffffff', dark: '#161c23' };
const [WHITE, BLACK] = ['#ffffff', '#000000'];

/** What pages do with the company's colour, so that everything in it can be read. */
export interface Palette {
  /** The colour as it was given: behind the text of the main button. */
  brand: string;
  /** White or black, whichever can be read on it: one of both always can, by 4.58 to 1 at least. */
  onBrand: string;
  /** The colour of links and outlines on a light page, and on a dark one: as little changed as reading needs. */
  accent: { light: string; dark: string };
}

/** @param brand as #rrggbb */
export function paletteOf(brand: string): Palette {
  return {
    brand,
    onBrand: contrast(brand, WHITE) >= contrast(brand, BLACK) ? WHITE : BLACK,
    accent: {
      light: readableOn(PAPER.light, brand, BLACK),
      dark: readableOn(PAPER.dark, brand, WHITE),
    },
  };
}

/** Moves a colour towards another one, step by step, until it can be read. */
function readableOn(paper: string, color: string, towards: string): string {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(color, towards, share);
    if (contrast(mixed, paper) >= TEXT_CONTRAST) return mixed;
  }
  return towards;
}

/** WCAG 2.2, contrast ratio: 1 for no difference, 21 for black on white. */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(color: string, other: string, share: number): string {
  const others = channels(other);
  const mixed = channels(color).map((channel, index) =>
    Math.round(channel * (1 - share) + others[index]! * share),
  );
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function channels(color: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as Rgb;
}
