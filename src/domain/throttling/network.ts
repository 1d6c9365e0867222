import ipaddr from 'ipaddr.js';

/** Who holds an IPv6 address holds the /64 around it. */
const IPV6_PREFIX_BITS = 64;

/**
 * The network that counts as one sender: an IPv4 address, or an IPv6 /64, in canonical text, so that
 * neither another spelling nor another address of the same network gets a fresh allowance.
 */
export function networkOf(ipAddress: string): string {
  if (!ipaddr.isValid(ipAddress)) return 'unknown';
  const address = ipaddr.process(ipAddress); // an IPv4-mapped IPv6 address becomes the IPv4 one
  if (address.kind() === 'ipv4') return address.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${IPV6_PREFIX_BITS}`).toString() + '/64';
}
