/** A service and its one client, as Signet has to know them before anybody signs in. */
export interface Registration {
  slug: string;
  name: string;
  origin: string;
}

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) {
  ... on LoginSuccess { tokens { accessToken } } ... on IdentityProblem { message } } }`;
const REGISTER = `mutation ($input: RegisterServiceInput!) { registerService(input: $input) {
  __typename ... on IdentityProblem { message } } }`;
const CLIENTS = `query ($slug: String!) { service(slug: $slug) { clients { clientId name } } }`;
const ADD = `mutation ($input: AddClientInput!) { addClient(input: $input) {
  ... on AddClientSuccess { client { clientId } clientSecret } ... on IdentityProblem { message } } }`;
const ROTATE = `mutation ($input: RotateClientSecretInput!) { rotateClientSecret(input: $input) {
  ... on RotateClientSecretSuccess { clientSecret } ... on IdentityProblem { message } } }`;

/** Asks the Signet at `origin` as somebody, and throws what it has to say against it. */
async function ask<Answer>(
  origin: string,
  query: string,
  variables: object,
  accessToken?: string,
): Promise<Answer> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: Record<string, Answer & { message?: string }>;
    errors?: { message: string }[];
  };
  const [answer] = Object.values(data ?? {});
  const problem = errors?.[0]?.message ?? answer?.message;
  if (problem || !answer) throw new Error(problem ?? 'no answer');
  return answer;
}

export async function signIn(origin: string, email: string, password: string): Promise<string> {
  const input = { email, password };
  return (await ask<{ tokens: { accessToken: string } }>(origin, LOGIN, { input })).tokens.accessToken;
}

/** Registers a service with a WEB client. A second time it makes a new secret, since Signet keeps no old one to show. */
export async function register(
  signet: string,
  accessToken: string,
  { slug, name, origin }: Registration,
): Promise<{ clientId: string; clientSecret: string }> {
  const send = <Answer>(query: string, variables: object) =>
    ask<Answer>(signet, query, variables, accessToken);
  await send(REGISTER, { input: { slug, name } });
  const { clients } = await send<{ clients: { clientId: string; name: string }[] }>(CLIENTS, { slug });
  const known = clients.find((client) => client.name === name);
  if (known) {
    const input = { clientId: known.clientId, overlapSeconds: 0 };
    return { ...known, ...(await send<{ clientSecret: string }>(ROTATE, { input })) };
  }
  const input = {
    service: slug,
    name,
    type: 'WEB',
    redirectUris: [`${origin}/callback`],
    postLogoutRedirectUris: [`${origin}/`],
    backchannelLogoutUri: `${origin}/backchannel-logout`,
  };
  const added = await send<{ client: { clientId: string }; clientSecret: string }>(ADD, { input });
  return { clientId: added.client.clientId, clientSecret: added.clientSecret };
}
