import { CommandError } from '../command-error.js';
import { askSecretly } from '../read-password.js';
import { createClient, type ClientSettings, type SignetClient } from './client.js';
import { LOGIN, LOGOUT } from './operations.js';

/** Asks Signet with the token of the environment, or as somebody who signs in on the terminal for this once. */
export async function withSignet<T>(
  settings: ClientSettings,
  work: (signet: SignetClient) => Promise<T>,
): Promise<T> {
  if (settings.token) return work(createClient(settings.url, settings.token));
  if (!settings.email)
    throw new CommandError(
      'Signet wants to know who asks. Set SIGNET_TOKEN (or SIGNET_TOKEN_FILE) to an access token, or SIGNET_EMAIL to sign in on the terminal.',
    );
  const signet = createClient(settings.url, await signIn(settings.url, settings.email));
  try {
    return await work(signet);
  } finally {
    // Nobody would come back to this session; what was done stands even if it cannot be ended.
    await signet.send(LOGOUT, {}).catch(() => undefined);
  }
}

async function signIn(url: string, email: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new CommandError('There is no terminal to ask for a password on. Set SIGNET_TOKEN instead.');
  // Standard output may be on its way into a file.
  const password = await askSecretly(`Password of ${email}: `, process.stderr);
  const { login } = await createClient(url, null).send(LOGIN, { input: { email, password } });
  if (login.__typename !== 'LoginSuccess')
    throw new CommandError('message' in login ? login.message : 'This account cannot sign in here.');
  return login.tokens.accessToken;
}
