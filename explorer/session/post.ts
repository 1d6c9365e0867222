/** An operation as GraphQL over HTTP sends it. */
export interface Operation {
  query: string;
  operationName?: string | null | undefined;
  variables?: unknown;
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Relative to the page, which may stand under a path. */
const ENDPOINT = new URL('graphql', location.href);

export interface Exchange {
  answer: Answer;
  /** Under which the log of the server has it. */
  requestId: string;
  milliseconds: number;
}

/** Sends an operation to the subgraph that serves this page. */
export async function post(operation: Operation, accessToken?: string | null): Promise<Answer> {
  return (await exchange(operation, accessToken)).answer;
}

/** The same, with what it took. */
export async function exchange(operation: Operation, accessToken?: string | null): Promise<Exchange> {
  const start = performance.now();
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
    },
    body: JSON.stringify(operation),
  });
  if (!/json/.test(response.headers.get('content-type') ?? ''))
    throw new Error(`Signet could not be reached: the answer was ${response.status} ${response.statusText}.`);
  return {
    answer: (await response.json()) as Answer,
    requestId: response.headers.get('x-request-id') ?? '',
    milliseconds: Math.round(performance.now() - start),
  };
}

/** Whether the access token was the reason why nothing came back. */
export function isUnauthenticated({ errors }: Answer): boolean {
  return errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED') ?? false;
}
