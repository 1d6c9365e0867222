/** The version that `--version` and the start banner show. */
export const VERSION = '0.1.0';
