import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../src/config.js';
import { createOutgoingHttp, type ResolveHost } from '../../src/platform/outgoing-http.js';
import { OutgoingTargets } from '../../src/platform/outgoing-targets.js';
import { testEnvironment } from '../support/test-app.js';

const servers: Server[] = [];
async function serve(answer: RequestListener): Promise<{ port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.host}`);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: (server.address() as AddressInfo).port, requests };
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A resolver of an attacker: says something else every time it is asked. */
function rebinding(...answers: string[][]): ResolveHost & { asked: number } {
  const resolve: ResolveHost & { asked: number } = Object.assign(
    (_host: string, _options: object, done: (error: null, addresses: LookupAddress[]) => void) => {
      const addresses = answers[Math.min(resolve.asked, answers.length - 1)]!;
      resolve.asked += 1;
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
    { asked: 0 },
  );
  return resolve;
}

const message = (url: string) => ({ url, contentType: 'text/plain', body: 'hello' });
const refused = { code: 'TARGET_REFUSED' };

describe('what may be called (BL-4)', () => {
  const strict = new OutgoingTargets([]);
  const https = { host: 'service.example.com', isSecure: true };
  const http = { host: 'service.example.com', isSecure: false };

  it.each(['8.8.8.8', '203.0.112.1', '2606:4700::1', '2a00:1450:4001::8a'])(
    '%s is, over https alone',
    (address) => {
      expect(strict.admits(address, https)).toBe(true);
      expect(strict.admits(address, http)).toBe(false);
    },
  );

  it.each([
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255'],
    ...['192.168.1.1', '100.64.0.1', '100.100.100.200', '169.254.169.254', '192.0.0.192', '192.0.2.1'],
    ...['198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
    ...['255.255.255.255', '192.88.99.1', '::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:10.0.0.1'],
    ...[
      '::ffff:7f00:1',
      '::ffff:0:127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::a00:1',
      '2002:7f00:1::',
      '2001::1',
    ],
    ...['fe80::1', 'febf::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '100::1', '2001:db8::1'],
    ...['3fff::1', '5f00::1', '4000::1', 'not an address', ''],
  ])('%s is not', (address) => {
    expect(strict.admits(address, https)).toBe(false);
    expect(strict.admits(address, http)).toBe(false);
  });

  it('is what the operator allows, and nothing beside it', () => {
    const targets = new OutgoingTargets(['Logout.Internal', '10.1.0.0/16', '::1', 'fd00::/8', '192.168.0.7']);
    const any = (host: string) => ({ host, isSecure: false });
    for (const address of ['10.1.2.3', '::1', 'fd00::1', '192.168.0.7', '::ffff:10.1.2.3'])
      expect([address, targets.admits(address, any('x.test'))]).toEqual([address, true]);
    for (const address of ['10.2.0.1', '127.0.0.1', 'fc00::1', '192.168.0.8', '169.254.169.254'])
      expect([address, targets.admits(address, any('x.test'))]).toEqual([address, false]);
    expect(targets.admits('10.9.9.9', any('logout.internal.'))).toBe(true);
    for (const host of ['logout.internal.evil.test', 'xlogout.internal', 'a.logout.internal'])
      expect([host, targets.admits('10.9.9.9', any(host))]).toEqual([host, false]);
  });

  it('is read from a setting that refuses what it cannot mean', () => {
    const load = (value: string) =>
      loadConfig(testEnvironment('postgresql://localhost/x', { SIGNET_OUTGOING_ALLOW: value })).outgoingAllow;
    expect(load('logout.internal, 10.1.0.0/16,::1')).toEqual(['logout.internal', '10.1.0.0/16', '::1']);
    for (const value of [
      'https://logout.internal',
      '10.1',
      '*.internal',
      '10.0.0.0/33',
      'a b',
      'host:80',
      '-x',
    ])
      expect(() => load(value)).toThrow('SIGNET_OUTGOING_ALLOW');
    const { DATABASE_URL, SIGNET_ISSUER, ...development } = testEnvironment('x');
    expect([DATABASE_URL, SIGNET_ISSUER]).toHaveLength(2);
    expect(loadConfig(development).outgoingAllow).toEqual(['localhost', '127.0.0.0/8', '::1']);
    expect(loadConfig(testEnvironment('postgresql://localhost/x')).outgoingAllow).toEqual([]);
  });
});

describe('a call (BL-4)', () => {
  it.each([
    ...['http://127.0.0.1:PORT/', 'http://2130706433:PORT/', 'http://0x7f.1:PORT/', 'http://127.1:PORT/'],
    ...['https://127.0.0.1:PORT/', 'http://[::ffff:127.0.0.1]:PORT/', 'http://localhost:PORT/'],
    ...['http://0:PORT/', 'ftp://example.com/', 'file:///etc/passwd'],
  ])('to %s is refused without a connection', async (pattern) => {
    const { port, requests } = await serve((_request, response) => response.end());
    const outgoing = createOutgoingHttp({ allow: [] });
    await expect(outgoing.post(message(pattern.replace('PORT', String(port))))).rejects.toMatchObject(
      refused,
    );
    expect(requests).toEqual([]);
  });

  it('goes to the address that was judged: a name that means another a moment later wins nothing', async () => {
    const { port, requests } = await serve((_request, response) => response.end());
    const url = `https://service.example.com:${port}/`;
    // Public at registration, private when it is called.
    const resolve = rebinding(['127.0.0.1']);
    await expect(createOutgoingHttp({ allow: [], resolve }).post(message(url))).rejects.toMatchObject(
      refused,
    );
    // Public when it is judged, private for who would look again: there is one look, and its answer is used.
    const turning = rebinding(['192.0.2.255'], ['127.0.0.1']);
    const allow = ['192.0.2.255'];
    const outgoing = createOutgoingHttp({ allow, resolve: turning, timeoutMs: 200 });
    await expect(outgoing.post(message(`http://service.example.com:${port}/`))).rejects.toMatchObject({
      code: expect.stringMatching(/^(TIMEOUT|E[A-Z]+)$/),
    });
    expect(turning.asked).toBe(1);
    expect(requests).toEqual([]);
  });

  it('leaves out the private addresses among those of a name', async () => {
    const { port, requests } = await serve((_request, response) => response.end());
    const resolve = rebinding(['10.0.0.1', '169.254.169.254', '127.0.0.1']);
    const outgoing = createOutgoingHttp({ allow: ['127.0.0.1'], resolve });
    expect((await outgoing.post(message(`http://service.example.com:${port}/x`))).status).toBe(200);
    expect(requests).toEqual([`POST /x service.example.com:${port}`]);
  });

  it('judges every call anew', async () => {
    const { port, requests } = await serve((_request, response) => response.end());
    const resolve = rebinding(['127.0.0.1'], ['127.0.0.2']);
    const outgoing = createOutgoingHttp({ allow: ['127.0.0.1'], resolve });
    const url = `http://service.example.com:${port}/`;
    expect((await outgoing.post(message(url))).status).toBe(200);
    await expect(outgoing.post(message(url))).rejects.toMatchObject(refused);
    expect(requests).toHaveLength(1);
  });

  it('does not follow a redirect', async () => {
    const inner = await serve((_request, response) => response.end('secret'));
    const outer = await serve((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${inner.port}/` }).end(),
    );
    const outgoing = createOutgoingHttp({ allow: ['127.0.0.1'] });
    expect((await outgoing.post(message(`http://127.0.0.1:${outer.port}/`))).status).toBe(307);
    expect(inner.requests).toEqual([]);
  });

  it('reads the beginning of an answer and no more', async () => {
    let sent = 0;
    const { port } = await serve((_request, response) => {
      const more = () => {
        for (let isFull = false; !isFull && !response.destroyed; sent += 64 * 1024)
          isFull = !response.write('x'.repeat(64 * 1024));
      };
      response.on('drain', more);
      more();
    });
    const outgoing = createOutgoingHttp({ allow: ['127.0.0.1'] });
    const { body } = await outgoing.post(message(`http://127.0.0.1:${port}/`));
    expect(body).toBe('x'.repeat(4096));
    // What fits into the buffers of the two sides.
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  it('ends in time when nobody answers, and takes an answer that never ends for its status', async () => {
    const silent = await serve(() => undefined);
    const endless = await serve((_request, response) => response.writeHead(200).write('x'));
    const outgoing = createOutgoingHttp({ allow: ['127.0.0.1'], timeoutMs: 100 });
    await expect(outgoing.post(message(`http://127.0.0.1:${silent.port}/`))).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    const answer = await outgoing.post(message(`http://127.0.0.1:${endless.port}/`));
    expect(answer).toEqual({ status: 200, body: 'x' });
  });

  it('ends when it is told to', async () => {
    const { port } = await serve(() => undefined);
    const stop = new AbortController();
    const call = createOutgoingHttp({ allow: ['127.0.0.1'] }).post(
      message(`http://127.0.0.1:${port}/`),
      stop.signal,
    );
    stop.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('goes through no proxy of the environment', async () => {
    const proxy = await serve((_request, response) => response.end());
    const { port, requests } = await serve((_request, response) => response.end());
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${proxy.port}`;
    process.env['NODE_USE_ENV_PROXY'] = '1';
    try {
      await createOutgoingHttp({ allow: ['127.0.0.1'] }).post(message(`http://127.0.0.1:${port}/`));
    } finally {
      delete process.env['HTTP_PROXY'];
      delete process.env['NODE_USE_ENV_PROXY'];
    }
    expect(requests).toHaveLength(1);
    expect(proxy.requests).toEqual([]);
  });
});
