import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { composeSupergraph } from './supergraph.js';

export interface Gateway {
  /** Where clients send operations. */
  url: string;
  close(): Promise<void>;
}

export interface Upstreams {
  /** Origin of Signet. */
  signet: string;
  /** Address of the product subgraph. */
  reviews: string;
  /** `iss` of Signet's tokens, where it differs from the origin. */
  issuer?: string;
  /** Port of the gateway; any free one by default. */
  port?: number;
}

const urlsOf = ({ signet, reviews }: Upstreams) => ({ signet: `${signet}/graphql`, reviews });

interface GatewayContext {
  authorization?: string | undefined;
}

type Forwarded = NonNullable<RemoteGraphQLDataSource<GatewayContext>['willSendRequest']>;

/** Hands the caller's token on, which this gateway does not do by itself. */
class ForwardingDataSource extends RemoteGraphQLDataSource<GatewayContext> {
  override willSendRequest({ request, context }: Parameters<Forwarded>[0]) {
    // At start the gateway asks for itself, without a context.
    const { authorization } = context as GatewayContext;
    if (authorization) request.http?.headers.set('authorization', authorization);
  }
}

/** Apollo Gateway, over the SDL without authorization directives. */
export async function startApolloGateway(upstreams: Upstreams): Promise<Gateway> {
  const gateway = new ApolloGateway({
    supergraphSdl: await composeSupergraph({ authDirectives: false }, urlsOf(upstreams)),
    buildService: ({ url }) => new ForwardingDataSource({ url: url! }),
  });
  const server = new ApolloServer<GatewayContext>({ gateway, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: upstreams.port ?? 0 },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  return { url, close: () => server.stop() };
}

const HIVE_START_MS = 60_000;

/** Hive Gateway, its own process as in production, over the SDL with authorization directives, which it enforces. */
export async function startHiveGateway(upstreams: Upstreams): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-hive-'));
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, await composeSupergraph({ authDirectives: true }, urlsOf(upstreams)));
  const port = upstreams.port ?? (await freePort());
  const issuer = upstreams.issuer ?? upstreams.signet;
  const child = spawn(
    process.execPath,
    [
      ...['node_modules/@graphql-hive/gateway/dist/bin.js', 'supergraph', supergraph],
      ...['--host', '127.0.0.1', '--port', String(port), '--config-path', 'examples/hive-gateway.config.js'],
    ],
    {
      env: {
        PATH: process.env['PATH'],
        SIGNET_JWKS: `${upstreams.signet}/.well-known/jwks.json`,
        SIGNET_ISSUER: issuer,
        SIGNET_AUDIENCE: `${issuer}/graphql`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      let output = '';
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Listening on')) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', () => reject(new Error(`Hive Gateway stopped: ${output}`)));
      const late = () => reject(new Error(`Hive Gateway does not start: ${output}`));
      setTimeout(late, HIVE_START_MS).unref();
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}/graphql`, close };
}

/** This gateway takes no port 0, so one is looked for. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
