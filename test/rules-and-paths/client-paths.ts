import { randomBytes } from 'node:crypto';
import { ClientActor } from '../support/clients.js';
import type { Person } from '../support/given.js';
import type { TestApp } from '../support/test-app.js';

type Verdict = 'refuse' | 'allow';

/** A client of Signet itself with two secrets, whoever could make one through the door. It is the only one. */
async function someClient(app: TestApp): Promise<{ clientId: string; secretId: string }> {
  const clientId = `signet-${Array.from(randomBytes(8), (byte) => 'abcdefghijklmnop'[byte % 16]).join('')}`;
  await app.sql('DELETE FROM client_secrets');
  await app.sql('DELETE FROM oauth_clients');
  await app.sql(
    `INSERT INTO oauth_clients SELECT $1, 'signet', 'Console', 'MACHINE', true, '{}', '{}', NULL, 'client_secret_basic',
       NULL, 'RS256', '{}', NULL, now(), now()`,
    [clientId],
  );
  const [secret] = await app.sql<{ id: string }>(
    `INSERT INTO client_secrets SELECT gen_random_uuid(), $1, 'x', now() FROM generate_series(1, 2) RETURNING id`,
    [clientId],
  );
  return { clientId, secretId: secret!.id };
}

/** A client to which a session is signed in, as if its person had come by the sign-in page. */
export async function signedInClient(app: TestApp, sessionId: string): Promise<string> {
  const { clientId } = await someClient(app);
  await app.sql('INSERT INTO session_clients SELECT $1, $2, NULL, now(), now()', [sessionId, clientId]);
  return clientId;
}

type Input = (client: { clientId: string; secretId: string }) => object;

function change(field: string, input: Input) {
  return {
    field,
    async attempt(app: TestApp, person: Person): Promise<Verdict> {
      const { codes, body } = await new ClientActor(app, person).send(field, input(await someClient(app)));
      return codes.length === 0 && body.data?.[field]?.__typename.endsWith('Success') ? 'allow' : 'refuse';
    },
  };
}

/** Every way to the clients of a service. */
export const clientPaths = {
  client: {
    field: 'client',
    async attempt(app: TestApp, person: Person): Promise<Verdict> {
      const { clientId } = await someClient(app);
      const { codes, body } = await app.client.send<{ client: { clientId: string } | null }, object>(
        'query ($clientId: ID!) { client(clientId: $clientId) { clientId secrets { id } } }',
        { clientId },
        { token: person.accessToken },
      );
      return codes.length === 0 && body.data?.client?.clientId === clientId ? 'allow' : 'refuse';
    },
  },
  addClient: change('addClient', () => ({ service: 'signet', name: 'Export', type: 'MACHINE' })),
  updateClient: change('updateClient', ({ clientId }) => ({ clientId, name: 'Another' })),
  rotateClientSecret: change('rotateClientSecret', ({ clientId }) => ({ clientId })),
  revokeClientSecret: change('revokeClientSecret', (client) => client),
  deleteClient: change('deleteClient', ({ clientId }) => ({ clientId })),
};
