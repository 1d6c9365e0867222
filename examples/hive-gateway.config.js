import { createRemoteJwksSigningKeyProvider, extractFromHeader } from '@graphql-hive/gateway';

const { SIGNET_JWKS: jwks, SIGNET_ISSUER: issuer, SIGNET_AUDIENCE: audience } = process.env;

/** What an operator writes: the caller's token goes on, and the gateway checks the directives by itself first. */
export const gatewayConfig = {
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => {
      const authorization = request.headers.get('authorization');
      return authorization ? { authorization } : {};
    },
  },
  jwt: {
    signingKeyProviders: [createRemoteJwksSigningKeyProvider({ jwksUri: jwks })],
    tokenLookupLocations: [extractFromHeader({ name: 'authorization', prefix: 'Bearer' })],
    tokenVerification: { issuer, audience, algorithms: ['ES256'] },
    // Otherwise the gateway answers 400 to an expired token, `refresh` and `login` included.
    reject: { missingToken: false, invalidToken: false },
  },
  genericAuth: {
    mode: 'protect-granular',
    rejectUnauthenticated: false,
    resolveUserFn: (context) => context.jwt?.payload,
  },
};
