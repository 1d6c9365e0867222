import * as client from 'openid-client';

/** A program without people (RFC 6749 §4.4). Needs a client of type MACHINE, and permissions for the account that it has. */
const { SIGNET_ISSUER = 'http://localhost:4000', CLIENT_ID = '', CLIENT_SECRET = '' } = process.env;

const config = await client.discovery(
  new URL(SIGNET_ISSUER),
  CLIENT_ID,
  undefined,
  client.ClientSecretBasic(CLIENT_SECRET),
  // Only for trying on one machine: in production Signet is on https.
  { execute: SIGNET_ISSUER.startsWith('http:') ? [client.allowInsecureRequests] : [] },
);
// There is no refresh token: before this one ends, ask for another.
const { access_token: token } = await client.clientCredentialsGrant(config);

const response = await fetch(`${SIGNET_ISSUER}/graphql`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  body: JSON.stringify({ query: '{ viewer { name permissions { name } } }' }),
});
process.stdout.write(`${JSON.stringify(await response.json())}\n`);
