import { existsSync } from 'node:fs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The Chromium that tests drive: the one that CHROMIUM names, or an installed one; null when there is none. */
export function findChromium(): string | null {
  const { CHROMIUM } = process.env;
  const places = CHROMIUM ? [CHROMIUM] : USUAL_PLACES;
  return places.find((place) => existsSync(place)) ?? null;
}
