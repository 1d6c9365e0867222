import { mutate, succeed } from '../../support/mutate.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

it('a deprecated permission stays in the roles that hold it, and comes into no other', async () => {
  const admin = await app.given.administrator();
  const permissions = [{ name: 'read' }, { name: 'refund', deprecated: 'Use credit.' }];
  const clerk = { name: 'clerk', permissions: ['read', 'refund'] };
  await succeed(app, admin, 'registerService', { slug: 'tea', name: 'Tea', permissions, roles: [clerk] });
  const update = (roles: object[]) => ({ slug: 'tea', permissions, roles });
  const { data } = await mutate(app, admin, 'updateService', update([clerk, { ...clerk, name: 'helper' }]), {
    fields: 'changes { name } } ... on InvalidIdentityInput { fields { path code }',
  });
  expect(data.result).toMatchObject({
    __typename: 'InvalidIdentityInput',
    fields: [{ path: 'roles[1].permissions[1]', code: 'DEPRECATED' }],
  });
  const helper = { name: 'helper', permissions: ['read'] };
  await succeed(app, admin, 'updateService', update([clerk, helper]));
});
