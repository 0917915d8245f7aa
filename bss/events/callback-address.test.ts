// Which addresses are called, however they are written.

import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { isCallable, type Networks, readNetworks } from "./callback-address.ts";
import { readCallback } from "./callback-policy.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

const networks = (...texts: string[]): Networks => {
  const read = readNetworks(texts);
  if (!read.isOk) throw new Error(read.error.join());
  return read.value;
};
const none = networks();
const strict = { isHttpAllowed: false, privateNetworks: none };
const lax = { isHttpAllowed: true, privateNetworks: none };

test.each(["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0"])(
  "%s is called",
  (address) => expect(isCallable(address, none)).toBe(true),
);
test.each(["2606:4700:4700::1111", "2a00:1450:4001:800::200e", "3ffe::1"])(
  "%s is called",
  (address) => expect(isCallable(address, none)).toBe(true),
);

test.each([
  ...["0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254"],
  ...["172.16.0.1", "172.31.255.255", "192.168.1.1", "198.19.0.1", "224.0.0.1", "255.255.255.255"],
  ...["::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:7f00:1", "fe80::1"],
  ...[
    "fe80::1%eth0",
    "2606:4700::1%1",
    "fc00::1",
    "fdff::1",
    "fec0::1",
    "ff02::1",
    "64:ff9b::a00:1",
  ],
  ...["2001::1", "2001:db8::1", "2002:7f00:1::", "100::1", "5f00::1", "4000::1", "", "localhost"],
  ...["127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "8.8.8.8 ", "08.8.8.8"],
])("%j is not called", (address) => expect(isCallable(address, none)).toBe(false));

test("networks that are allowed are called, and nothing beside them", () => {
  const allowed = networks("10.1.0.0/16", "fd12::/32", "192.168.7.7");
  const isCalled = (address: string) => isCallable(address, allowed);
  expect(["10.1.0.0", "10.1.255.255", "fd12::1", "192.168.7.7", "8.8.8.8"].every(isCalled)).toBe(
    true,
  );
  const others = ["10.0.255.255", "10.2.0.0", "fd12:1::1", "192.168.7.8", "::ffff:10.1.0.1"];
  expect(others.some(isCalled)).toBe(false);
});

test.each([
  "10.0.0.0/33",
  "10.0.0/8",
  "fd00::/129",
  "10.0.0.0/-1",
  "10.0.0.0/8/8",
  "",
  "x",
  "::1%1",
])("%j is no network", (text) =>
  expect(readNetworks(["10.0.0.0/8", text])).toEqual({ isOk: false, error: [text] }),
);

/** The naive twin: first and last of each range as numbers. */
const specialRanges: readonly (readonly [number, number])[] = [
  [0x00000000, 0x00ffffff],
  [0x0a000000, 0x0affffff],
  [0x64400000, 0x647fffff],
  [0x7f000000, 0x7fffffff],
  [0xa9fe0000, 0xa9feffff],
  [0xac100000, 0xac1fffff],
  [0xc0000000, 0xc00000ff],
  [0xc0000200, 0xc00002ff],
  [0xc01fc400, 0xc01fc4ff],
  [0xc034c100, 0xc034c1ff],
  [0xc0586300, 0xc05863ff],
  [0xc0a80000, 0xc0a8ffff],
  [0xc0af3000, 0xc0af30ff],
  [0xc6120000, 0xc613ffff],
  [0xc6336400, 0xc63364ff],
  [0xcb007100, 0xcb0071ff],
  [0xe0000000, 0xffffffff],
];
const isSpecial = (ip: number) => specialRanges.some(([first, last]) => first <= ip && ip <= last);
const edges = specialRanges.flatMap(([first, last]) => [first - 1, first, last, last + 1]);
const ipv4 = fc.oneof(
  fc.constantFrom(...edges.filter((ip) => ip >= 0 && ip < 2 ** 32)),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const octetsOf = (ip: number) => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255);
const dotted = (ip: number) => octetsOf(ip).join(".");

test(`every address of IPv4 is judged as by its number (seed ${seed})`, () => {
  const property = fc.property(ipv4, (ip) => {
    expect([dotted(ip), isCallable(dotted(ip), none)]).toEqual([dotted(ip), !isSpecial(ip)]);
  });
  fc.assert(property, { seed, numRuns: 3_000 });
});

/** Ways to write an address of IPv4 in a URL (WHATWG URL, "IPv4 parser"). */
const notations: readonly ((ip: number) => string)[] = [
  dotted,
  (ip) => `${ip}`,
  (ip) => `0x${ip.toString(16)}`,
  (ip) => `0${ip.toString(8)}`,
  (ip) =>
    octetsOf(ip)
      .map((octet) => `0x${octet.toString(16)}`)
      .join("."),
  (ip) =>
    octetsOf(ip)
      .map((octet) => `0${octet.toString(8)}`)
      .join("."),
  (ip) => `${ip >>> 24}.${ip & 0xffffff}`,
  (ip) => `${ip >>> 24}.${(ip >>> 16) & 255}.${ip & 0xffff}`,
  (ip) => `${dotted(ip)}.`,
  (ip) => dotted(ip).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (ip) => dotted(ip).replaceAll(".", "%2e"),
  (ip) => dotted(ip).replaceAll(".", "。"),
];

test(`a URL with an address of IPv4 is judged alike in every notation (seed ${seed})`, () => {
  const property = fc.property(ipv4, fc.constantFrom(...notations), (ip, write) => {
    const { isOk } = readCallback(`http://${write(ip)}:81/hook`, lax);
    expect([write(ip), isOk]).toEqual([write(ip), !isSpecial(ip)]);
  });
  fc.assert(property, { seed, numRuns: 3_000 });
});

/** Ways to hide one in IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo. */
const hidings: readonly ((ip: number) => string)[] = [
  (ip) => `::ffff:${dotted(ip)}`,
  (ip) => `::FFFF:${(ip >>> 16).toString(16)}:${(ip & 0xffff).toString(16)}`,
  (ip) => `0:0:0:0:0:ffff:${dotted(ip)}`,
  (ip) => `::${dotted(ip)}`,
  (ip) => `::ffff:0:${dotted(ip)}`,
  (ip) => `64:ff9b::${dotted(ip)}`,
  (ip) => `64:ff9b:1::${dotted(ip)}`,
  (ip) => `2002:${(ip >>> 16).toString(16)}:${(ip & 0xffff).toString(16)}::1`,
  (ip) => `2001:0:${dotted(ip)}::`.replace(dotted(ip), "4136:e378"),
];

test(`no address of IPv4 is called from within one of IPv6 (seed ${seed})`, () => {
  const property = fc.property(ipv4, fc.constantFrom(...hidings), (ip, hide) => {
    expect([hide(ip), isCallable(hide(ip), none)]).toEqual([hide(ip), false]);
    expect(readCallback(`http://[${hide(ip)}]/`, lax).isOk).toBe(false);
  });
  fc.assert(property, { seed });
});

test(`of IPv6 nothing outside of 2000::/3 is called (seed ${seed})`, () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
  const property = fc.property(groups, ([first = 0, ...rest]) => {
    const address = [first, ...rest].map((group) => group.toString(16)).join(":");
    if (first >>> 13 !== 1) expect(isCallable(address, none)).toBe(false);
    else if (first > 0x2002 && first < 0x2620) expect(isCallable(address, none)).toBe(true);
  });
  fc.assert(property, { seed, numRuns: 3_000 });
});

