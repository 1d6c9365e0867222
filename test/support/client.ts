import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

/** An answer of `/graphql`, as it came. */
export interface Answer<Data> {
  status: number;
  headers: Headers;
  body: {
    data?: Data | null;
    errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
  };
  /** The data; fails the test when there were errors. */
  data: Data;
  /** `extensions.code` of every error. */
  codes: (string | undefined)[];
}

export interface SendOptions {
  /** Access token for the Authorization header. */
  token?: string | undefined;
  headers?: Record<string, string>;
}

/** Speaks to `/graphql` over HTTP, as any client does. */
export class GraphqlClient {
  constructor(readonly origin: string) {}

  async send<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables> | string,
    variables?: Variables,
    options: SendOptions = {},
  ): Promise<Answer<Data>> {
    const response = await fetch(`${this.origin}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
        ...options.headers,
      },
      body: JSON.stringify({ query: typeof document === 'string' ? document : print(document), variables }),
    });
    const body = (await response.json()) as Answer<Data>['body'];
    return {
      status: response.status,
      headers: response.headers,
      body,
      get data() {
        if (body.errors || !body.data)
          throw new Error(`the operation failed: ${JSON.stringify(body.errors)}`);
        return body.data;
      },
      codes: (body.errors ?? []).map((error) => error.extensions?.code),
    };
  }
}
