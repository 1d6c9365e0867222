import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/** A product that adds to User what it alone knows. `author` is nullable: the user may be gone, or hidden. */
export const REVIEWS_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  type Query {
    reviews: [Review!]!
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

export interface ReviewsSubgraph {
  url: string;
  reviews: Review[];
  /** Authorization header of every request, in order; null where there was none. */
  authorizations: (string | null)[];
  close(): Promise<void>;
}

/** A real product subgraph on a port of its own. */
export async function startReviewsSubgraph(port = 0): Promise<ReviewsSubgraph> {
  const reviews: Review[] = [];
  const authorizations: (string | null)[] = [];
  const resolvers = {
    Query: {
      reviews: () => reviews,
      reviewsAuthorization: (_root: unknown, _args: unknown, context: { authorization: string | null }) =>
        context.authorization,
    },
    Review: {
      __resolveReference: ({ id }: { id: string }) => reviews.find((review) => review.id === id) ?? null,
      author: ({ authorId }: Review) => ({ __typename: 'User', id: authorId }),
    },
    User: {
      reviews: ({ id }: { id: string }) => reviews.filter((review) => review.authorId === id),
    },
  };
  const server = new ApolloServer<{ authorization: string | null }>({
    schema: buildSubgraphSchema([{ typeDefs: parse(REVIEWS_SDL), resolvers }]),
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port },
    context: async ({ req }) => {
      const authorization = req.headers.authorization ?? null;
      authorizations.push(authorization);
      return { authorization };
    },
  });
  return { url, reviews, authorizations, close: () => server.stop() };
}
