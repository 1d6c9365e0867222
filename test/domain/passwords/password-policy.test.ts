import { dictionary } from '@zxcvbn-ts/language-common';
import { checkNewPassword } from '../../../src/domain/passwords/index.js';

const codeOf = (password: string, context: string[] = []) =>
  checkNewPassword(password, context)?.code ?? 'accepted';

describe('what a new password may be', () => {
  it('PW-4: has at least 15 characters, counted as people count them', () => {
    expect(codeOf('kettle sings 4')).toBe('TOO_SHORT');
    expect(codeOf('kettle sings 42')).toBe('accepted');
    // 14 characters outside the basic plane are 28 UTF-16 units, and still 14 characters.
    expect(codeOf('🦆🐝🌵🎻🚲🧲🪁🥝🦉🛶🧵🍉🎲🪴')).toBe('TOO_SHORT');
    expect(codeOf('🦆🐝🌵🎻🚲🧲🪁🥝🦉🛶🧵🍉🎲🪴🗝')).toBe('accepted');
    // Combining accents melt into their letters before they are counted.
    expect(codeOf('ké1'.normalize('NFD').repeat(4))).toBe('TOO_SHORT');
  });

  it('PW-4: may have 256 characters and no more, of any kind', () => {
    const letters = Array.from({ length: 256 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join(
      '',
    );
    const astral = Array.from({ length: 256 }, (_, index) => String.fromCodePoint(0x1f300 + index)).join('');
    expect(codeOf(letters)).toBe('accepted');
    expect(codeOf(astral)).toBe('accepted');
    expect(codeOf(`${letters}x`)).toBe('TOO_LONG');
    expect(codeOf(`${astral}x`)).toBe('TOO_LONG');
    expect(codeOf('x'.repeat(1_000_000))).toBe('TOO_LONG');
  });

  it.each([
    ['lower case alone', 'kettlesbluesevenmoss'],
    ['spaces, also at both ends', '  seven blue kettles  '],
    ['Cyrillic', 'семь синих чайников'],
    ['Arabic', 'سبعة أباريق زرقاء تغني'],
    ['Chinese', '七个蓝色的水壶在清晨的厨房里唱歌'],
    ['emoji', 'seven blue 🫖🫖 kettles'],
    ['a tab', 'seven\tblue kettles'],
    ['a NUL', 'seven\0blue kettles'],
  ])('PW-5: asks for no composition: %s', (_what, password) => {
    expect(codeOf(password)).toBe('accepted');
  });

  it('PW-7: is on no list of common passwords, whatever its case', () => {
    const long = dictionary['passwords-common'].filter((password) => Array.from(password).length >= 15);
    expect(long.length).toBeGreaterThan(10);
    expect(long.filter((password) => codeOf(password) === 'accepted')).toEqual([]);
    expect(long.filter((password) => codeOf(password.toUpperCase()) === 'accepted')).toEqual([]);
  });

  it.each([
    ['one letter', 'aaaaaaaaaaaaaaaaaaaa'],
    ['one word again and again', 'passwordpasswordpassword'],
    ['a row of keys', 'qwertyuiopasdfghjkl'],
    ['digits in order', '12345678901234567890'],
    ['the product', 'SignetSignetSignet'],
  ])('PW-7: is not obvious: %s', (_what, password) => {
    expect(codeOf(password)).toBe('TOO_OBVIOUS');
  });

  it.each([
    ['the name', 'Maximiliana Wolfenstein'],
    ['the name turned round', 'wolfenstein MAXIMILIANA'],
    ['the address', 'countess.of.lovelace@example.com'],
    ['the part before the @', 'countess.of.lovelace'],
    ['the name with a year', 'Wolfenstein Maximiliana1'],
  ])('PW-7: is not made of what is known about the account: %s', (_what, password) => {
    const context = ['Maximiliana Wolfenstein', 'countess.of.lovelace@example.com'];
    expect(codeOf(password, context)).toBe('TOO_OBVIOUS');
  });

  it('names the field in which it stands', () => {
    expect(checkNewPassword('short', [], 'newPassword')).toMatchObject({
      path: 'newPassword',
      code: 'TOO_SHORT',
    });
  });

  it('is no broken Unicode', () => {
    expect(codeOf('seven blue kettles \ud800')).not.toBe('accepted');
  });
});
