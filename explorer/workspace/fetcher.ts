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
    // The editor notices a moment late that another operation stands in it, and names the one before.
    const name = operationName && operationNames(query).includes(operationName) ? operationName : undefined;
    const exchange = await session.send({ query, operationName: name, variables });
    note(exchange);
    return exchange.answer;
  }) as Fetcher;
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
