import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { printApi } from '../../src/graphql/print-api.js';
import { buildSubgraph } from '../../src/graphql/schema.js';

const FOLDER = 'explorer';

describe('the operations of the explorer', () => {
  it('fit the schema that the explorer is given', async () => {
    const schema = buildSchema(printApi(await buildSubgraph({ authDirectives: true })));
    const files = (await readdir(FOLDER, { recursive: true })).filter((file) => file.endsWith('.graphql'));
    expect(files.toSorted()).toEqual([
      'session/session.graphql',
      'tasks/choices.graphql',
      'tasks/daily-tasks.graphql',
    ]);
    for (const file of files) {
      const faults = validate(schema, parse(await readFile(join(FOLDER, file), 'utf8')));
      expect([file, faults.map(({ message }) => message)]).toEqual([file, []]);
    }
  });

  it('have a sentence in front of each daily task', async () => {
    const text = await readFile(join(FOLDER, 'tasks/daily-tasks.graphql'), 'utf8');
    const operations = parse(text).definitions;
    for (const { loc } of operations) expect(text.slice(0, loc!.start)).toMatch(/^# .*\n$/m);
    expect(operations.length).toBeGreaterThanOrEqual(6);
  });

  it('come with a schema that has no word of federation', async () => {
    const sdl = printApi(await buildSubgraph({ authDirectives: true }));
    expect(sdl).not.toMatch(/@(key|shareable|tag|link|authenticated|requiresScopes)\b|_entities|_Service/);
    expect(sdl).toContain('type User {');
  });
});
