import type { Fetcher } from '@graphiql/toolkit';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { operationNames } from '../session/look-at-operation';
import type { Exchange } from '../session/post';
import type { Session } from '../session/session';

/**
 * Sends what is in the editor as who is signed in. The schema comes with the page and not by
 * introspection, which is off in production; so "re-fetch" also works there.
 */
export function createFetcher(session: Session, note: (exchange: Exchange) => void): Fetcher {
  return (async ({ query, operationName, variables }) => {
    if (operationName === 'IntrospectionQuery')
      return { data: introspectionFromSchema(buildSchema(await loadSdl(session))) };
    const exchange = await session.send({
      query,
      operationName: nameToSend(query, operationName),
      variables,
    });
    note(exchange);
    return exchange.answer;
  }) as Fetcher;
}

/** The editor notices a moment late that another operation stands in it, and names the one before. */
function nameToSend(query: string, given: string | null | undefined): string | undefined {
  const names = operationNames(query);
  if (names.length === 1) return names[0];
  return given && names.includes(given) ? given : undefined;
}

async function loadSdl(session: Session): Promise<string> {
  const address = new URL('explorer/schema.graphql', location.href);
  const response = await session.authorized(
    (token) => fetch(address, { headers: { authorization: `Bearer ${token}` } }),
    ({ status }) => status === 401,
  );
  if (!response.ok)
    throw new Error(`The schema could not be read: ${response.status} ${response.statusText}.`);
  return response.text();
}
