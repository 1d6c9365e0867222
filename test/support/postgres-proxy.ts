import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';
import { parse } from 'pg-connection-string';

export type Direction = 'to-postgres' | 'to-server';

/** One message of PostgreSQL's protocol, as it passes. */
export interface PassingMessage {
  /** Counted from 1 since the last `watch`, over all connections and both directions. */
  number: number;
  direction: Direction;
  /** Its type, such as `P` (Parse), `E` (Execute), `S` (Sync); empty for the first of a connection. */
  type: string;
  /** All of it, type and length included. */
  bytes: Buffer;
}

/**
 * Is asked before a message is forwarded. `cut` ends all connections instead, and neither this message
 * nor a later one arrives: what happens when a process dies at this very point.
 */
export type Watcher = (message: PassingMessage) => 'forward' | 'cut';

/** Stands between a server and its PostgreSQL, and sees every message that passes. */
export interface PostgresProxy {
  /** The connection string for the server. */
  readonly url: string;
  /** Counts from 1 again, and asks `watcher` about every message from now on. */
  watch(watcher: Watcher): void;
  /** Only forwards, until the next `watch`. */
  unwatch(): void;
  close(): Promise<void>;
}

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = parse(databaseUrl);
  const address: NetConnectOpts = target.host?.startsWith('/')
    ? { path: `${target.host}/.s.PGSQL.${target.port || 5432}` }
    : { host: target.host ?? '127.0.0.1', port: Number(target.port || 5432) };

  const pairs = new Set<{ server: Socket; postgres: Socket }>();
  let watcher: Watcher | null = null;
  let count = 0;

  /** Forwards the messages of one direction one by one. */
  function forward(messages: Iterable<Message>, to: Socket, direction: Direction): void {
    for (const { type, bytes } of messages) {
      if (watcher) {
        count += 1;
        if (watcher({ number: count, direction, type, bytes }) === 'cut') {
          watcher = null;
          for (const pair of pairs) {
            pair.server.destroy();
            pair.postgres.destroy();
          }
          return;
        }
      }
      if (to.destroyed) return;
      to.write(bytes);
    }
  }

  const listener = createServer((server) => {
    const postgres = connect(address);
    const pair = { server, postgres };
    pairs.add(pair);
    const [fromServer, fromPostgres] = [new MessageReader(true), new MessageReader(false)];
    server.on('data', (chunk: Buffer) => forward(fromServer.read(chunk), postgres, 'to-postgres'));
    postgres.on('data', (chunk: Buffer) => forward(fromPostgres.read(chunk), server, 'to-server'));
    for (const [one, other] of [[server, postgres] as const, [postgres, server] as const]) {
      one.setNoDelay();
      // A killed process resets its connection; that is the case under test and no fault of the proxy.
      one.on('error', () => other.destroy());
      one.on('end', () => other.end());
      one.on('close', () => {
        other.end();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  const { port } = listener.address() as AddressInfo;
  const user = target.user
    ? `${encodeURIComponent(target.user)}${target.password ? `:${encodeURIComponent(target.password)}` : ''}@`
    : '';
  return {
    url: `postgresql://${user}127.0.0.1:${port}/${target.database}`,
    watch(next) {
      count = 0;
      watcher = next;
    },
    unwatch() {
      watcher = null;
    },
    close: () =>
      new Promise((closed) => {
        listener.close(() => closed());
        for (const { server, postgres } of pairs) {
          server.destroy();
          postgres.destroy();
        }
      }),
  };
}

interface Message {
  type: string;
  bytes: Buffer;
}

/**
 * Cuts a stream of the protocol into messages: a byte for the type, four for the length. The first
 * ones of a client have no type byte (PostgreSQL 18, "Message Formats").
 */
class MessageReader {
  private pending: Buffer = Buffer.alloc(0);

  constructor(private startsWithoutType: boolean) {}

  *read(chunk: Buffer): Iterable<Message> {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    for (;;) {
      const typeBytes = this.startsWithoutType ? 0 : 1;
      if (this.pending.length < typeBytes + 4) return;
      const size = typeBytes + this.pending.readInt32BE(typeBytes);
      if (this.pending.length < size) return;
      const bytes = this.pending.subarray(0, size);
      this.pending = this.pending.subarray(size);
      yield { type: this.startsWithoutType ? '' : String.fromCharCode(bytes[0]!), bytes };
      this.startsWithoutType = false;
    }
  }
}
