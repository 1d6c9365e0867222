import { SLOW_TEST_MS, endProcesses } from '../support/run-signet.js';
import { signetInPipeline } from '../support/service-command.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(endProcesses);
afterAll(() => app.close());

const MANIFEST =
  'slug: orders\nname: Orders\npermissions:\n  - name: read\n  - name: refund\n  - name: credit\n    description: Pay back\n';

it(
  'a pipeline applies the manifest of its service with a token of its machine, as docs/clients.md says',
  async () => {
    const admin = await app.given.acting();
    await app.given.service({ slug: 'orders', name: 'Orders' }, admin);
    const run = (args: string[], token: string) =>
      signetInPipeline(args, { url: app.origin, token, files: { 'orders.yaml': MANIFEST } });
    const added = await run(
      ['client', 'add', 'orders', '--type', 'machine', '--name', 'Pipeline', '--json'],
      admin.person.accessToken,
    );
    const { client, clientSecret } = JSON.parse(added.stdout) as {
      client: { clientId: string; account: { id: string } };
      clientSecret: string;
    };
    await app.given.permission(client.account.id, 'orders:permissions.manage');
    const answer = await fetch(`${app.origin}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const planned = await run(['service', 'plan', 'orders.yaml'], token);
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    const applied = await run(['service', 'apply', 'orders.yaml'], token);
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    const again = await run(['service', 'plan', 'orders.yaml'], token);
    expect(again.stdout).toContain('Nothing to change');
    const [{ actor_id: actor } = {}] = await app.sql<{ actor_id: string }>(
      `SELECT actor_id FROM audit_events WHERE type = 'permission.declared' AND subject_name = 'orders:credit'`,
    );
    expect(actor).toBe(client.account.id);
  },
  SLOW_TEST_MS,
);
