import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';

/**
 * A program on a desktop or a command line (RFC 8252): the browser of its user signs in, and comes back to a port that the program
 * has opened for this one sign-in. Needs a client of type NATIVE with the redirect URI `http://127.0.0.1/callback`, which
 * stands for every port.
 */
const { SIGNET_ISSUER = 'http://localhost:4000', CLIENT_ID = '' } = process.env;

/** Listens for the one request with which the browser comes back. */
async function openDoor(): Promise<{ server: Server; redirectUri: string; arrival: Promise<URL> }> {
  const server = createServer();
  // The address and no name: what `localhost` means is up to others.
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  const arrival = new Promise<URL>((done) =>
    server.on('request', (request, response) => {
      const url = new URL(request.url!, redirectUri);
      if (url.pathname !== '/callback') return void response.writeHead(404).end();
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end('<!doctype html><title>Done</title><p>You can close this window.</p>');
      done(url);
    }),
  );
  return { server, redirectUri, arrival };
}

const { server, redirectUri, arrival } = await openDoor();
const config = await client.discovery(new URL(SIGNET_ISSUER), CLIENT_ID, undefined, client.None(), {
  // Only for trying on one machine: in production Signet is on https.
  execute: SIGNET_ISSUER.startsWith('http:') ? [client.allowInsecureRequests] : [],
});
const codeVerifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile',
  state,
  code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
  code_challenge_method: 'S256',
});
process.stdout.write(`Open this in your browser:\n\n  ${address.href}\n\n`);

try {
  const checks = { pkceCodeVerifier: codeVerifier, expectedState: state, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(config, await arrival, checks);
  process.stdout.write(`Signed in as ${tokens.claims()!['name'] as string}.\n`);
  // A program that runs again keeps the refresh token where the system keeps passwords, and begins here the next time.
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token!);
  process.stdout.write('Has a new access token.\n');
  // "Sign out" of a program without a browser: what it holds is worth nothing any more.
  await client.tokenRevocation(config, renewed.refresh_token!);
  process.stdout.write('Signed out.\n');
} catch (error) {
  const { error: code, error_description: why } = error as { error?: string; error_description?: string };
  process.stderr.write(`Not signed in: ${why ?? code ?? String(error)}\n`);
  process.exitCode = 1;
} finally {
  server.closeAllConnections();
  server.close();
}
