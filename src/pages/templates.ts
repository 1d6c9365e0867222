import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta/core';

/** Beside this file, compiled or not: the build copies it. */
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'templates');

/** Text of a file that pages are made of. */
export function readPart(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** Compiles all templates, so that a broken one stops the start and none is read while people wait. */
export function compileTemplates() {
  const eta = new Eta({ autoEscape: true, escapeFunction: escapeText, cache: true });
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.eta')))
    eta.loadTemplate(file.replace(/\.eta$/, ''), readPart(file));
  return (name: string, view: object): string => eta.render(name, view);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * For text, and for attributes in quotes.
 * @throws when there is no text: a page that says "undefined" is a mistake of ours
 */
export function escapeText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a page wants to show something that is no text');
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
