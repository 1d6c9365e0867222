import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Answer, GraphqlClient } from './client.js';
import type { SignedInPerson } from './given.js';

type Values<Data> = NonNullable<Data[keyof Data]>;
type SuccessOf<Data> = Extract<Values<Data>, { __typename: `${string}Success` }>;

/** The fields of every problem that a result may have. */
export interface ProblemAnswer {
  __typename: string;
  code: string;
  message: string;
  /** Of InvalidIdentityInput. */
  fields?: { path: string; code: string; message: string }[];
  /** Of ConfirmationRequired. */
  losses?: { permission: string; userCount: number; users: { id: string }[] }[];
}

/** Somebody who changes things by mutations that take one `input`. */
export class Actor {
  constructor(
    private readonly client: GraphqlClient,
    readonly person: Pick<SignedInPerson, 'id' | 'accessToken'>,
    private readonly headers: Record<string, string> = {},
  ) {}

  get id(): string {
    return this.person.id;
  }

  send<Data, Input>(
    document: TypedDocumentNode<Data, { input: Input }>,
    input: NoInfer<Input>,
  ): Promise<Answer<Data>> {
    return this.client.send(document, { input }, { token: this.person.accessToken, headers: this.headers });
  }

  /** Sends it, and fails the test unless it succeeds. */
  async does<Data, Input>(
    document: TypedDocumentNode<Data, { input: Input }>,
    input: NoInfer<Input>,
  ): Promise<SuccessOf<Data>> {
    const { data } = await this.send(document, input);
    const [result] = Object.values(data as Record<string, { __typename: string }>);
    if (!result!.__typename.endsWith('Success'))
      throw new Error(`it did not succeed: ${JSON.stringify(result)}`);
    return result as SuccessOf<Data>;
  }

  /** Sends it, and fails the test unless the answer is a problem. */
  async fails<Data, Input>(
    document: TypedDocumentNode<Data, { input: Input }>,
    input: NoInfer<Input>,
  ): Promise<ProblemAnswer> {
    const { data } = await this.send(document, input);
    const [result] = Object.values(data as Record<string, ProblemAnswer>);
    if (result!.__typename.endsWith('Success')) throw new Error(`it succeeded: ${JSON.stringify(result)}`);
    return result!;
  }

  /** Sends it, and gives path and code of every fault of the input. */
  async faults<Data, Input>(
    document: TypedDocumentNode<Data, { input: Input }>,
    input: NoInfer<Input>,
  ): Promise<[path: string, code: string][]> {
    const { __typename, fields } = await this.fails(document, input);
    if (!fields) throw new Error(`no InvalidIdentityInput: ${__typename}`);
    return fields.map(({ path, code }) => [path, code]);
  }

  /** Sends it, and gives `extensions.code` of the error; fails the test when there is none. */
  async refused<Data, Input>(
    document: TypedDocumentNode<Data, { input: Input }>,
    input: NoInfer<Input>,
  ): Promise<string | undefined> {
    const { codes, body } = await this.send(document, input);
    if (codes.length !== 1) throw new Error(`it was not refused: ${JSON.stringify(body)}`);
    return codes[0];
  }

  /** Asks a query, and fails the test when there are errors. */
  async asks<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: NoInfer<Variables>,
  ): Promise<Data> {
    return (await this.client.send(document, variables, { token: this.person.accessToken })).data;
  }
}
