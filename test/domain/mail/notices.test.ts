import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { ChangePasswordDocument, RefreshDocument, RegisterDocument } from '../../support/operations.js';
import { GOOD_PASSWORD, type Person } from '../../support/given.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

interface Received {
  from: string;
  to: string[];
  text: string;
}

/** A mail server on loopback that keeps what it takes, and refuses while it is told to. */
async function startMailServer() {
  const received: Received[] = [];
  const state = { refuses: false };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (_address, _session, done) =>
      done(state.refuses ? Object.assign(new Error('try again later'), { responseCode: 451 }) : null),
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          text,
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    state,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

let mail: Awaited<ReturnType<typeof startMailServer>>;
let app: TestApp;
let env: Record<string, string>;
beforeEach(async () => {
  mail = await startMailServer();
  env = { SIGNET_MAIL_URL: mail.url, SIGNET_MAIL_FROM: 'Signet <signet@example.com>' };
  app = await startTestApp(env);
});
afterEach(async () => {
  await app.close();
  await mail.close();
});

const deliver = (at = app) => at.identity.jobs.find(({ name }) => name === 'deliver-mail')!.run();
/** The app's own run of the job may have taken a mail just before: comes back when none is under way. */
async function delivered(at = app) {
  await deliver(at);
  for (let underWay = true; underWay;) {
    const rows = await at.sql('SELECT 1 FROM outgoing_mails WHERE attempts > $1', [
      at.log.filter((line) => line.includes('mail.delayed')).length,
    ]);
    underWay = rows.length > 0;
  }
}
/** Comes back when the mail server has taken one and the outbox knows. */
async function mailArrives() {
  while (mail.received.length === 0 || (await waiting()).length > 0) await setImmediate();
}

const NEW_PASSWORD = 'eight green kettles hum';

async function changePassword(ada: Person) {
  const input = { currentPassword: ada.password, newPassword: NEW_PASSWORD };
  const { data } = await app.client.send(ChangePasswordDocument, { input }, { token: ada.accessToken });
  expect(data.changePassword.__typename).toBe('ChangePasswordSuccess');
}
const waiting = () => app.sql<{ recipient: string }>('SELECT recipient FROM outgoing_mails');

describe('notices by mail', () => {
  it('tell the owner that the password was changed, once, and carry no secret', async () => {
    const ada = await app.given.user();
    await changePassword(ada);
    await Promise.all([deliver(), deliver()]);
    await delivered();
    expect(mail.received).toHaveLength(1);
    const [notice] = mail.received;
    expect(notice).toMatchObject({ from: 'signet@example.com', to: [ada.email] });
    expect(notice!.text).toContain('Subject: Your password was changed');
    expect(notice!.text).toContain('Network address: 127.0.0.1');
    for (const secret of [ada.password, NEW_PASSWORD, ada.accessToken, ada.refreshToken, ada.sessionId])
      expect(notice!.text).not.toContain(secret);
    expect(await waiting()).toEqual([]);
  });

  it('RT-4: tell the owner that a refresh token was used twice', async () => {
    const ada = await app.given.user();
    const input = { refreshToken: ada.refreshToken };
    await app.client.send(RefreshDocument, { input });
    app.clock.advance(3600);
    const { data } = await app.client.send(RefreshDocument, { input });
    expect(data.refresh.__typename).toBe('RefreshTokenReused');
    await delivered();
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]!.to).toEqual([ada.email]);
    expect(mail.received[0]!.text).toContain('Subject: We ended one of your sessions');
    expect(mail.received[0]!.text).not.toContain(ada.refreshToken);
  });

  it('are tried again when the server refuses, later each time, and say so in the log without the address', async () => {
    const ada = await app.given.user();
    mail.state.refuses = true;
    await changePassword(ada);
    await delivered();
    await delivered();
    expect(mail.received).toEqual([]);
    expect(app.log.filter((line) => line.includes('mail.delayed'))).toHaveLength(1);
    expect(app.log.join('')).not.toContain(ada.email);
    app.clock.advance(31);
    await delivered();
    mail.state.refuses = false;
    app.clock.advance(31);
    await delivered();
    expect(mail.received).toEqual([]);
    app.clock.advance(31);
    await delivered();
    expect(mail.received.map(({ to }) => to)).toEqual([[ada.email]]);
    expect(await waiting()).toEqual([]);
  });

  it('survive a restart', async () => {
    const ada = await app.given.user();
    mail.state.refuses = true;
    await changePassword(ada);
    await delivered();
    mail.state.refuses = false;
    const restarted = await startTestApp(env, app.databaseUrl);
    try {
      restarted.clock.advance(3600);
      await deliver(restarted);
      await mailArrives();
    } finally {
      await restarted.close();
    }
    expect(mail.received.map(({ to }) => to)).toEqual([[ada.email]]);
  });

  it('hold up no answer, and wait where no mail server is set', async () => {
    const silent = await startTestApp();
    try {
      const ada = await silent.given.user();
      const input = { currentPassword: ada.password, newPassword: NEW_PASSWORD };
      await silent.client.send(ChangePasswordDocument, { input }, { token: ada.accessToken });
      expect(await silent.sql('SELECT recipient FROM outgoing_mails')).toEqual([{ recipient: ada.email }]);
      expect(silent.identity.jobs.map(({ name }) => name)).not.toContain('deliver-mail');
    } finally {
      await silent.close();
    }
  });

  it('EM-11: go to the domain that was registered, however it was typed', async () => {
    const input = { email: 'Ada.Mail@ex\u00adａmple.com', password: GOOD_PASSWORD, name: 'Ada' };
    const { register } = (await app.client.send(RegisterDocument, { input })).data;
    if (register.__typename !== 'RegisterSuccess') throw new Error(register.__typename);
    const change = { currentPassword: GOOD_PASSWORD, newPassword: NEW_PASSWORD };
    await app.client.send(ChangePasswordDocument, { input: change }, { token: register.tokens.accessToken });
    await delivered();
    expect(mail.received.map(({ to }) => to)).toEqual([['Ada.Mail@example.com']]);
  });
});
