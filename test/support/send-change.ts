import type { GraphqlClient } from './client.js';

/** How a change of who may do what was answered. */
export interface Answered {
  /** `OK`, the code of the problem, or `extensions.code` of the error. */
  code: string;
  /** `path CODE` of every faulty field. */
  fields: string[];
  /** What was selected of the success. */
  success: Record<string, unknown>;
}

/**
 * Sends one of the mutations that take an `input` and answer with a union of success and problems, as somebody who
 * holds `token`. `selection` is read off the success.
 */
export async function sendChange(
  client: GraphqlClient,
  mutation: string,
  input: object,
  token: string | undefined,
  selection = '__typename',
): Promise<Answered> {
  const type = mutation[0]!.toUpperCase() + mutation.slice(1);
  const document = `mutation ($input: ${type}Input!) {
    result: ${mutation}(input: $input) {
      __typename
      ... on IdentityProblem { code ... on InvalidIdentityInput { fields { path code } } }
      ... on ${type}Success { ${selection} }
    }
  }`;
  const answer = await client.send<{ result: Result }, object>(document, { input }, { token });
  const result = answer.body.data?.result;
  if (!result) return { code: String(answer.codes[0]), fields: [], success: {} };
  const fields = (result.fields ?? []).map(({ path, code }) => `${path} ${code}`);
  return { code: result.code ?? 'OK', fields, success: result };
}

interface Result extends Record<string, unknown> {
  code?: string;
  fields?: { path: string; code: string }[];
}
