import type { EventRecord } from '../../domain/audit/index.js';

/**
 * One event as one line of JSON. What would steer a terminal or part a line for some reader, in a reason or in what
 * a client calls itself, is escaped beyond what JSON asks for; the value stays the same.
 */
export function eventLine(event: EventRecord): string {
  const line = JSON.stringify(event).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escape);
  return `${line}\n`;
}

function escape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}
