import { networkOf } from '../../../src/domain/throttling/index.js';

// BF-1, CVE-2026-45364: a sender is a network, however its address is written.
describe('networkOf (BF-1)', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:c000:0207', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
  ])('takes %s for the IPv4 address %s', (text, network) => {
    expect(networkOf(text)).toBe(network);
  });

  it.each([
    '2001:db8:1:2::1',
    '2001:DB8:1:2::1',
    '2001:0db8:0001:0002:0000:0000:0000:0001',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:db8:1:2::192.0.2.7',
    '2001:db8:1:2::1%eth0',
  ])('takes %s for its /64', (text) => {
    expect(networkOf(text)).toBe('2001:db8:1:2::/64');
  });

  it('keeps the neighbouring /64 and the neighbouring IPv4 address apart', () => {
    expect(networkOf('2001:db8:1:3::1')).not.toBe(networkOf('2001:db8:1:2::1'));
    expect(networkOf('192.0.2.8')).not.toBe(networkOf('192.0.2.7'));
  });

  it.each(['', 'garbage', '192.0.2.7:1234', '[2001:db8::1]', "192.0.2.7'; DROP TABLE users"])(
    'puts %j, which is no address, with all others of that kind',
    (text) => {
      expect(networkOf(text)).toBe('unknown');
    },
  );
});
