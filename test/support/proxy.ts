import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { parse } from 'pg-connection-string';

/** A way to the test PostgreSQL over TCP that can be cut and mended. */
export interface DatabaseProxy {
  /** The same database through the proxy, with a password in it. */
  url: string;
  /** Breaks all connections and refuses new ones. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export const PROXY_PASSWORD = 'hunter2-of-the-database';

export async function proxyTo(databaseUrl: string): Promise<DatabaseProxy> {
  const target = parse(databaseUrl);
  const path = join(target.host!, `.s.PGSQL.${target.port || 5432}`);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const upstream = createConnection(path);
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
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://${target.user}:${PROXY_PASSWORD}@127.0.0.1:${port}/${target.database}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => void (isCut = false),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
