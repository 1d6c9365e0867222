import { Forge, base64url, expectAccepted, expectRefused } from '../support/forge.js';
import type { Person } from '../support/given.js';
import { recordStatements } from '../support/statements.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let ada: Person;
let forge: Forge;
beforeAll(async () => {
  app = await startTestApp();
  ada = await app.given.user();
  forge = new Forge(app, ada);
});
afterAll(() => app.close());

describe('another text of a real access token (JW-7)', () => {
  it('is refused with anything before, after or between its parts', async () => {
    const token = await forge.signed();
    const [header, claims, signature] = token.split('.') as [string, string, string];
    const texts = [
      `${token}.`,
      `.${token}`,
      `${token}.${signature}`,
      `${token}=`,
      `${token}==`,
      `${token}A`,
      `${token}%00`,
      `${token},${token}`,
      `${token};`,
      `"${token}"`,
      `${header}=.${claims}.${signature}`,
      `${header}.${claims}..${signature}`,
      `${header}.${claims}`,
      `${header}..${signature}`,
      `${header}.${claims}.`,
      `${token} ${token}`,
      `${header}. ${claims}.${signature}`,
      `${header}.\t${claims}.${signature}`,
    ];
    for (const text of texts) await expectRefused(app, text);
  });

  it('is refused in base64url that is not in its one spelling', async () => {
    // 64 bytes end in two characters, the last of which has four bits that say nothing.
    const token = await forge.signed();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.at(-1)!);
    for (const bits of [1, 2, 3, 8, 15]) await expectRefused(app, token.slice(0, -1) + alphabet[last ^ bits]);
    const standard = await forge.signed({ claims: { extra: '\u00ff\u00fe>>>???' } });
    expect(standard).toMatch(/[-_]/);
    await expectAccepted(app, standard, ada);
    await expectRefused(app, standard.replaceAll('-', '+').replaceAll('_', '/'));
  });

  it('is refused when one member stands twice, although the signature is real', async () => {
    const [header, claims] = [forge.header, forge.claims].map((part) => JSON.stringify(part)) as [
      string,
      string,
    ];
    const twice = (text: string, member: string) => text.replace('{', `{${member},`);
    const { id } = await app.given.user();
    for (const member of [
      `"sub":"${id}"`,
      '"exp":1',
      '"iss":"https://other"',
      '"a":1,"a":1',
      '"__proto__":{},"__proto__":{}',
    ])
      await expectRefused(app, await forge.sign(`${base64url(header)}.${base64url(twice(claims, member))}`));
    for (const member of ['"alg":"none"', '"kid":"other"', '"typ":"rt+jwt"'])
      await expectRefused(app, await forge.sign(`${base64url(twice(header, member))}.${base64url(claims)}`));
  });

  it('is refused with white space, escapes or a byte order mark in its JSON, although the signature is real', async () => {
    const [header, claims] = [forge.header, forge.claims].map((part) => JSON.stringify(part)) as [
      string,
      string,
    ];
    for (const text of [
      ` ${claims}`,
      `${claims}\n`,
      `\ufeff${claims}`,
      claims.replace('"sub"', '"\\u0073ub"'),
    ])
      await expectRefused(app, await forge.sign(`${base64url(header)}.${base64url(text)}`));
    await expectRefused(app, await forge.sign(`${base64url(`${header} `)}.${base64url(claims)}`));
  });

  it('is refused as an encrypted token of five parts', async () => {
    const header = base64url(JSON.stringify({ ...forge.header, alg: 'dir', enc: 'A256GCM' }));
    await expectRefused(app, `${header}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`);
    await expectRefused(app, `${header}.AAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`);
  });

  it('is refused when it is large, real signature or not', async () => {
    const large = await forge.signed({ claims: { extra: 'x'.repeat(15_000) } });
    expect(large.length).toBeGreaterThan(16 * 1024);
    await expectRefused(app, large);
    await expectRefused(app, 'x'.repeat(20_000));
    await expectRefused(app, '.'.repeat(20_000));
  });

  it('is refused by the HTTP server itself when it is a megabyte', async () => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${'x'.repeat(1024 * 1024)}`,
    };
    const body = JSON.stringify({ query: '{ viewer { id } }' });
    // The server answers 431 and hangs up, which a client that is still writing may see as a broken pipe.
    const outcome = await fetch(`${app.origin}/graphql`, { method: 'POST', headers, body }).then(
      (response) => response.status,
      (error: Error) => error.message,
    );
    expect([431, 'fetch failed']).toContain(outcome);
    await expectAccepted(app, ada.accessToken, ada);
  });
});

describe('a kid that names no key of ours (JW-8)', () => {
  it('is refused, whatever it is', async () => {
    const kids = [
      '../../../../dev/null',
      '/etc/passwd',
      "' OR '1'='1",
      "'; DROP TABLE signing_keys; --",
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '0',
      '',
      ' ',
      'x'.repeat(10_240),
      'http://169.254.169.254/latest/meta-data',
      `${String(forge.header['kid'])} `,
      String(forge.header['kid']).toLowerCase(),
      '\u0000',
      '${jndi:ldap://127.0.0.1/a}',
    ];
    for (const kid of kids) await expectRefused(app, await forge.signed({ header: { kid } }));
    for (const kid of [undefined, null, 0, {}, [forge.header['kid']], true])
      await expectRefused(app, await forge.signed({ header: { kid } }));
    await expectAccepted(app, ada.accessToken, ada);
  });

  it('cannot make a node hammer the database: many garbage kids load the keys at most once in a while', async () => {
    const statements = recordStatements(app);
    const startedAt = performance.now();
    for (let batch = 0; batch < 20; batch += 1)
      await Promise.all(
        Array.from({ length: 10 }, async (_, index) =>
          expectRefused(app, await forge.signed({ header: { kid: `garbage-${batch}-${index}` } })),
        ),
      );
    // One look in five seconds, and the job that reads the keys every ten.
    const allowed = 2 + (performance.now() - startedAt) / 5000 + (performance.now() - startedAt) / 10_000;
    const loads = statements.filter((name) => name === 'load-signing-keys').length;
    expect(loads).toBeLessThanOrEqual(allowed);
    expect(statements.filter((name) => name !== 'load-signing-keys')).not.toContain('load-users');
  });
});
