import { normaliseEmail } from '../../../src/domain/users/email-address.js';

// EM-11: one mailbox, one spelling; what could pass for somebody else's address is no address.
describe('normaliseEmail (EM-11)', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['Ada.Byron@Example.COM', 'ada.byron@example.com'],
    ['  ada@example.com\t', 'ada@example.com'],
    ['\u00a0ada@example.com', 'ada@example.com'],
    ['ada+orders@example.com', 'ada+orders@example.com'],
    ['a.d.a@example.com', 'a.d.a@example.com'],
    ["o'neill@example.com", "o'neill@example.com"],
    ['admin@signet.localhost', 'admin@signet.localhost'],
    ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@bu\u0308cher.example', 'ada@xn--bcher-kva.example'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    ['ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
    ['ada@ｅxample.com', 'ada@example.com'],
    ['ada@example。com', 'ada@example.com'],
    ['ada@ex\u00adample.com', 'ada@example.com'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('gives %j the canonical form %j', (typed, canonical) => {
    expect(normaliseEmail(typed)).toBe(canonical);
  });

  it('keeps a domain with a look-alike letter apart from the one it looks like', () => {
    const cyrillic = normaliseEmail('ada@ex\u0430mple.com');
    expect(cyrillic).toMatch(/^ada@xn--/);
    expect(cyrillic).not.toBe(normaliseEmail('ada@example.com'));
  });

  it.each([
    ['a Cyrillic letter before the @', '\u0430da@example.com'],
    ['a Kelvin sign, which lower-cases to k', '\u212aate@example.com'],
    ['a long s, which upper-cases to S', '\u017fam@example.com'],
    ['a dotted capital I', '\u0130da@example.com'],
    ['fullwidth letters before the @', 'ａda@example.com'],
    ['a combining accent', 'a\u0301da@example.com'],
    ['a zero-width space', 'a\u200bda@example.com'],
    ['a NUL in front', '\0ada@example.com'],
    ['a NUL before the @', 'ada\0@example.com'],
    ['a NUL behind', 'ada@example.com\0'],
    ['a NUL in the domain', 'ada@example.com\0.evil.test'],
    ['a line break', 'ada@example.com\r\nBcc: all@example.com'],
    ['a dot at the end of the domain', 'ada@example.com.'],
    ['a dot at the end of the local part', 'ada.@example.com'],
    ['a dot in front', '.ada@example.com'],
    ['two dots', 'a..da@example.com'],
    ['a quoted local part', '"ada"@example.com'],
    ['a quoted @', '"ada@evil.test"@example.com'],
    ['two @', 'ada@evil.test@example.com'],
    ['a space within', 'a da@example.com'],
    ['a name in front', 'Ada <ada@example.com>'],
    ['two addresses', 'ada@example.com,eve@example.com'],
    ['a comment', 'ada(eve)@example.com'],
    ['an address literal', 'ada@[127.0.0.1]'],
    ['a port', 'ada@example.com:25'],
    ['a path', 'ada@example.com/evil'],
    ['percent-encoding', 'ada@example%2ecom'],
    ['a label that begins with a dash', 'ada@-example.com'],
    ['a label of 64 characters', `ada@${'a'.repeat(64)}.com`],
    ['65 characters before the @', `${'a'.repeat(65)}@example.com`],
    ['255 characters in all', `ada@${'a.'.repeat(124)}com`],
    ['nothing before the @', '@example.com'],
    ['nothing behind the @', 'ada@'],
    ['no @', 'ada.example.com'],
    ['nothing', ''],
    ['a lone surrogate', '\ud800da@example.com'],
  ])('refuses %s', (_what, typed) => {
    expect(normaliseEmail(typed)).toBeNull();
  });

  it('never cuts: two long addresses that differ at the end stay two', () => {
    const domain = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
    expect(normaliseEmail(`ada@${domain}`)).not.toBe(normaliseEmail(`ada@${domain}s`));
  });

  it('is its own canonical form', () => {
    for (const typed of ['Ada@BÜCHER.example', 'ada@ｅxample.com', 'ADA+x@Example.com']) {
      const once = normaliseEmail(typed)!;
      expect(normaliseEmail(once)).toBe(once);
    }
  });
});
