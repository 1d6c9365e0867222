import { readFileSync } from 'node:fs';
import { Kind, parse, type OperationDefinitionNode } from 'graphql';
import type { GraphqlClient } from './client.js';
import { signUp } from './given.js';

export const tourText = readFileSync('schema/tour.graphql', 'utf8');
export const tourOperations = parse(tourText).definitions.filter(
  (definition) => definition.kind === Kind.OPERATION_DEFINITION,
);

/** An operation exactly as a reader would copy it. */
const sourceOf = (operation: OperationDefinitionNode) =>
  tourText.slice(operation.loc!.start, operation.loc!.end);

/** Puts every single value of an answer under its name, for the variables of later operations. */
function keep(value: unknown, bag: Map<string, unknown>): void {
  if (Array.isArray(value)) for (const item of value) keep(item, bag);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null) keep(inner, bag);
      else bag.set(name, inner);
    }
}

export interface Tour {
  /** The data of each operation. */
  answers: Record<string, any>;
  /** Every single value that was chosen or answered, under its name. */
  bag: Map<string, unknown>;
}

/**
 * Sends every operation of schema/tour.graphql, top to bottom, each with what the ones before it gave; fails
 * at the first error or problem. `chosen` are the variables that a reader has to choose.
 */
export async function runTour(
  client: GraphqlClient,
  chosen: Record<string, string>,
  beforeEach: () => void = () => undefined,
): Promise<Tour> {
  const bag = new Map<string, unknown>(Object.entries(chosen));
  const answers: Record<string, any> = {};
  for (const operation of tourOperations) {
    const name = operation.name!.value;
    const variables: Record<string, unknown> = {};
    for (const { variable } of operation.variableDefinitions ?? []) {
      if (!bag.has(variable.name.value))
        throw new Error(`${name}: nothing before it gives $${variable.name.value}`);
      variables[variable.name.value] = bag.get(variable.name.value);
    }
    beforeEach();
    const token = bag.get('accessToken') as string | undefined;
    const { body } = await client.send<Record<string, any>, object>(sourceOf(operation), variables, {
      token,
    });
    expect({ name, errors: body.errors }).toEqual({ name, errors: undefined });
    const data = body.data!;
    for (const [field, value] of Object.entries(data)) {
      // A problem has a code; one that the operation does not ask for leaves an empty object.
      expect({ name, field, value }).toEqual({ name, field, value: expect.any(Object) });
      expect({ name, field, problem: value.code }).toEqual({ name, field, problem: undefined });
      expect(Object.keys(value)).not.toEqual([]);
    }
    answers[name] = data;
    const found = new Map<string, unknown>();
    keep(data, found);
    for (const [key, value] of found) if (!(key in chosen)) bag.set(key, value);
  }
  return { answers, bag };
}

/** What a reader sees of somebody whose browser is signed in to a service, put there without a browser. */
export async function signedInService(
  client: GraphqlClient,
  sql: (text: string) => Promise<unknown>,
): Promise<{ browserSessionId: string; signedInClientId: string }> {
  const { sessionId: browserSessionId } = await signUp(client);
  const signedInClientId = 'signet-tourtour';
  await sql(
    `INSERT INTO oauth_clients (id, service, name, type, is_first_party, redirect_uris, post_logout_redirect_uris,
       auth_method, id_token_alg, permissions_of, created_at, updated_at)
     VALUES ('${signedInClientId}', 'signet', 'Tour', 'SPA', true, '{}', '{}', 'none', 'RS256', '{}', now(), now())`,
  );
  await sql(
    `INSERT INTO session_clients (session_id, client_id, created_at, last_used_at)
     VALUES ('${browserSessionId}', '${signedInClientId}', now(), now())`,
  );
  return { browserSessionId, signedInClientId };
}
