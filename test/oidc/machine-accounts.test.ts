import { givenService } from '../support/clients.js';
import { decode } from '../support/forge.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let given: Awaited<ReturnType<typeof givenService>>;
beforeAll(async () => {
  app = await startTestApp();
  given = await givenService(app);
});
afterAll(() => app.close());

async function addMachine(more: object = {}) {
  const { client, clientSecret } = await given.manager.does('addClient', {
    service: given.slug,
    type: 'MACHINE',
    name: 'Nightly export',
    ...more,
  });
  return { ...client, clientSecret: clientSecret!, userId: client.account!.id };
}

type Machine = Awaited<ReturnType<typeof addMachine>>;

async function token({ clientId, clientSecret }: Machine, parameters: Record<string, string> = {}) {
  const response = await fetch(`${app.origin}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

const ask = (accessToken: string, query: string, variables: object = {}) =>
  app.client.send<any, object>(query, variables, { token: accessToken });

describe('a machine', () => {
  it('gets a token of its own account, with the permissions that were given to it (RFC 6749 §4.4, RFC 9068)', async () => {
    const machine = await addMachine();
    await app.given.permission(machine.userId, `${given.slug}:permissions.manage`);
    await app.given.permission(machine.userId, `${given.other}:permissions.manage`);
    const { status, body } = await token(machine);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer' });
    expect(body).not.toHaveProperty('refresh_token');
    expect(decode(body['access_token']!)).toMatchObject({
      header: { typ: 'at+jwt' },
      claims: {
        sub: machine.userId,
        client_id: machine.clientId,
        aud: app.identity.config.audience,
        scope: `${given.slug}:permissions.manage`,
      },
    });
    const { data } = await ask(body['access_token']!, '{ viewer { id name email } }');
    expect(data.viewer).toEqual({ id: machine.userId, name: 'Nightly export', email: null });
  });

  it('does with it what it may, and nothing else', async () => {
    const machine = await addMachine();
    await app.given.permission(machine.userId, `${given.slug}:permissions.manage`);
    const { body } = await token(machine);
    const update = 'mutation ($input: UpdateServiceInput!) { updateService(input: $input) { __typename } }';
    const own = await ask(body['access_token']!, update, { input: { slug: given.slug, name: 'By machine' } });
    expect(own.data.updateService.__typename).toBe('UpdateServiceSuccess');
    const foreign = await ask(body['access_token']!, update, { input: { slug: given.other, name: 'No' } });
    expect(foreign.codes).toEqual(['FORBIDDEN']);
  });

  it('gets less when it asks for less', async () => {
    const machine = await addMachine();
    for (const what of ['permissions.manage', 'sign-in'])
      await app.given.permission(machine.userId, `${given.slug}:${what}`);
    const { body } = await token(machine, { scope: `${given.slug}:sign-in` });
    expect(decode(body['access_token']!).claims['scope']).toBe(`${given.slug}:sign-in`);
    const refused = await ask(
      body['access_token']!,
      'mutation ($input: UpdateServiceInput!) { updateService(input: $input) { __typename } }',
      { input: { slug: given.slug, name: 'No' } },
    );
    expect(refused.codes).toEqual(['FORBIDDEN']);
  });

  it('has one session, however often and however many at once ask; when it is ended, its tokens are', async () => {
    const machine = await addMachine();
    const answers = await Promise.all(Array.from({ length: 8 }, () => token(machine)));
    const sids = new Set(answers.map(({ body }) => decode(body['access_token']!).claims['sid']));
    expect(sids.size).toBe(1);
    const [sessionId] = sids;
    const listed = await ask(
      given.admin.person.accessToken,
      'query ($id: ID!) { user(id: $id) { sessions { id } } }',
      { id: machine.userId },
    );
    expect(listed.data.user.sessions).toEqual([{ id: sessionId }]);
    await ask(
      given.admin.person.accessToken,
      'mutation ($id: ID!) { revokeSession(input: { sessionId: $id }) { __typename } }',
      { id: sessionId },
    );
    const { access_token: ended } = answers[0]!.body;
    expect((await ask(ended!, '{ viewer { id } }')).codes).toEqual(['UNAUTHENTICATED']);
    const { body } = await token(machine);
    expect(decode(body['access_token']!).claims['sid']).not.toBe(sessionId);
    expect((await ask(body['access_token']!, '{ viewer { id } }')).codes).toEqual([]);
  });

  it('gets nothing while its account is suspended, and is refused with what it has (TK-12)', async () => {
    const machine = await addMachine();
    const before = await token(machine);
    const change = (name: string) =>
      ask(
        given.admin.person.accessToken,
        `mutation ($id: ID!) { ${name}(input: { userId: $id }) { __typename } }`,
        { id: machine.userId },
      );
    await change('suspendUser');
    expect(await token(machine)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    expect((await ask(before.body['access_token']!, '{ viewer { id } }')).codes).toEqual(['UNAUTHENTICATED']);
    await change('reactivateUser');
    expect((await token(machine)).status).toBe(200);
  });

  it('is called as its client is, by whatever name', async () => {
    const machine = await addMachine();
    await given.manager.does('updateClient', { clientId: machine.clientId, name: 'Hourly export' });
    const { body } = await token(machine);
    const { data } = await ask(body['access_token']!, '{ viewer { name } }');
    expect(data.viewer.name).toBe('Hourly export');
  });

  it('goes with its client: account, permissions and tokens', async () => {
    const machine = await addMachine();
    await app.given.permission(machine.userId, `${given.slug}:sign-in`);
    const { body } = await token(machine);
    await given.manager.does('deleteClient', { clientId: machine.clientId });
    expect((await ask(body['access_token']!, '{ viewer { id } }')).codes).toEqual(['UNAUTHENTICATED']);
    const { data } = await ask(
      given.admin.person.accessToken,
      'query ($id: ID!) { user(id: $id) { status grants { id } } }',
      { id: machine.userId },
    );
    expect(data.user).toEqual({ status: 'DELETED', grants: [] });
  });

  it('is no administrator by whom the last person could be replaced', async () => {
    const machine = await addMachine();
    await app.given.permission(machine.userId, 'signet:permissions.manage');
    const { data } = await ask(
      given.admin.person.accessToken,
      'mutation ($id: ID!) { suspendUser(input: { userId: $id }) { __typename } }',
      { id: given.admin.person.id },
    );
    expect(data.suspendUser.__typename).toBe('LastAdministrator');
  });

  it('cannot get what people get: no code, no refresh token, no token of a person (TK-6)', async () => {
    const machine = await addMachine();
    for (const grant_type of ['authorization_code', 'refresh_token', 'password'])
      expect((await token(machine, { grant_type, code: 'x', refresh_token: 'x' })).status).toBe(400);
  });
});
