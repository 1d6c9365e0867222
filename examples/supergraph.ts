import { readFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { parse, type DocumentNode } from 'graphql';
import { reviewsSdl } from './reviews-subgraph.js';

export interface Service {
  name: string;
  url: string;
  typeDefs: DocumentNode;
}

/** Signet's committed SDL beside that of the product subgraph. */
export async function services(
  options: { authDirectives: boolean },
  urls = { signet: 'http://127.0.0.1:1/graphql', reviews: 'http://127.0.0.1:2/' },
): Promise<Service[]> {
  const file = options.authDirectives ? 'schema/schema.authenticated.graphql' : 'schema/schema.graphql';
  return [
    { name: 'signet', url: urls.signet, typeDefs: parse(await readFile(file, 'utf8')) },
    { name: 'reviews', url: urls.reviews, typeDefs: parse(reviewsSdl(options)) },
  ];
}

/** The supergraph of both, as a company's gateway would get it. */
export async function composeSupergraph(
  options: { authDirectives: boolean },
  urls?: { signet: string; reviews: string },
): Promise<string> {
  const { supergraphSdl, errors } = composeServices(await services(options, urls));
  if (!supergraphSdl) throw new Error(`no supergraph: ${errors?.map((error) => error.message).join('; ')}`);
  return supergraphSdl;
}
