// Whether an address may be called on behalf of a subscriber: it must be of the public internet, or
// of a network that the configuration allows. What a subscriber writes may name any machine that
// this one can reach; so everything that IANA's registries of special addresses (RFC 6890) set
// apart is refused, and of IPv6 everything that is not global unicast (2000::/3), with it whatever
// has an IPv4 address inside.

import { BlockList, isIP } from "node:net";
import { err, ok, type Result } from "../../engine/values/result.ts";

/** Of IPv4, by RFC 6890 and its registry; multicast and class E are the last two. */
const specialIpv4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
] as const;

/** Of 2000::/3: protocols (Teredo too), documentation, 6to4, AS112, documentation again. */
const specialIpv6 = [
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "2620:4f:8000::/48",
  "3fff::/20",
] as const;

const globalUnicast = "2000::/3";

export type Networks = {
  /** `address` as Node writes it, without a zone. */
  contains(address: string): boolean;
};

const familyOf = (address: string) => (isIP(address) === 4 ? "ipv4" : "ipv6");

/** As in `10.0.0.0/8`; an address alone is itself. The texts that are none are the error. */
export const readNetworks = (texts: readonly string[]): Result<Networks, readonly string[]> => {
  const list = new BlockList();
  const wrong = texts.filter((text) => !addNetwork(list, text));
  if (wrong.length > 0) return err(wrong);
  return ok({ contains: (address) => list.check(address, familyOf(address)) });
};

const addNetwork = (list: BlockList, text: string): boolean => {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  const bitsMax = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? bitsMax : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (version === 0 || address.includes("%") || rest.length > 0 || !(prefix <= bitsMax)) {
    return false;
  }
  list.addSubnet(address, prefix, familyOf(address));
  return true;
};

const networksOf = (texts: readonly string[]): Networks => {
  const networks = readNetworks(texts);
  if (!networks.isOk) throw new Error(`not networks: ${networks.error.join(", ")}`);
  return networks.value;
};

const special = networksOf([...specialIpv4, ...specialIpv6]);
const unicast = networksOf([globalUnicast]);
const mapped = networksOf(["::ffff:0:0/96"]);

/** An address as Node's resolver and sockets write it. What is none, or has a zone, is not. */
export const isCallable = (address: string, allowed: Networks): boolean => {
  const version = isIP(address);
  if (version === 0 || address.includes("%")) return false;
  // A list of networks takes ::ffff:10.1.2.3 for 10.1.2.3; nobody needs to be called that way.
  if (version === 6 && mapped.contains(address)) return false;
  if (allowed.contains(address)) return true;
  return !special.contains(address) && (version === 4 || unicast.contains(address));
};
