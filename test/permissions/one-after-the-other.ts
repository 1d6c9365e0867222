import type { Command } from './commands.js';
import { apply } from './reference-changes.js';
import type { State } from './reference-model.js';
import type { Outcome } from './reference-rules.js';

export interface Made {
  command: Command;
  outcome: Outcome;
}

/** The states to which commands lead one after the other, in every order in which each ends as it has ended. */
export function statesAfter(before: State, made: Made[]): State[] {
  if (made.length === 0) return [before];
  return made.flatMap(({ command, outcome }, index) => {
    const first = apply(before, command);
    return first.outcome === outcome ? statesAfter(first.after, made.toSpliced(index, 1)) : [];
  });
}
