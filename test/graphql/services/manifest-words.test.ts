import type { Person } from '../../support/given.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.given.administrator();
});
afterAll(() => app.close());

interface Answer {
  __typename: string;
  changes?: unknown[];
  fields?: { path: string; code: string }[];
}

async function send(field: 'registerService' | 'servicePlan', input: object): Promise<Answer> {
  const [verb, type] =
    field === 'servicePlan' ? ['query', 'ServiceManifestInput'] : ['mutation', 'RegisterServiceInput'];
  const success = `${field[0]!.toUpperCase()}${field.slice(1)}Success`;
  const answer = await app.client.send<Record<string, Answer>, object>(
    `${verb} ($input: ${type}!) { ${field}(input: $input) { __typename
       ... on ${success} { changes { name } } ... on InvalidIdentityInput { fields { path code } } } }`,
    { input },
    { token: admin.accessToken },
  );
  return answer.data[field]!;
}

describe('words of a manifest', () => {
  it('are the same with space around them, and nothing is the same as no words', async () => {
    const manifest = (description: string | null, around: string) => ({
      slug: 'tea',
      name: `${around}Tea${around}`,
      description,
      permissions: [{ name: 'pour', description: `${around}Pour it.${around}` }],
      roles: [{ name: 'host', description, permissions: ['pour'] }],
    });
    const registered = await send('registerService', manifest(null, ''));
    expect(registered.__typename).toBe('RegisterServiceSuccess');
    const nothing = { __typename: 'ServicePlanSuccess', changes: [] };
    expect(await send('servicePlan', manifest('', ' '))).toEqual(nothing);
    expect(await send('servicePlan', manifest(' ', '\n'))).toEqual(nothing);
  });

  it('have to say what to use instead of a deprecated permission', async () => {
    const permissions = [{ name: 'pour', deprecated: ' ' }];
    const answer = await send('registerService', { slug: 'cups', name: 'Cups', permissions });
    expect(answer.fields).toEqual([{ path: 'permissions[0].deprecated', code: 'REQUIRED' }]);
  });
});
