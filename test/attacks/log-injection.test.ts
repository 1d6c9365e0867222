import type { Person } from '../support/given.js';
import { mutate, succeed } from '../support/mutate.js';
import { AuditEventsDocument, ViewerSessionsDocument } from '../support/operations.js';
import { sendBytes } from '../support/raw-http.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** What steers a terminal, parts a line, or turns the text around it. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

let app: TestApp;
let ada: Person;
let admin: Person;
beforeEach(async () => {
  app = await startTestApp();
  [ada, admin] = [await app.given.user(), await app.given.administrator()];
});
afterEach(() => app.close());

/** Signs in with a User-Agent of these bytes, which no client would send; the status of the answer. */
async function signInAs(userAgent: string): Promise<string> {
  const body = JSON.stringify({
    query: 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }',
    variables: { input: { email: ada.email, password: ada.password } },
  });
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: signet',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `User-Agent: ${userAgent}`,
    'Connection: close',
  ];
  const answer = await sendBytes(app.origin, `${head.join('\r\n')}\r\n\r\n${body}`);
  return /^HTTP\/1\.1 (\d+)/.exec(answer)![1]!;
}

const newest = async () => {
  const { data } = await app.client.send(
    AuditEventsDocument,
    { userId: ada.id, first: 1 },
    { token: admin.accessToken },
  );
  return data.auditEvents.edges[0]!.node;
};

function expectWholeLog(): void {
  expect(app.log.length).toBeGreaterThan(0);
  for (const line of app.log) {
    expect(line).toMatch(/^\{.*\}\n$/);
    expect(line.slice(0, -1)).not.toMatch(STEERING);
    JSON.parse(line);
  }
}

describe('AU-4: what somebody calls their browser', () => {
  it.each([
    ['an escape sequence', 'Evil/1 \u001b[2J\u001b]0;owned\u0007'],
    ['a bell', 'Evil/1 \u0007'],
    ['a NUL', 'Evil/1 \u0000'],
    ['a lone line feed and a forged event', 'Evil/1\n{"type":"user.deleted"}'],
    ['a lone carriage return', 'Evil/1\rUser-Agent: Good/1'],
  ])('is refused with %s in it', async (_title, userAgent) => {
    const before = await newest();
    expect(await signInAs(userAgent)).toBe('400');
    expect(await newest()).toEqual(before);
    expectWholeLog();
  });

  it('is stored without the escape sequences of one byte that HTTP lets through', async () => {
    expect(await signInAs('Evil/1 \u009b31m\u009d0;owned\u009c\u0085next line\u00ad\ttab')).toBe('200');
    const event = await newest();
    expect(event).toMatchObject({ type: 'session.started', userAgent: expect.stringMatching(/^Evil\/1 /) });
    expect(event.userAgent).toBe('Evil/1 \ufffd31m\ufffd0;owned\ufffd\ufffdnext line\ufffd\ufffdtab');
    const sessions = await app.client.send(ViewerSessionsDocument, {}, { token: ada.accessToken });
    for (const { userAgent } of sessions.data.viewer!.sessions) expect(userAgent).not.toMatch(STEERING);
    expectWholeLog();
  });

  it('is cut where nobody reads on', async () => {
    expect(await signInAs('E'.repeat(9000))).toBe('200');
    expect((await newest()).userAgent).toBe('E'.repeat(1000));
  });
});

describe('AU-4: what somebody gives as a reason', () => {
  it.each([
    ['an escape sequence', '\u001b[2J'],
    ['one of a single character', '\u009b31m'],
    ['a carriage return', 'done\r\n{"type":"user.deleted"}'],
    ['a NUL, which no database text holds', 'a\u0000b'],
    ['a line separator', 'a\u2028b'],
    ['text turned round', '\u202egnp.exe'],
    ['half a character', '\ud83d'],
  ])('is refused with %s in it, and leaves no trace', async (_title, reason) => {
    const trail = () => app.sql('SELECT * FROM audit_events ORDER BY id');
    await succeed(app, admin, 'grantRole', { userId: ada.id, role: 'administrator' });
    const before = await trail();
    for (const [mutation, input] of [
      ['grantRole', { userId: ada.id, role: 'administrator', reason }],
      ['revokeRole', { userId: ada.id, role: 'administrator', reason }],
      ['grantPermission', { userId: ada.id, permission: 'signet:audit.read', reason }],
      ['createRole', { name: `role ${reason}`, permissions: [] }],
      ['createRole', { name: 'role', description: reason, permissions: [] }],
      ['createGroup', { name: `group ${reason}` }],
      ['registerService', { slug: 'orders', name: `Orders ${reason}` }],
      ['registerService', { slug: 'orders', name: 'Orders', description: reason }],
      [
        'registerService',
        { slug: 'orders', name: 'Orders', permissions: [{ name: 'read', description: reason }] },
      ],
      [
        'registerService',
        { slug: 'orders', name: 'Orders', permissions: [{ name: 'read', deprecated: reason }] },
      ],
    ] as [string, object][]) {
      const { codes, data } = await mutate(app, admin, mutation, input);
      expect([mutation, input, codes, data.result.__typename]).toEqual([
        mutation,
        input,
        [],
        'InvalidIdentityInput',
      ]);
    }
    expect(await trail()).toEqual(before);
  });

  it('may have lines, which stay within the one line of its event', async () => {
    const reason = 'For the holidays.\n{"type":"user.deleted"}\n\tUntil May.';
    await succeed(app, admin, 'grantPermission', { userId: ada.id, permission: 'signet:audit.read', reason });
    expect((await newest()).after).toEqual({ reason, expiresAt: null });
    expectWholeLog();
  });
});
