import { readFileSync } from 'node:fs';
import { Kind, buildSchema, parse, type OperationDefinitionNode } from 'graphql';
import { GOOD_PASSWORD } from '../support/given.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const text = readFileSync('schema/tour.graphql', 'utf8');
const operations = parse(text).definitions.filter(
  (definition) => definition.kind === Kind.OPERATION_DEFINITION,
);

/** An operation exactly as a reader would copy it. */
const sourceOf = (operation: OperationDefinitionNode) => text.slice(operation.loc!.start, operation.loc!.end);

/** Puts every single value of an answer under its name, for the variables of later operations. */
function keep(value: unknown, bag: Map<string, unknown>): void {
  if (Array.isArray(value)) for (const item of value) keep(item, bag);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null) keep(inner, bag);
      else bag.set(name, inner);
    }
}

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
    const bag = new Map<string, unknown>(
      Object.entries({
        email: app.given.email(),
        password: GOOD_PASSWORD,
        newPassword: 'nine green lanterns hum',
        name: 'Ada Byron',
        adminEmail: admin.email,
        adminPassword: admin.password,
        inAWeek: new Date(app.clock.now().getTime() + 7 * 86_400_000).toISOString(),
      }),
    );
    const chosen = new Set(bag.keys());
    const answers: Record<string, any> = {};
    for (const operation of operations) {
      const name = operation.name!.value;
      const variables: Record<string, unknown> = {};
      for (const { variable } of operation.variableDefinitions ?? []) {
        if (!bag.has(variable.name.value))
          throw new Error(`${name}: nothing before it gives $${variable.name.value}`);
        variables[variable.name.value] = bag.get(variable.name.value);
      }
      app.clock.advance(1); // the server's clock stands still otherwise, and a reader's does not
      const token = bag.get('accessToken') as string | undefined;
      const { body } = await app.client.send<Record<string, any>, object>(sourceOf(operation), variables, {
        token,
      });
      expect({ name, errors: body.errors }).toEqual({ name, errors: undefined });
      const data = body.data!;
      for (const [field, value] of Object.entries(data)) {
        // A problem has a code; one that the operation does not ask for leaves an empty object.
        expect({ name, field, value }).toEqual({ name, field, value: expect.any(Object) });
        expect({ name, field, problem: value.code }).toEqual({ name, field, problem: undefined });
        expect(Object.keys(value)).not.toEqual([]);
      }
      answers[name] = data;
      const found = new Map<string, unknown>();
      keep(data, found);
      for (const [key, value] of found) if (!chosen.has(key)) bag.set(key, value);
    }

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
    expect(answers['References']._entities).toEqual([
      { id: userId, name: 'Ada Lovelace', email: bag.get('email') },
    ]);
    expectPermissionsOfTour(answers, bag.get('inAWeek') as string);
    expect(answers['DeleteUser'].deleteUser.user).toMatchObject({
      id: userId,
      email: null,
      status: 'DELETED',
    });
    expect(answers['LogoutEverywhere'].logoutEverywhere.endedSessions).toBeGreaterThanOrEqual(1);
    const after = await app.client.send('{ viewer { id } }', {}, { token: bag.get('accessToken') as string });
    expect(after.codes).toEqual(['UNAUTHENTICATED']);
  });

  it('shows every query and mutation', () => {
    const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'), { assumeValidSDL: true });
    const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
      Object.keys(type.getFields()),
    );
    const shown = operations.flatMap(({ selectionSet }) =>
      selectionSet.selections.flatMap((selection) =>
        selection.kind === Kind.FIELD ? [selection.name.value] : [],
      ),
    );
    expect(new Set(shown)).toEqual(new Set([...fields, '_entities']));
  });

  it('says of every operation why one would send it', () => {
    const undocumented = operations.filter(({ loc }) => !/#[^\n]*\n$/.test(text.slice(0, loc!.start)));
    expect(undocumented.map(({ name }) => name!.value)).toEqual([]);
    expect(new Set(operations.map(({ name }) => name!.value)).size).toBe(operations.length);
  });
});
