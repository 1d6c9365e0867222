import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { buildSubgraph, printSdl } from '../src/graphql/schema.js';

/** Prints the SDL into schema/; with --check, fails when what is there differs from the code. */
const variants = [
  { file: 'schema/schema.graphql', authDirectives: false },
  { file: 'schema/schema.authenticated.graphql', authDirectives: true },
];
const check = process.argv.includes('--check');

await mkdir('schema', { recursive: true });
let drifted = false;
for (const { file, authDirectives } of variants) {
  const sdl = printSdl(await buildSubgraph({ authDirectives }));
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === sdl) continue;
  if (check) {
    drifted = true;
    process.stderr.write(`${file} is not what the code says. Run: npm run schema\n`);
  } else {
    await writeFile(file, sdl);
    process.stdout.write(`wrote ${file}\n`);
  }
}
process.exitCode = drifted ? 1 : 0;
