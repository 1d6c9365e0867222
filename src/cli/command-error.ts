/** A command that cannot be done: shown as one sentence. */
export class CommandError extends Error {}
