import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const TYPES: Record<string, string> = { js: 'text/javascript', html: 'text/html' };

export interface StaticSite {
  origin: string;
  close(): Promise<void>;
}

/** Files by their paths on a site of its own. @param texts what is no file on the disk */
export async function startStaticSite(
  files: Record<string, string>,
  texts: Record<string, () => string> = {},
): Promise<StaticSite> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://site');
    const type = TYPES[pathname.split('.').at(-1)!] ?? 'text/html';
    const found = texts[pathname]?.() ?? (files[pathname] && readFile(files[pathname]));
    if (!found) return void response.writeHead(404).end();
    void Promise.resolve(found).then((body) => response.setHeader('content-type', type).end(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
