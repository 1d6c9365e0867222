import { parseArgs } from 'node:util';
import { startBoth } from './both.js';
import { signIn } from './register.js';

/**
 * Two web apps that share their people by a running Signet: `npm start` in one terminal,
 * `PASSWORD='the one that was shown' npm run example:sign-on` in another.
 */
const { values } = parseArgs({
  options: {
    signet: { type: 'string', default: 'http://localhost:4000' },
    email: { type: 'string', default: 'admin@signet.localhost' },
    port: { type: 'string', default: '4020' },
  },
});

function stop(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

const discovery = await fetch(`${values.signet}/.well-known/openid-configuration`).catch(() => null);
if (!discovery) stop(`Signet does not answer at ${values.signet}. Run: npm start`);
if (!((await discovery.json()) as { token_endpoint?: string }).token_endpoint)
  stop('What answers there is no Signet with OpenID Connect.');
const { PASSWORD } = process.env;
if (!PASSWORD)
  stop(
    `The apps are registered by ${values.email}. Put the password, which npm start showed once, into PASSWORD.`,
  );

const accessToken = await signIn(values.signet, values.email, PASSWORD).catch((error: Error) =>
  stop(`${values.email} cannot sign in: ${error.message}`),
);
const port = Number(values.port);
const [first, second] = await startBoth({
  signet: values.signet,
  accessToken,
  ports: [port, port + 1],
  host: 'localhost',
});

process.stdout.write(`
  Tea Shop        ${first!.origin}
  Kettle Repair   ${second!.origin}

  1. Open the Tea Shop and sign in. Signet asks who you are.
  2. Go to Kettle Repair and sign in. Nobody asks.
  3. Sign out of one, and reload the other.
  4. Everything that you are signed in to: ${values.signet}/account

  Ctrl-C stops.
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void Promise.all([first!.close(), second!.close()]).then(() => process.exit(0)));
