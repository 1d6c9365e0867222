import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A load balancer without sticky sessions: each request goes to the next node. */
export interface RoundRobin {
  origin: string;
  /** Answers that a node began and did not end, or never gave. */
  readonly lost: number;
  close(): Promise<void>;
}

/**
 * Starts it before the nodes, whose issuer it is. Of a node that takes no connection the request goes on to the next, as
 * balancers do, since nothing was sent; one that dies under way is a 502, since nobody knows what it has done.
 */
export async function startRoundRobin(nodes: () => readonly { origin: string }[]): Promise<RoundRobin> {
  let turn = 0;
  let lost = 0;
  const server = createServer((incoming, outgoing) => {
    const body: Buffer[] = [];
    incoming.on('data', (part: Buffer) => body.push(part));
    incoming.on('end', () => {
      const list = nodes();
      const first = turn++;
      forward(
        incoming,
        outgoing,
        Buffer.concat(body),
        [0, 1].map((n) => list[(first + n) % list.length]!.origin),
      );
    });
  });

  function forward(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    body: Buffer,
    origins: string[],
  ): void {
    const [origin, ...others] = origins;
    const { method, headers, url } = incoming;
    const ongoing = request(`${origin!}${url!}`, { method, headers, agent: false });
    ongoing.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => {
        lost += 1;
        outgoing.destroy();
      });
    });
    ongoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' && others.length > 0)
        return forward(incoming, outgoing, body, others);
      lost += 1;
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502, { 'content-type': 'text/plain' }).end('Try again.');
    });
    ongoing.end(body);
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get lost() {
      return lost;
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
