import { z } from 'zod';
import { LOOPBACK_HOSTS } from './settings.js';

/**
 * Settings of the commands that ask a Signet over HTTP, as a product's CI does: they need no database and no secret of the
 * server. `docs/configuration.md` shows them apart from those of the server.
 */
export const clientSettings = z.object({
  SIGNET_URL: z
    .string()
    .default('http://localhost:4000')
    .refine(isAddress, 'must be an https URL without user, query or fragment (http only on loopback)')
    .describe(
      'The address of the Signet to ask, or of a gateway over it; `/graphql` is added. `--url` wins.',
    ),
  SIGNET_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9._~+/-]+=*$/, 'must be an access token alone, without "Bearer" or spaces')
    .optional()
    .describe(
      'The access token to ask with, for machines. An access token lives for minutes: get one just before. Never an argument, which other users of the machine could see.',
    ),
  SIGNET_EMAIL: z
    .string()
    .optional()
    .describe(
      'For people, instead of a token: the account to sign in with. The password is asked for on the terminal, and the session ends with the command.',
    ),
});

/** What a token may be sent to: nothing that others can listen to. */
function isAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.search || url.hash || url.username || url.password) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname));
}
