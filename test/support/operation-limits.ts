import { GraphQLError, parse, validate, type GraphQLSchema } from 'graphql';
import { getComplexity } from 'graphql-query-complexity';
import { MAX_COST, MAX_TOKENS, costEstimators, limitRules } from '../../src/graphql/limits.js';

/** Whether the server would look at an operation: tokens, depth and cost are within its limits. */
export function fitsLimits(
  schema: GraphQLSchema,
  operation: string,
  variables: Record<string, unknown>,
): boolean {
  try {
    const document = parse(operation, { maxTokens: MAX_TOKENS });
    if (validate(schema, document, limitRules).length > 0) return false;
    return getComplexity({ schema, query: document, variables, estimators: costEstimators }) <= MAX_COST;
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}
