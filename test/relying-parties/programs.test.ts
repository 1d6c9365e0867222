import { describeInBrowser, openBrowser } from '../support/browser.js';
import type { Person } from '../support/given.js';
import { givenClients, startReachableApp, type ReachableApp } from '../support/reachable-app.js';
import { endProcesses, runSignet } from '../support/run-signet.js';
import { Traveller } from '../support/traveller.js';
import type { Browser } from 'playwright-core';

let app: ReachableApp;
let shop: Awaited<ReturnType<typeof givenClients>>;
let ada: Person;
beforeAll(async () => {
  app = await startReachableApp();
  shop = await givenClients(app);
  ada = await app.given.user();
});
afterAll(async () => {
  await endProcesses();
  await app.close();
});

/** Runs one of the example programs, which knows Signet by its address alone. */
const run = (name: string, { clientId, clientSecret }: { clientId: string; clientSecret: string }) =>
  runSignet([], {
    command: [process.execPath, `dist/examples/services/${name}.js`],
    env: { SIGNET_ISSUER: app.issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret },
  });
const commandLine = () => shop.add({ type: 'NATIVE', redirectUris: ['http://127.0.0.1/callback'] });

/** The address that the program shows, of an authorization request to come back to a port of its own. */
async function address(program: ReturnType<typeof runSignet>): Promise<string> {
  const [shown] = await program.prints(/http:\/\/localhost:\S+/);
  return shown;
}

describe('a native app on loopback (RFC 8252)', () => {
  it('signs in by the browser on a port that was free, refreshes and signs out', async () => {
    const program = run('command-line', await commandLine());
    const browser = new Traveller(app);
    const shown = await address(program);
    const { port } = new URL(new URL(shown).searchParams.get('redirect_uri')!);
    const question = await browser.signIn(shown, ada);
    expect(question.text).toContain('Shop (NATIVE)');
    const back = await browser.send(question, { answer: 'agree' });
    expect(back.url.origin).toBe(`http://127.0.0.1:${port}`);
    expect(back.text).toContain('You can close this window.');
    const { code, output } = await program.ended;
    expect(output).toContain(`Signed in as ${ada.name}.\nHas a new access token.\nSigned out.\n`);
    expect(code).toBe(0);
  });

  it('hears that somebody said no', async () => {
    const program = run('command-line', await commandLine());
    const browser = new Traveller(app);
    const question = await browser.signIn(await address(program), ada);
    await browser.send(question, { answer: 'disagree' });
    const { code, output } = await program.ended;
    expect(output).toContain('Not signed in: the user did not agree');
    expect(code).toBe(1);
  });
});

describeInBrowser('a native app, and a real browser', () => {
  let browser: Browser;
  afterAll(() => browser?.close());

  it('come together', async () => {
    const program = run('command-line', await commandLine());
    const shown = await address(program);
    const back = new URL(new URL(shown).searchParams.get('redirect_uri')!).host;
    browser = await openBrowser(app, [new URL(app.issuer).host, back]);
    const page = await browser.newPage();
    await page.goto(shown);
    await page.getByLabel('E-mail').fill(ada.email);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Agree', exact: true }).click();
    await page.getByText('You can close this window.').waitFor();
    expect((await program.ended).output).toContain('Signed out.');
  });
});

describe('programs without a browser', () => {
  it('a television shows a code, which somebody enters elsewhere', async () => {
    const program = run('television', await shop.add({ type: 'NATIVE' }));
    const [, where, code] = await program.prints(/Open (\S+) and enter (\S+)/);
    const browser = new Traveller(app);
    const question = await browser.send(await browser.open(where!), { user_code: code! });
    const form = await browser.send(question, { confirm: 'yes' });
    const done = await browser.send(form, { email: ada.email, password: ada.password });
    expect(done.text).toContain('The device is signed in');
    expect((await program.ended).output).toContain(`Signed in as ${ada.name}.`);
  });

  it('a machine asks with what its account may', async () => {
    const job = await shop.add({ type: 'MACHINE', name: 'Nightly export' });
    await app.given.permission(job.account!.id, `${shop.slug}:read`);
    const { output } = await run('machine', job).ended;
    const viewer = { name: 'Nightly export', permissions: [{ name: `${shop.slug}:read` }] };
    expect(JSON.parse(output)).toEqual({ data: { viewer } });
  });
});
