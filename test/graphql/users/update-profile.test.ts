import { UpdateProfileDocument, ViewerDocument, type UpdateProfileInput } from '../../support/operations.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const update = async (input: UpdateProfileInput, token: string) =>
  (await app.client.send(UpdateProfileDocument, { input }, { token })).data.updateProfile;
const profileOf = async (token: string) => {
  const { viewer } = (await app.client.send(ViewerDocument, {}, { token })).data;
  return { name: viewer?.name, picture: viewer?.picture };
};

describe('updateProfile', () => {
  it('changes what is given, leaves what is not, and removes a picture by null', async () => {
    const { accessToken } = await app.given.user();
    const picture = 'https://pictures.example/ada.png';
    expect(await update({ picture }, accessToken)).toMatchObject({ user: { name: 'Ada Byron', picture } });
    expect(await update({ name: ' Countess ' }, accessToken)).toMatchObject({
      user: { name: 'Countess', picture },
    });
    expect(await update({ name: null }, accessToken)).toMatchObject({ user: { name: 'Countess', picture } });
    expect(await update({ picture: null }, accessToken)).toMatchObject({
      user: { name: 'Countess', picture: null },
    });
    expect(await profileOf(accessToken)).toEqual({ name: 'Countess', picture: null });
  });

  it('changes all or nothing', async () => {
    const { accessToken } = await app.given.user();
    const outcome = await update(
      { name: 'Countess', picture: 'http://pictures.example/ada.png' },
      accessToken,
    );
    expect(outcome).toMatchObject({
      __typename: 'InvalidIdentityInput',
      fields: [{ path: 'picture', code: 'INVALID' }],
    });
    expect(await profileOf(accessToken)).toEqual({ name: 'Ada Byron', picture: null });
  });

  it.each([
    'http://pictures.example/a.png',
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
    '//pictures.example/a.png',
    'https://user:secret@pictures.example/a.png',
    'https://pictures.example/a b.png',
    'https://pictures.example/\u202egnp.a',
    ' https://pictures.example/a.png',
    'no address',
    '',
  ])('refuses %j as a picture', async (picture) => {
    const { accessToken } = await app.given.user();
    expect(await update({ picture }, accessToken)).toMatchObject({
      fields: [{ path: 'picture', code: 'INVALID' }],
    });
  });

  it('refuses a picture with an address of more than 2048 characters', async () => {
    const { accessToken } = await app.given.user();
    const picture = `https://pictures.example/${'a'.repeat(2048)}`;
    expect(await update({ picture }, accessToken)).toMatchObject({ fields: [{ code: 'TOO_LONG' }] });
  });

  it('needs somebody who is signed in', async () => {
    expect((await app.client.send(UpdateProfileDocument, { input: { name: 'Eve' } })).codes).toEqual([
      'UNAUTHENTICATED',
    ]);
  });
});
