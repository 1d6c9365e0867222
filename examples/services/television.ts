import * as client from 'openid-client';

/**
 * A device without a keyboard, or a command line on a machine without a browser (RFC 8628): it shows a code, which somebody enters on a
 * phone. Needs a client of type NATIVE, without any redirect URI.
 */
const { SIGNET_ISSUER = 'http://localhost:4000', CLIENT_ID = '' } = process.env;

const config = await client.discovery(new URL(SIGNET_ISSUER), CLIENT_ID, undefined, client.None(), {
  // Only for trying on one machine: in production Signet is on https.
  execute: SIGNET_ISSUER.startsWith('http:') ? [client.allowInsecureRequests] : [],
});
const asked = await client.initiateDeviceAuthorization(config, { scope: 'openid profile' });
process.stdout.write(`Open ${asked.verification_uri} and enter ${asked.user_code}\n`);
// Show verification_uri_complete as a QR code: it saves typing.

try {
  // Asks every few seconds, as the answer says, until somebody has agreed, refused, or ten minutes are over.
  const tokens = await client.pollDeviceAuthorizationGrant(config, asked);
  process.stdout.write(`Signed in as ${tokens.claims()!['name'] as string}.\n`);
} catch (error) {
  const { error: code } = error as { error?: string };
  process.stderr.write(
    code === 'access_denied' ? 'Somebody said no.\n' : `Not signed in: ${code ?? String(error)}\n`,
  );
  process.exitCode = 1;
}