test(`whatever is given as a callback, none that is taken lacks https (seed ${seed})`, () => {
  const text = fc.oneof(fc.webUrl(), fc.string(), fc.string({ unit: "binary" }));
  const property = fc.property(text, (given) => {
    const read = readCallback(given, strict);
    if (read.isOk) expect(read.value.protocol).toBe("https:");
  });
  fc.assert(property, { seed, numRuns: 2_000 });
});

test.each([
  ["https://user@example.com/", "it has credentials in it"],
  ["https://:word@example.com/", "it has credentials in it"],
  ["https://example.com/#part", "it has a fragment, which is never sent"],
  ["http://example.com/", "it is no https URL: http is not allowed here"],
  ["ftp://example.com/", "it is no https URL"],
  ["/hook", "it is no absolute URL"],
  ["https://[::1]/", "it is no address of the public internet"],
  ["https://[fe80::1%25eth0]/", "it is no absolute URL"],
])("%s is refused: %s", (text, error) => {
  expect(readCallback(text, strict)).toEqual({ isOk: false, error });
});

test("a callback is bounded", () => {
  const url = `https://example.com/${"a".repeat(limits.callbackCharactersMax)}`;
  expect(readCallback(url, strict).isOk).toBe(false);
  expect(readCallback(url.slice(0, limits.callbackCharactersMax), strict).isOk).toBe(true);
});
