import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Person } from './given.js';
import type { TestApp } from './test-app.js';

/** A client as `OAuthClient` shows it. */
export interface ShownClient {
  clientId: string;
  name: string;
  type: string;
  firstParty: boolean;
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  backchannelLogoutUri: string | null;
  authMethod: string;
  jwks: { keys: Record<string, unknown>[] } | null;
  idTokenAlg: string;
  permissionsOf: string[];
  account: { id: string } | null;
  createdAt: string;
  updatedAt: string;
  service: { slug: string };
  secrets: { id: string; createdAt: string; expiresAt: string | null }[];
}

export const CLIENT = `clientId name type firstParty redirectUris postLogoutRedirectUris backchannelLogoutUri authMethod jwks
  idTokenAlg permissionsOf account { id } createdAt updatedAt service { slug } secrets { id createdAt expiresAt }`;

/** What comes beside `__typename` and problems. */
const SELECTIONS: Record<string, string> = {
  addClient: `client { ${CLIENT} } clientSecret`,
  updateClient: `client { ${CLIENT} }`,
  deleteClient: 'clientId',
  rotateClientSecret: `client { ${CLIENT} } clientSecret`,
  revokeClientSecret: `client { ${CLIENT} }`,
};

export interface ClientAnswer {
  __typename: string;
  client: ShownClient;
  clientId: string;
  clientSecret: string | null;
  fields?: { path: string; code: string; message: string }[];
}

/** Somebody who changes clients. */
export class ClientActor {
  constructor(
    private readonly app: TestApp,
    readonly person: Person,
  ) {}

  /** The answer as it came. */
  send(field: string, input: object) {
    const name = `${field[0]!.toUpperCase()}${field.slice(1)}`;
    return this.app.client.send<Record<string, ClientAnswer>, object>(
      `mutation ($input: ${name}Input!) { ${field}(input: $input) { __typename
         ... on ${name}Success { ${SELECTIONS[field]!} }
         ... on IdentityProblem { code message }
         ... on InvalidIdentityInput { fields { path code message } } } }`,
      { input },
      { token: this.person.accessToken },
    );
  }

  /** Fails the test unless it succeeds. */
  async does(field: string, input: object): Promise<ClientAnswer> {
    const answer = (await this.send(field, input)).data[field]!;
    if (!answer.__typename.endsWith('Success')) throw new Error(JSON.stringify(answer));
    return answer;
  }

  /** Path and code of every fault of the input. */
  async faults(field: string, input: object): Promise<[path: string, code: string][]> {
    const answer = (await this.send(field, input)).data[field]!;
    if (!answer.fields) throw new Error(`no faults: ${JSON.stringify(answer)}`);
    return answer.fields.map(({ path, code }) => [path, code]);
  }

  /** Codes with which it was refused. */
  async codes(field: string, input: object): Promise<(string | undefined)[]> {
    return (await this.send(field, input)).codes;
  }

  async client(clientId: string): Promise<ShownClient | null> {
    const { data } = await this.app.client.send<{ client: ShownClient | null }, object>(
      `query ($clientId: ID!) { client(clientId: $clientId) { ${CLIENT} } }`,
      { clientId },
      { token: this.person.accessToken },
    );
    return data.client;
  }
}

/** A registered service, and who administers everything, manages it, manages another, and reads. */
export async function givenService(app: TestApp) {
  const admin = await app.given.administrator();
  const slug = `shop-${randomBytes(4).toString('hex')}`;
  const other = `${slug}-b`;
  for (const one of [slug, other])
    await app.client.send(
      'mutation ($input: RegisterServiceInput!) { registerService(input: $input) { __typename } }',
      { input: { slug: one, name: one } },
      { token: admin.accessToken },
    );
  const holder = async (permission: string) => {
    const person = await app.given.user();
    await app.given.permission(person.id, permission);
    return new ClientActor(app, person);
  };
  return {
    slug,
    other,
    admin: new ClientActor(app, admin),
    manager: await holder(`${slug}:permissions.manage`),
    managerOfOther: await holder(`${other}:permissions.manage`),
    reader: await holder('signet:permissions.read'),
    nobody: new ClientActor(app, await app.given.user()),
  };
}

/** Inputs of `addClient` that are right, one for each type. */
export const goodClients = (service: string) => ({
  WEB: { service, type: 'WEB', name: 'Shop', redirectUris: ['https://shop.example.com/callback'] },
  SPA: { service, type: 'SPA', name: 'Shop in the browser', redirectUris: ['https://spa.example.com/'] },
  NATIVE: { service, type: 'NATIVE', name: 'Shop for phones', redirectUris: ['com.example.shop:/callback'] },
  MACHINE: { service, type: 'MACHINE', name: 'Nightly export' },
});

type KeyKind = 'rsa' | 'ec' | 'ed25519';

/** A key pair of a client as JWKs. */
export function keyPair(kind: KeyKind, parameter: number | string = kind === 'rsa' ? 2048 : 'P-256') {
  const { publicKey, privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: Number(parameter) })
      : kind === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: String(parameter) })
        : generateKeyPairSync('ed25519');
  return {
    publicJwk: publicKey.export({ format: 'jwk' }) as Record<string, unknown>,
    privateJwk: privateKey.export({ format: 'jwk' }) as Record<string, unknown>,
  };
}
