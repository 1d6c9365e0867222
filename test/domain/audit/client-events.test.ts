import { AUDIT_EVENT_TYPES, type AuditEventType } from '../../../src/domain/audit/index.js';
import { givenService, goodClients, keyPair, type ClientAnswer } from '../../support/clients.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
});
afterAll(() => app.close());

interface Event {
  type: AuditEventType;
  actor: string | null;
  user: string | null;
  subject: string | null;
  before: object | null;
  after: object | null;
  details: object;
}

/** What the manager does, and the whole trail that this leaves. */
async function trailOf(field: string, input: object): Promise<{ answer: ClientAnswer; trail: Event[] }> {
  const [last] = await app.sql<{ id: string }>('SELECT max(id::text) AS id FROM audit_events');
  const answer = await given.manager.does(field, input);
  const trail = await app.sql<Event>(
    `SELECT type, actor_id AS actor, user_id AS user, subject_kind || ' ' || subject_name AS subject, before, after, details
     FROM audit_events WHERE id::text > $1 ORDER BY id`,
    [last!.id],
  );
  return { answer, trail };
}

const event = (type: AuditEventType, clientId: string, about: Partial<Event>): Event => ({
  ...{ type, actor: given.manager.person.id, user: null, subject: `client ${clientId}` },
  ...{ before: null, after: null, details: {} },
  ...about,
});

const add = () => given.manager.does('addClient', goodClients(given.slug).WEB);
const asAdded = () => ({
  service: given.slug,
  name: 'Shop',
  type: 'WEB',
  firstParty: true,
  redirectUris: ['https://shop.example.com/callback'],
  postLogoutRedirectUris: [],
  backchannelLogoutUri: null,
  authMethod: 'client_secret_basic',
  jwks: null,
  idTokenAlg: 'RS256',
  permissionsOf: [],
});

type ClientEvent = Extract<AuditEventType, `${'client' | 'client-secret'}.${string}`>;

/** Every kind of event of clients: what causes it, and all that this leaves. */
const causes: Record<ClientEvent, () => Promise<[Event[], Event[]]>> = {
  async 'client.added'() {
    const { answer, trail } = await trailOf('addClient', goodClients(given.slug).WEB);
    const { clientId, secrets } = answer.client;
    const details = { secretId: secrets[0]!.id };
    return [trail, [event('client.added', clientId, { after: asAdded(), details })]];
  },
  async 'client.changed'() {
    const { clientId } = (await add()).client;
    const { trail } = await trailOf('updateClient', { clientId, name: 'The shop', firstParty: false });
    const after = { ...asAdded(), name: 'The shop', firstParty: false };
    return [trail, [event('client.changed', clientId, { before: asAdded(), after })]];
  },
  async 'client.removed'() {
    const { clientId } = (await add()).client;
    const { trail } = await trailOf('deleteClient', { clientId });
    return [trail, [event('client.removed', clientId, { before: asAdded() })]];
  },
  async 'client-secret.rotated'() {
    const { client } = await add();
    const { clientId } = client;
    const [first] = client.secrets;
    const { answer, trail } = await trailOf('rotateClientSecret', { clientId, overlapSeconds: 60 });
    const [second, replaced] = answer.client.secrets;
    const rotated = event('client-secret.rotated', clientId, {
      before: { secrets: [first] },
      after: { secrets: [replaced, second] },
      details: { secretId: second!.id, overlapSeconds: 60 },
    });
    return [trail, [rotated]];
  },
  async 'client-secret.revoked'() {
    const { client } = await add();
    const { clientId } = client;
    const [secret] = client.secrets;
    const { trail } = await trailOf('revokeClientSecret', { clientId, secretId: secret!.id });
    return [trail, [event('client-secret.revoked', clientId, { before: secret })]];
  },
};

describe('the audit trail of clients', () => {
  it.each(Object.keys(causes) as ClientEvent[])('has %s with what stood before and after', async (type) => {
    const [trail, expected] = await causes[type]();
    expect(trail).toEqual(expected);
  });

  it('has every kind of event of clients in this list', () => {
    const kinds = Object.keys(AUDIT_EVENT_TYPES).filter((type) => /^client(-secret)?\./.test(type));
    expect(Object.keys(causes).toSorted()).toEqual(kinds.toSorted());
  });

  it('says of each secret that ends with a change of the method', async () => {
    const { client } = await add();
    const { clientId } = client;
    const jwks = { keys: [keyPair('ec').publicJwk] };
    const { trail } = await trailOf('updateClient', { clientId, authMethod: 'private_key_jwt', jwks });
    expect(trail.map(({ type }) => type)).toEqual(['client.changed', 'client-secret.revoked']);
    expect(trail[1]!.before).toEqual(client.secrets[0]);
  });

  it('says nothing of what was refused or changed nothing', async () => {
    const { clientId } = (await add()).client;
    expect((await trailOf('updateClient', { clientId, name: 'Shop' })).trail).toEqual([]);
    const count = () => app.sql('SELECT count(*) FROM audit_events');
    const before = await count();
    await given.manager.faults('updateClient', { clientId, name: '' });
    await given.managerOfOther.codes('deleteClient', { clientId });
    await given.manager.codes('revokeClientSecret', { clientId, secretId: 'nothing' });
    expect(await count()).toEqual(before);
  });
});
