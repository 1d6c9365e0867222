import { everyValue } from '../support/dump.js';
import {
  ChangePasswordDocument,
  LoginDocument,
  LogoutDocument,
  RefreshDocument,
  RegisterDocument,
  UpdateProfileDocument,
  ViewerDocument,
} from '../support/operations.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const CANARY = 'canary';
const passwords = {
  first: `${CANARY}-first-Xq7 seven kettles`,
  second: `${CANARY}-second-Zw9 eight kettles`,
  guessed: `${CANARY}-guessed-Kp3 nine kettles`,
  refused: `${CANARY}-shrt`,
};
const email = `${CANARY}.person@private.example`;

/** Goes through every operation that takes a secret, well and badly, and gives all tokens that were seen. */
async function useEverything(): Promise<string[]> {
  const tokens: string[] = [];
  const keep = (outcome: object) => {
    const pair = (outcome as { tokens?: { accessToken: string; refreshToken?: string | null } }).tokens;
    if (pair) tokens.push(pair.accessToken, pair.refreshToken!);
    return pair;
  };
  const account = { email, name: 'Ada', password: passwords.first };
  await app.client.send(RegisterDocument, { input: { ...account, password: passwords.refused } });
  const registered = keep((await app.client.send(RegisterDocument, { input: account })).data.register)!;
  await app.client.send(RegisterDocument, { input: account });
  for (const password of [passwords.guessed, passwords.first])
    keep((await app.client.send(LoginDocument, { input: { email, password } })).data.login);
  const token = registered.accessToken;
  const change = (currentPassword: string, newPassword: string) =>
    app.client.send(ChangePasswordDocument, { input: { currentPassword, newPassword } }, { token });
  await change(passwords.guessed, passwords.second);
  await change(passwords.first, passwords.refused);
  await change(passwords.first, passwords.second);
  await app.client.send(UpdateProfileDocument, { input: { picture: 'no address' } }, { token });
  const input = { refreshToken: registered.refreshToken! };
  keep((await app.client.send(RefreshDocument, { input })).data.refresh);
  app.clock.advance(3600);
  await app.client.send(RefreshDocument, { input });
  await app.client.send(LogoutDocument, { input });
  await app.client.send(ViewerDocument, {}, { token });
  // Documents with secrets in their text, in places where no one should put them, and broken ones.
  const text = `mutation { login(input: { email: "${email}", password: "${passwords.guessed}" }) { nothing } }`;
  await app.client.send(text);
  await app.client.send(text.slice(0, -4));
  await fetch(`${app.origin}/graphql?password=${encodeURIComponent(passwords.first)}&token=${token}`);
  await fetch(`${app.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: `__Host-signet-refresh=${input.refreshToken}` },
    body: `{ "query": "${passwords.first}`,
  });
  // Failures of our own, in which the database would quote what it was given.
  for (const table of ['user_emails', 'password_credentials', 'sessions']) {
    await app.sql(`ALTER TABLE ${table} ADD CONSTRAINT refuse_everything CHECK (false) NOT VALID`);
    const other = { ...account, email: `other.${table}.${email}`, password: passwords.guessed };
    const answer = await app.client.send(RegisterDocument, { input: other });
    expect(answer.codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(JSON.stringify(answer.body)).not.toContain(CANARY);
    await app.sql(`ALTER TABLE ${table} DROP CONSTRAINT refuse_everything`);
  }
  return tokens;
}

describe('AU-3: secrets leave no trace', () => {
  it('in the log, in the audit trail, in any table or in the metrics, whatever goes wrong', async () => {
    const tokens = await useEverything();
    expect(tokens.length).toBeGreaterThanOrEqual(6);
    const secrets = [...Object.values(passwords), ...tokens, ...tokens.map((token) => token.split('.')[2]!)];

    const log = app.log.join('\n');
    expect(log).toContain('graphql.internal-error');
    for (const secret of [...secrets, email]) expect(log).not.toContain(secret);

    const stored = await everyValue(app);
    for (const secret of secrets) expect(stored.filter(({ value }) => value.includes(secret))).toEqual([]);
    const placesOfAddress = new Set(
      stored.filter(({ value }) => value.includes(CANARY)).map(({ place }) => place),
    );
    expect([...placesOfAddress].toSorted()).toEqual([
      'outgoing_mails.recipient',
      'user_emails.address',
      'user_emails.email',
    ]);

    const metrics = await (await fetch(`${app.origin}/metrics`)).text();
    expect(metrics).toContain('signet_outcomes_total');
    for (const secret of [...secrets, CANARY]) expect(metrics).not.toContain(secret);
  });
});
