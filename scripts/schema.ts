import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { manifestJsonSchema } from '../src/cli/service/manifest.js';
import { buildSubgraph, printSdl } from '../src/graphql/schema.js';

/** Prints the SDL and the schema of manifests into schema/; with --check, fails when what is there differs from the code. */
const sdl = async (authDirectives: boolean) => printSdl(await buildSubgraph({ authDirectives }));
const files = {
  'schema/schema.graphql': await sdl(false),
  'schema/schema.authenticated.graphql': await sdl(true),
  'schema/manifest.schema.json': `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`,
};
const check = process.argv.includes('--check');

await mkdir('schema', { recursive: true });
let drifted = false;
for (const [file, text] of Object.entries(files)) {
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === text) continue;
  if (check) {
    drifted = true;
    process.stderr.write(`${file} is not what the code says. Run: npm run schema\n`);
  } else {
    await writeFile(file, text);
    process.stdout.write(`wrote ${file}\n`);
  }
}
process.exitCode = drifted ? 1 : 0;
