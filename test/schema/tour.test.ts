import { readFileSync } from 'node:fs';
import { Kind, buildSchema } from 'graphql';
import { GOOD_PASSWORD } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { runTour, signedInService, tourOperations, tourText } from '../support/tour.js';

/** What it says about services, roles, groups and grants. */
function expectPermissionsOfTour(answers: Record<string, any>, inAWeek: string): void {
  const changes = (of: any) => of.changes.map(({ action, name }: any) => `${action} ${name}`);
  expect(changes(answers['RegisterService'].registerService)).toContain('ADD orders:refund');
  const planned = ['DEPRECATE orders:cancel', 'ADD orders:void', 'CHANGE orders-agent'];
  expect(changes(answers['ServicePlan'].servicePlan)).toEqual(planned);
  expect(changes(answers['UpdateService'].updateService)).toEqual(planned);
  expect(answers['Roles'].roles).toEqual([{ name: 'Team lead', service: null }]);
  expect(answers['PermissionCheck'].permissionCheck).toMatchObject({
    allowed: true,
    explanation: expect.stringContaining('Covers for Grace'),
    paths: [{ role: null, group: null, expiresAt: inAWeek }],
  });
  const holders = answers['Permission'].permission.holders.edges;
  expect(holders.map(({ node }: any) => node.name)).toEqual(['Ada Lovelace']);
  expect(answers['UserAccess'].user).toMatchObject({
    permissions: ['orders:read', 'orders:refund', 'orders:void'].map((name) => ({ name })),
    groups: [{ name: 'Customer support' }],
    mayRefund: true,
  });
  expect(answers['LoginToService'].login.user.mayRefund).toBe(true);
  expect(answers['RevokePermission'].revokePermission.stillHeldBy).toEqual([]);
}

describe('the tour of the API', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('runs top to bottom, each operation by itself, without an error or a problem', async () => {
    const admin = await app.given.administrator();
    const { answers, bag } = await runTour(
      app.client,
      {
        email: app.given.email(),
        password: GOOD_PASSWORD,
        newPassword: 'nine green lanterns hum',
        name: 'Ada Byron',
        adminEmail: admin.email,
        adminPassword: admin.password,
        ...(await signedInService(app.client, (text) => app.sql(text))),
        inAWeek: new Date(app.clock.now().getTime() + 7 * 86_400_000).toISOString(),
      },
      () => app.clock.advance(1), // the server's clock stands still otherwise, and a reader's does not
    );

    // And what it says on the way is true.
    const { userId } = answers['Register'].register.user;
    expect(answers['Viewer'].viewer).toMatchObject({ id: userId, mayReadUsers: false });
    expect(answers['Sessions'].viewer.sessions.map((session: any) => session.current)).toEqual([true, false]);
    expect(answers['ChangePassword'].changePassword.endedSessions).toBe(0);
    expect(answers['User'].user).toMatchObject({ name: 'Ada Lovelace', status: 'ACTIVE' });
    expect(answers['Users'].users.edges.map(({ node }: any) => [node.id, node.sessions])).toEqual([
      [userId, []],
    ]);
    expect(answers['SuspendUser'].suspendUser.user.status).toBe('SUSPENDED');
    expect(answers['ReactivateUser'].reactivateUser.user.status).toBe('ACTIVE');
    expect(answers['AddClient'].addClient.clientSecret).toMatch(/^signet_cs_/);
    const { secrets } = answers['RotateClientSecret'].rotateClientSecret.client;
    expect(secrets.map(({ expiresAt }: any) => expiresAt === null)).toEqual([true, false]);
    expect(answers['RevokeClientSecret'].revokeClientSecret.client.secrets).toEqual([{ expiresAt: null }]);
    expect(answers['Client'].client).toMatchObject({
      service: { clients: [{ name: 'Console' }, { name: 'Tour' }] },
    });
    expect(answers['References']._entities).toEqual([
      { id: userId, name: 'Ada Lovelace', email: bag.get('email') },
    ]);
    expectPermissionsOfTour(answers, bag.get('inAWeek') as string);
    expect(answers['DeleteUser'].deleteUser.user).toMatchObject({
      id: userId,
      email: null,
      status: 'DELETED',
    });
    const [newest] = answers['AuditEvents'].auditEvents.edges.map(({ node }: any) => node);
    expect(newest).toMatchObject({ user: { id: userId, status: 'DELETED' }, actor: { id: admin.id } });
    expect(answers['LogoutEverywhere'].logoutEverywhere.endedSessions).toBeGreaterThanOrEqual(1);
    const after = await app.client.send('{ viewer { id } }', {}, { token: bag.get('accessToken') as string });
    expect(after.codes).toEqual(['UNAUTHENTICATED']);
  });

  it('shows every query and mutation', () => {
    const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'), { assumeValidSDL: true });
    const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
      Object.keys(type.getFields()),
    );
    const shown = tourOperations.flatMap(({ selectionSet }) =>
      selectionSet.selections.flatMap((selection) =>
        selection.kind === Kind.FIELD ? [selection.name.value] : [],
      ),
    );
    expect(new Set(shown)).toEqual(new Set([...fields, '_entities']));
  });

  it('says of every operation why one would send it', () => {
    const undocumented = tourOperations.filter(
      ({ loc }) => !/#[^\n]*\n$/.test(tourText.slice(0, loc!.start)),
    );
    expect(undocumented.map(({ name }) => name!.value)).toEqual([]);
    expect(new Set(tourOperations.map(({ name }) => name!.value)).size).toBe(tourOperations.length);
  });
});
