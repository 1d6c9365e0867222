/** Lines to copy, below the options of a command. */
export function examples(lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ signet service ${line}`).join('\n')}\n`;
}

/** The same below each command that asks Signet. */
export const REACHING_SIGNET = `
Signet is asked over HTTP, with the access token in SIGNET_TOKEN (or in the file that SIGNET_TOKEN_FILE names), or as
SIGNET_EMAIL, whose password is asked for on the terminal. See docs/services.md.
`;
