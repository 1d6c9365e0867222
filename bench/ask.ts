import { GraphqlClient } from '../test/support/client.js';
import type { Operation } from '../test/support/permission-operations.js';
import type { SeededDatabase } from './seeded-database.js';

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) {
  ... on LoginSuccess { tokens { accessToken } } ... on IdentityProblem { code } } }`;

/** Sends an operation, and fails when it is answered with an error. `turn` says which of the people asks. */
export type Ask = (operation: Operation, turn: number) => Promise<void>;

/** Signs everybody in who asks there. Access tokens live long enough for a measurement. */
export async function signIn(origin: string, database: SeededDatabase): Promise<Ask> {
  const client = new GraphqlClient(origin);
  const tokenOf = async (email: string): Promise<string> => {
    const input = { email, password: database.password };
    const { data } = await client.send<{ login: { tokens: { accessToken: string } } }, object>(LOGIN, {
      input,
    });
    return data.login.tokens.accessToken;
  };
  const administrator = await tokenOf(database.administrator);
  const people: string[] = [];
  for (const email of database.people) people.push(await tokenOf(email));
  return async (operation, turn) => {
    const token = operation.asAdministrator ? administrator : people[turn % people.length]!;
    const variables = operation.variables(database.subjects);
    const answer = await client.send<object, object>(operation.query, variables, { token });
    if (answer.body.errors)
      throw new Error(`${operation.name}: ${answer.body.errors.map(({ message }) => message).join(' ')}`);
  };
}
