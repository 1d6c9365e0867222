import type { Person } from '../support/given.js';
import type { TestApp } from '../support/test-app.js';

export type Verdict = 'refuse' | 'allow';

/** Somebody under a rule, and the service that they sign in to, if they do to one. */
export type Subject = Person & { service?: string };

export interface Path {
  /** The field of Query or Mutation that it goes through. */
  field: string;
  /** Goes there as `person`; `otherId` is an account that they may administer. */
  attempt: (app: TestApp, person: Subject, otherId: string) => Promise<Verdict>;
}

/** Allowed is an answer with data whose type, where it is a result, is a success. */
export async function ask(
  app: TestApp,
  document: string,
  variables: Record<string, unknown>,
  options: { token?: string; headers?: Record<string, string> } = {},
): Promise<Verdict> {
  const { body } = await app.client.send<Record<string, unknown>, Record<string, unknown>>(
    document,
    variables,
    options,
  );
  if (body.errors) return 'refuse';
  const value = Object.values(body.data ?? {})[0];
  if (value === null || (Array.isArray(value) && value.includes(null))) return 'refuse';
  const typename = (value as { __typename?: string }).__typename;
  return typename === undefined || typename.endsWith('Success') || typename === 'User' ? 'allow' : 'refuse';
}

export const asPerson = (person: Person) => ({ token: person.accessToken });

/** A mutation by an access token. What its input refers to is made by `inputOf`. */
export function mutation(
  field: string,
  inputOf: (app: TestApp, person: Subject, otherId: string) => object | Promise<object>,
): Path {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`;
  return {
    field,
    attempt: async (app, person, otherId) =>
      ask(app, document, { input: await inputOf(app, person, otherId) }, asPerson(person)),
  };
}
