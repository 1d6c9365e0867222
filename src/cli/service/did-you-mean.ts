import { distance } from 'fastest-levenshtein';

/** The known word that somebody most likely meant, or null when none is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  const limit = Math.max(1, Math.min(3, Math.floor(word.length / 3)));
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of known) {
    const found = distance(word.toLowerCase(), candidate.toLowerCase());
    if (found <= limit && (best === null || found < best.distance)) best = { candidate, distance: found };
  }
  return best?.candidate ?? null;
}

/** ` Did you mean "…"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const candidate = nearest(word, known);
  return candidate === null ? '' : ` Did you mean "${candidate}"?`;
}
