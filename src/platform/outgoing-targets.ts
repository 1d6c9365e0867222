import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** IANA has given out nothing else for the public internet; of this, ipaddr.js knows the exceptions. */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Which addresses may be called of those that people registered: all of the public internet, over https, and beyond it
 * what the operator allows by name of the host or by network.
 */
export class OutgoingTargets {
  private readonly hosts: Set<string>;
  private readonly networks: [Address, number][];

  /** @param allow hosts, addresses and networks such as `10.1.0.0/16` */
  constructor(allow: readonly string[]) {
    const isAddress = (entry: string) => ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry);
    this.hosts = new Set(allow.filter((entry) => !isAddress(entry)).map(plainName));
    this.networks = allow.filter(isAddress).map(networkOf);
  }

  /** Whether one of the addresses of a host may be called. */
  admits(address: string, target: { host: string; isSecure: boolean }): boolean {
    if (!ipaddr.isValid(address)) return false;
    // An IPv4-mapped IPv6 address leads to the IPv4 one.
    const parsed = ipaddr.process(address);
    if (this.hosts.has(plainName(target.host))) return true;
    if (this.networks.some((network) => contains(network, parsed))) return true;
    return target.isSecure && isPublic(parsed);
  }
}

/** Whether a text can stand in the list. */
export function isOutgoingTarget(entry: string): boolean {
  if (ipaddr.isValidCIDR(entry) || ipaddr.IPv6.isValid(entry)) return true;
  // Four numbers or a name; not the shorter forms of an address, which read as a name and mean another thing.
  if (/^[\d.]+$/.test(entry)) return ipaddr.IPv4.isValidFourPartDecimal(entry);
  return /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i.test(entry);
}

/** Not loopback, private, link-local, of a carrier, multicast, nor a way to such through NAT64, 6to4 or Teredo. */
function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || contains(GLOBAL_IPV6, address);
}

function contains([network, bits]: [Address, number], address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, bits);
}

function networkOf(entry: string): [Address, number] {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** The final dot of a name says only that it is whole. */
function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
