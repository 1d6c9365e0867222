import { Forge, expectAccepted, expectRefused, type Json } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { TEST_ISSUER, startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
let forge: Forge;
beforeAll(async () => {
  app = await startTestApp();
  ada = await app.given.user();
  forge = new Forge(app, ada);
});
afterAll(() => app.close());

const seconds = (offset: number) => Math.floor(app.clock.now().getTime() / 1000) + offset;
const refuse = async (claims: Json) => expectRefused(app, await forge.signed({ claims }));

// Every token here is signed by Signet's own key: what is refused is what it says.
describe('a signed access token with bad times (JW-5)', () => {
  it('is refused from the second on at which it expires', async () => {
    await expectAccepted(app, await forge.signed({ claims: { exp: seconds(2) } }), ada);
    for (const offset of [0, -1, -30, -86_400]) await refuse({ exp: seconds(offset) });
  });

  it('is refused before its nbf', async () => {
    await expectAccepted(app, await forge.signed({ claims: { nbf: seconds(-1) } }), ada);
    for (const offset of [31, 3600]) await refuse({ nbf: seconds(offset) });
  });

  it('is refused when it was issued in the future, but for small differences of clocks', async () => {
    await expectAccepted(app, await forge.signed({ claims: { iat: seconds(5) } }), ada);
    for (const offset of [60, 250, 1_000_000])
      await refuse({ iat: seconds(offset), exp: seconds(offset + 300) });
  });

  it('is refused when it lives longer than any token of ours can', async () => {
    await refuse({ exp: seconds(2 * 3600) });
    await refuse({ exp: Number.MAX_SAFE_INTEGER });
  });

  it.each(['exp', 'iat', 'nbf'])('is refused when %s is not a whole number of seconds', async (claim) => {
    const values = [
      String(seconds(100)),
      '',
      null,
      true,
      [seconds(100)],
      {},
      seconds(100) + 0.5,
      -1,
      1e300,
      -1e300,
    ];
    // A time below zero or far in the past is a fault for exp alone: the others have passed.
    const passed = claim === 'nbf' ? [-1, -1e300] : [];
    for (const value of values.filter((value) => !passed.includes(value as number)))
      await refuse({ [claim]: value });
  });

  it.each(['exp', 'iat'])('is refused without %s', async (claim) => {
    await refuse({ [claim]: undefined });
  });
});

describe('a signed access token of another issuer or for another audience (JW-6)', () => {
  it('is refused unless iss is ours, letter by letter', async () => {
    const others = [
      `${TEST_ISSUER}/`,
      TEST_ISSUER.toUpperCase(),
      `${TEST_ISSUER}.evil.example`,
      'https://other',
      '',
    ];
    for (const iss of [...others, undefined, null, 5, [TEST_ISSUER]]) await refuse({ iss });
  });

  it('is refused unless aud names this service', async () => {
    const ours = forge.claims['aud'] as string;
    for (const aud of [
      `${ours}/`,
      TEST_ISSUER,
      ours.slice(0, -1),
      '',
      undefined,
      null,
      5,
      [],
      ['other'],
      [[ours]],
      { 0: ours },
    ])
      await refuse({ aud });
  });

  it('is accepted when one of several audiences is this service', async () => {
    await expectAccepted(
      app,
      await forge.signed({ claims: { aud: ['https://other', forge.claims['aud']] } }),
      ada,
    );
  });

  it('is refused when a server of another environment made it with the same secret', async () => {
    const other = await startTestApp({ SIGNET_ISSUER: 'https://staging.example.com' });
    try {
      await expectRefused(app, (await other.given.user()).accessToken);
    } finally {
      await other.close();
    }
  });
});

describe('a signed access token that does not say whose it is', () => {
  it.each(['sub', 'sid'])('is refused when %s is missing or no id', async (claim) => {
    const real = forge.claims[claim] as string;
    const values = [
      undefined,
      null,
      '',
      5,
      [real],
      { id: real },
      'admin',
      `${real}'--`,
      `${real} `,
      `{${real}}`,
    ];
    for (const value of values) await refuse({ [claim]: value });
  });

  it.each(['jti', 'client_id'])('is refused without %s', async (claim) => {
    await refuse({ [claim]: undefined });
  });

  it('is refused when the session is of somebody else', async () => {
    const grace = await app.given.user();
    await refuse({ sub: grace.id });
    await refuse({ sid: grace.sessionId });
  });

  it('is refused when nobody has that id, or there is no such session', async () => {
    await refuse({ sub: '018f0000-0000-7000-8000-000000000000' });
    await refuse({ sid: '018f0000-0000-7000-8000-000000000000' });
  });

  it('is refused when the payload is no object', async () => {
    const header = (await forge.signed()).split('.')[0]!;
    for (const payload of ['[]', 'null', '"text"', '5', 'true', '', '{', '\u0000'])
      await expectRefused(app, await forge.sign(`${header}.${Buffer.from(payload).toString('base64url')}`));
  });
});
