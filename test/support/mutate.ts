import type { Answer } from './client.js';
import type { Person } from './given.js';
import type { TestApp } from './test-app.js';

/** Sends a mutation by its name, with the fields that a test asks of its success. */
export function mutate(
  app: TestApp,
  person: Pick<Person, 'accessToken'>,
  mutation: string,
  input: object,
  options: { fields?: string; headers?: Record<string, string> } = {},
): Promise<Answer<{ result: any }>> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}`;
  const fields = options.fields ? `... on ${type}Success { ${options.fields} }` : '';
  return app.client.send<{ result: any }, object>(
    `mutation ($input: ${type}Input!) {
       result: ${mutation}(input: $input) { __typename ... on IdentityProblem { code message } ${fields} } }`,
    { input },
    { token: person.accessToken, headers: options.headers ?? {} },
  );
}

/** The same where nothing but success will do. */
export async function succeed(...sent: Parameters<typeof mutate>): Promise<any> {
  const { result } = (await mutate(...sent)).data;
  expect(result).toMatchObject({ __typename: expect.stringMatching(/Success$/) });
  return result;
}
