import { startWebApp } from './app.js';
import { register } from './register.js';

const APPS = [
  { slug: 'tea-shop', name: 'Tea Shop', colour: '#1f4e79' },
  { slug: 'kettle-repair', name: 'Kettle Repair', colour: '#7a3b12' },
] as const;

/** Two products of one company, each its own service with its own client. */
export async function startBoth(options: {
  signet: string;
  accessToken: string;
  ports: readonly [number, number];
  /** The name by which browsers know this machine. */
  host: string;
}) {
  const places = APPS.map((app, index) => ({
    ...app,
    port: options.ports[index]!,
    origin: `http://${options.host}:${options.ports[index]!}`,
  }));
  return Promise.all(
    places.map(async (place, index) =>
      startWebApp({
        ...place,
        ...(await register(options.signet, options.accessToken, place)),
        issuer: options.signet,
        cookie: place.slug,
        neighbour: places[1 - index]!,
      }),
    ),
  );
}
