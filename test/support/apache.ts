import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { APACHE } from '../../scripts/debian-packages.js';
import { emptyFolder, runSignet, until } from './run-signet.js';

const MODULES = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'authz_user',
  'auth_openidc',
  'proxy',
  'proxy_http',
];

/** The rest of a server around the configuration that services copy. */
const server = (folder: string, port: number, defined: Record<string, string>) => `
ServerRoot ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/errors
LogLevel warn
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
DefaultRuntimeDir ${folder}
Mutex file:${folder} default
StartServers 1
ThreadsPerChild 8
MaxRequestWorkers 8
MinSpareThreads 1
MaxSpareThreads 8
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
${Object.entries(defined)
  .map(([name, value]) => `Define ${name} "${value}"`)
  .join('\n')}
Include ${resolve('examples/services/apache.conf')}
`;

/** Apache with mod_auth_openidc, in front of an application that shows the headers it gets. */
export async function startApache(port: number, settings: Record<string, string>) {
  const application = createServer((request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(request.headers)),
  );
  await new Promise<void>((done) => application.listen(0, '127.0.0.1', done));
  const folder = await emptyFolder();
  const file = join(folder, 'apache.conf');
  const behind = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
  await writeFile(file, server(folder, port, { ...settings, APPLICATION: behind }));
  const apache = runSignet(['-f', file, '-DFOREGROUND'], { command: [APACHE] });
  application.unref();
  await until('Apache answers', async () => {
    if (!apache.isRunning) throw new Error(apache.output + (await readFile(join(folder, 'errors'), 'utf8')));
    return fetch(`http://127.0.0.1:${port}/goodbye`).catch(() => null);
  });
  return {
    /** What it has logged so far. */
    log: () => readFile(join(folder, 'errors'), 'utf8'),
    async close() {
      apache.kill('SIGTERM');
      await apache.ended;
      application.closeAllConnections();
      await new Promise((done) => application.close(done));
    },
  };
}
