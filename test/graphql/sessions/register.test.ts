import { print } from 'graphql';
import { RegisterDocument, ViewerDocument, type RegisterInput } from '../../support/operations.js';
import { GOOD_PASSWORD } from '../../support/given.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

let onTestEnd: (() => Promise<void>) | undefined;
afterEach(async () => {
  await onTestEnd?.();
  onTestEnd = undefined;
});

const input = (over: Partial<RegisterInput> = {}) => ({
  email: app.given.email(),
  password: GOOD_PASSWORD,
  name: 'Ada Byron',
  ...over,
});
const register = async (over: Partial<RegisterInput> = {}, at = app) =>
  (await at.client.send(RegisterDocument, { input: input(over) })).data.register;
const faultsOf = async (over: Partial<RegisterInput>) => {
  const outcome = await register(over);
  if (outcome.__typename !== 'InvalidIdentityInput') throw new Error(outcome.__typename);
  return outcome.fields.map(({ path, code }) => `${path} ${code}`);
};

describe('register', () => {
  it('refuses a name that nobody could see', async () => {
    for (const name of ['\u200b\u200b', '\u2060', '\ufeff\u00ad', '\u200d'])
      expect(await faultsOf({ name })).toEqual(['name INVALID']);
  });

  it('counts an attempt before it judges how a password can be guessed, which takes time', async () => {
    const strict = await startTestApp({ SIGNET_REGISTRATIONS_PER_NETWORK: '2' });
    onTestEnd = () => strict.close();
    const attempt = async (over: Partial<RegisterInput>) => {
      return (await register(over, strict)).__typename;
    };
    // What is wrong at a glance costs nothing, and does not count.
    for (let round = 0; round < 4; round += 1)
      expect(await attempt({ email: 'nope' })).toBe('InvalidIdentityInput');
    expect(await attempt({ password: 'Ada Byron Ada Byron' })).toBe('InvalidIdentityInput');
    expect(await attempt({ password: 'byron ada byron ada' })).toBe('InvalidIdentityInput');
    expect(await attempt({})).toBe('TooManyAttempts');
  });

  it('makes an account and signs its owner in', async () => {
    const asked = input({ email: ' Ada.Byron.First@Example.com ' });
    const outcome = (await app.client.send(RegisterDocument, { input: asked })).data.register;
    if (outcome.__typename !== 'RegisterSuccess') throw new Error(outcome.__typename);
    expect(outcome.user).toMatchObject({
      name: 'Ada Byron',
      email: 'Ada.Byron.First@Example.com',
      status: 'ACTIVE',
    });
    const { viewer } = (await app.client.send(ViewerDocument, {}, { token: outcome.tokens.accessToken }))
      .data;
    expect(viewer).toMatchObject({ id: outcome.user.id, emailVerified: false, permissions: [] });
  });

  it('ignores an Authorization header, a bad one too', async () => {
    const answer = await app.client.send(RegisterDocument, { input: input() }, { token: 'garbage' });
    expect(answer.data.register.__typename).toBe('RegisterSuccess');
  });

  it('names every fault of the input at once, and makes nothing', async () => {
    expect(await faultsOf({ email: 'nobody', password: 'short', name: ' ' })).toEqual([
      'email INVALID',
      'name REQUIRED',
      'password TOO_SHORT',
    ]);
  });

  it.each([
    ['', 'REQUIRED'],
    ['x'.repeat(201), 'TOO_LONG'],
    ['Ada\nAdmin', 'INVALID'],
    ['Ada\0', 'INVALID'],
    ['Ada \u202eevil', 'INVALID'],
    ['Ada \ud800', 'INVALID'],
  ])('refuses the name %j', async (name, code) => {
    expect(await faultsOf({ name })).toEqual([`name ${code}`]);
  });

  it('keeps a name in any alphabet, trimmed and composed', async () => {
    const outcome = await register({ name: '  A\u030asa 李 عدا 🦆 ' });
    expect(outcome).toMatchObject({ user: { name: 'Åsa 李 عدا 🦆' } });
  });

  it('PW-7: refuses a password made of the name and the address of the same input', async () => {
    const over = { email: 'countess.of.lovelace@example.com', name: 'Maximiliana Wolfenstein' };
    for (const password of [
      'countess.of.lovelace',
      'maximiliana wolfenstein',
      'countess.of.lovelace@example.com',
    ])
      expect(await faultsOf({ ...over, password })).toEqual(['password TOO_OBVIOUS']);
  });

  it('does not compare the password with the words of a name that is far too long', async () => {
    const name = `${GOOD_PASSWORD} `.repeat(5000);
    expect(await faultsOf({ name })).toEqual(['name TOO_LONG']);
  });

  it('gives an address to one account, whatever its case', async () => {
    const ada = await app.given.user();
    for (const email of [ada.email, ada.email.toUpperCase(), ` ${ada.email} `])
      expect(await register({ email })).toMatchObject({ __typename: 'EmailTaken', code: 'EMAIL_TAKEN' });
  });

  it('gives an address to one account when 64 ask for it at the same instant, on two nodes (EM-11)', async () => {
    const other = await startTestApp({ SIGNET_HASH_WAIT_SECONDS: '60' }, app.databaseUrl);
    const patient = await startTestApp({ SIGNET_HASH_WAIT_SECONDS: '60' }, app.databaseUrl);
    try {
      const email = app.given.email();
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          register({ email: index % 3 ? email : email.toUpperCase() }, index % 2 ? other : patient),
        ),
      );
      const names = outcomes.map(({ __typename }) => __typename).toSorted();
      expect(names).toEqual([...Array<string>(63).fill('EmailTaken'), 'RegisterSuccess']);
      // Who lost left nothing behind.
      const orphans = await app.sql('SELECT 1 FROM users WHERE id NOT IN (SELECT user_id FROM user_emails)');
      expect(orphans).toEqual([]);
    } finally {
      await other.close();
      await patient.close();
    }
  });

  // EM-8, CVE-2026-27946: what an account is allowed is never taken from what its owner sends.
  it.each([
    'emailVerified: true',
    'verified: true',
    'verifiedAt: "2026-01-01T00:00:00Z"',
    'status: ACTIVE',
    'permissions: ["signet:users.manage"]',
    'roles: ["admin"]',
    'id: "01890000-0000-7000-8000-000000000000"',
    'createdAt: "2026-01-01T00:00:00Z"',
    'administrator: true',
  ])('EM-8: has no input %s, nor has updateProfile', async (field) => {
    const email = app.given.email();
    const asked = `email: "${email}", password: "${GOOD_PASSWORD}", name: "Ada", ${field}`;
    const inText = await app.client.send(`mutation { register(input: { ${asked} }) { __typename } }`);
    expect(inText.codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const [, name, value] = /^(\w+): (.*)$/.exec(field)!;
    const extra = { [name!]: value!.startsWith('A') ? value : (JSON.parse(value!) as unknown) };
    const inVariables = await app.client.send(print(RegisterDocument), {
      input: { ...input({ email }), ...extra },
    });
    expect(inVariables.body.data).toBeUndefined();

    const ada = await app.given.user();
    const update = `mutation { updateProfile(input: { name: "Ada", ${field} }) { __typename } }`;
    expect((await app.client.send(update, {}, { token: ada.accessToken })).codes).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    expect(await app.sql('SELECT 1 FROM user_emails WHERE address = $1', [email])).toEqual([]);
  });

  it('EM-8: has no input type with a field that gives a status, a verification or a permission', async () => {
    const query = `{ __schema { types { kind name inputFields { name } } } }`;
    const { data } = await app.client.send<
      { __schema: { types: { kind: string; inputFields: { name: string }[] | null }[] } },
      object
    >(query);
    const inputs = data.__schema.types.filter(({ kind }) => kind === 'INPUT_OBJECT');
    const fields = inputs.flatMap(({ inputFields }) => inputFields!.map(({ name }) => name));
    expect(fields).toContain('email');
    expect(fields.filter((name) => /verif|status|actor|amr|createdAt|generation/i.test(name))).toEqual([]);
  });
});
