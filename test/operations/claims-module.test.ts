import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from '../support/forge.js';
import { signUp } from '../support/given.js';
import { createDatabase } from '../support/postgres.js';
import { SLOW_TEST_MS } from '../support/run-signet.js';
import { runCommand, startServerProcess } from '../support/server-process.js';

let folder: string;
let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signet-claims-'));
  database = await createDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function moduleOf(source: string): Promise<string> {
  const file = join(folder, `${source.length}.mjs`);
  await writeFile(file, source);
  return file;
}

describe('claims of the operator’s own', () => {
  it(
    'are added to access tokens by the module that SIGNET_CLAIMS_MODULE names',
    async () => {
      const file = await moduleOf(
        `export default async ({ permissions }) => ({ 'https://example.com/count': permissions.length });`,
      );
      const server = await startServerProcess({
        databaseUrl: database.url,
        env: { SIGNET_CLAIMS_MODULE: file },
      });
      try {
        const { accessToken } = await signUp(server.client);
        expect(decode(accessToken).claims).toMatchObject({ 'https://example.com/count': 0, scope: '' });
      } finally {
        await server.stop();
      }
    },
    SLOW_TEST_MS,
  );

  it.each([
    ['is not there', '/nowhere/claims.mjs', 'cannot be loaded'],
    ['exports no function', 'export default 42;', 'no default export that is a function'],
    ['is no JavaScript', 'export default {', 'cannot be loaded'],
  ])(
    'keep the server from starting, with one message, when the module %s',
    async (_title, source, message) => {
      const file = source.startsWith('/') ? source : await moduleOf(source);
      const { code, output } = await runCommand(['start'], {
        databaseUrl: database.url,
        env: { SIGNET_CLAIMS_MODULE: file },
      });
      expect(code).toBe(1);
      expect(output).toContain('SIGNET_CLAIMS_MODULE: ');
      expect(output).toContain(message);
      expect(output).not.toContain('    at ');
    },
    SLOW_TEST_MS,
  );
});
