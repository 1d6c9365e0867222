import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** The permission that this product declares (examples/reviews.yaml) and guards its field with. */
export const MODERATE = 'reviews:moderate';

/**
 * A product that adds to User what it alone knows. `author` is nullable: the user may be gone, or hidden. With
 * `authDirectives`, gateways that know them refuse who lacks the permission; the resolver refuses in any case.
 */
export const reviewsSdl = ({ authDirectives }: { authDirectives: boolean }) => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@key"${authDirectives ? ', "@requiresScopes"' : ''}])

  type Query {
    reviews: [Review!]!
    "Reviews that moderators have hidden."
    hiddenReviews: [Review!]!${authDirectives ? ` @requiresScopes(scopes: [["${MODERATE}"]])` : ''}
    "The Authorization header with which this subgraph was asked."
    reviewsAuthorization: String
  }

  type Review @key(fields: "id") {
    id: ID!
    body: String!
    author: User
  }

  type User @key(fields: "id") {
    id: ID!
    reviews: [Review!]!
  }
`;

export interface Review {
  id: string;
  body: string;
  authorId: string;
}

interface Context {
  authorization: string | null;
  /** Permissions of a verified token; none without one. */
  scopes: ReadonlySet<string>;
}

/** Permissions come from a token that this product has verified itself, and from nothing else in the request. */
async function scopesOf(
  authorization: string | null,
  signet: SignetAddress | undefined,
): Promise<Set<string>> {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (!token || !signet) return new Set();
  const { issuer, keys } = signet;
  const options = { issuer, audience: `${issuer}/graphql`, typ: 'at+jwt' };
  const verified = await jwtVerify<{ scope?: string }>(token, keys, options).catch(() => null);
  return new Set(verified?.payload.scope?.split(' ').filter(Boolean));
}

function requirePermission(context: Context, permission: string): void {
  if (!context.scopes.has(permission))
    throw new GraphQLError(`This needs the permission ${permission}.`, { extensions: { code: 'FORBIDDEN' } });
}

interface SignetAddress {
  issuer: string;
  keys: ReturnType<typeof createRemoteJWKSet>;
}

export interface ReviewsOptions {
  port?: number;
  /** Origin of Signet, for its keys, and the `iss` of its tokens. Without it nobody has any permission here. */
  signet?: { origin: string; issuer: string };
}

export interface ReviewsSubgraph {
  url: string;
  reviews: Review[];
  /** Authorization header of every request, in order; null where there was none. */
  authorizations: (string | null)[];
  close(): Promise<void>;
}

/** A real product subgraph on a port of its own. */
export async function startReviewsSubgraph({
  port = 0,
  signet,
}: ReviewsOptions = {}): Promise<ReviewsSubgraph> {
  const reviews: Review[] = [];
  const hiddenReviews: Review[] = [{ id: 'hidden-1', body: 'Buy my tea instead!', authorId: '' }];
  const address = signet && {
    issuer: signet.issuer,
    keys: createRemoteJWKSet(new URL(`${signet.origin}/.well-known/jwks.json`)),
  };
  const authorizations: (string | null)[] = [];
  const resolvers = {
    Query: {
      reviews: () => reviews,
      hiddenReviews: (_root: unknown, _args: unknown, context: Context) => {
        requirePermission(context, MODERATE);
        return hiddenReviews;
      },
      reviewsAuthorization: (_root: unknown, _args: unknown, context: Context) => context.authorization,
    },
    Review: {
      __resolveReference: ({ id }: { id: string }) => reviews.find((review) => review.id === id) ?? null,
      author: ({ authorId }: Review) => ({ __typename: 'User', id: authorId }),
    },
    User: {
      reviews: ({ id }: { id: string }) => reviews.filter((review) => review.authorId === id),
    },
  };
  const server = new ApolloServer<Context>({
    schema: buildSubgraphSchema([{ typeDefs: parse(reviewsSdl({ authDirectives: false })), resolvers }]),
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port },
    context: async ({ req }) => {
      const authorization = req.headers.authorization ?? null;
      authorizations.push(authorization);
      return { authorization, scopes: await scopesOf(authorization, address) };
    },
  });
  return { url, reviews, authorizations, close: () => server.stop() };
}
