import { composeServices as composeWithApollo } from '@apollo/composition';
import { composeServices as composeWithGuild } from '@theguild/federation-composition';
import { federateSubgraphs } from '@wundergraph/composition';
import { print } from 'graphql';
import type { Service } from '../../examples/supergraph.js';

export interface Composition {
  errors: string[];
  hints: string[];
  /** The SDL of the supergraph; empty when there is none. */
  supergraph: string;
}

/** The three composers that companies use, asked the same question. */
export const composers: Record<string, (subgraphs: Service[]) => Composition> = {
  Apollo: (subgraphs) => {
    const { errors = [], hints = [], supergraphSdl = '' } = composeWithApollo(subgraphs);
    return { errors: errors.map(String), hints: hints.map(String), supergraph: supergraphSdl };
  },
  'The Guild': (subgraphs) => {
    // This composer has no hints.
    const { errors = [], supergraphSdl = '' } = composeWithGuild(subgraphs);
    return { errors: errors.map(String), hints: [], supergraph: supergraphSdl };
  },
  WunderGraph: (subgraphs) => {
    const definitions = subgraphs.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs }));
    const result = federateSubgraphs({ subgraphs: definitions, version: '1' });
    const errors = result.success ? [] : result.errors.map(String);
    const supergraph = result.success ? print(result.federatedGraphAST) : '';
    return { errors, hints: result.warnings.map(String), supergraph };
  },
};
