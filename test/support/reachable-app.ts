import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { givenService } from './clients.js';
import { startTestApp, type TestApp } from './test-app.js';

/** A Signet that is where its issuer says, as software needs it that is told nothing but the issuer. */
export interface ReachableApp extends TestApp {
  issuer: string;
}

/** By name, while services are on 127.0.0.1: to a browser these are two sites, as in life. */
const HOST = 'localhost';

export async function startReachableApp(env: Record<string, string> = {}): Promise<ReachableApp> {
  const sockets = new Set<Socket>();
  let port = 0;
  // What listens first knows the port, which the app has to be told before it starts.
  const front = createServer((socket) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from) && to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((done) => front.listen(0, '127.0.0.1', done));
  const issuer = `http://${HOST}:${(front.address() as AddressInfo).port}`;
  const app = await startTestApp({ SIGNET_ISSUER: issuer, ...env });
  port = Number(new URL(app.origin).port);
  return {
    ...app,
    issuer,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => front.close(done));
      await app.close();
    },
  };
}

/** A service with clients, as its team registers it. */
export async function givenClients(app: TestApp) {
  const { slug, manager } = await givenService(app);
  return {
    slug,
    /** Adds a client by the API; what is not told is the usual. */
    async add(settings: { type: 'WEB' | 'SPA' | 'NATIVE' | 'MACHINE' } & Record<string, unknown>) {
      const input = { service: slug, name: `Shop (${settings.type})`, ...settings };
      const { client, clientSecret } = await manager.does('addClient', input);
      return { clientId: client.clientId, clientSecret: clientSecret ?? '', account: client.account };
    },
  };
}
