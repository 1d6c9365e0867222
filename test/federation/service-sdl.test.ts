import { readFile } from 'node:fs/promises';
import { startTestApp } from '../support/test-app.js';

describe('the SDL that gateways may ask for', () => {
  it.each([
    ['schema/schema.graphql', 'off'],
    ['schema/schema.authenticated.graphql', 'on'],
  ])('is %s where SIGNET_AUTH_DIRECTIVES is %s', async (file, directives) => {
    const app = await startTestApp({ SIGNET_AUTH_DIRECTIVES: directives });
    try {
      const { data } = await app.client.send<{ _service: { sdl: string } }, object>('{ _service { sdl } }');
      // Federation prints it anew, in another layout.
      const words = (sdl: string) => sdl.replace(/[\s,"]+/g, ' ');
      const fields = /type UserSession \{[^}]*\}/.exec(words(await readFile(file, 'utf8')))![0];
      expect(words(data._service.sdl)).toContain(fields);
      expect(data._service.sdl.includes('@requiresScopes(scopes:')).toBe(directives === 'on');
    } finally {
      await app.close();
    }
  });
});
