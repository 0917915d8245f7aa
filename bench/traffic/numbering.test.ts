// Numbers and networks exist in the real world, in the shares that destinations.ts states.

import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import mobileNetworks from "mcc-mnc-list";
import { expect, test } from "vitest";
import { randomFrom } from "../../engine/values/random.ts";
import { homeNetwork, internationalShare, roamingShare } from "./destinations.ts";
import { drawNumbering, nextCalled, nextServingNetwork } from "./numbering.ts";
import { subscriberAt, subscribersMax } from "./subscribers.ts";

const numbering = drawNumbering(randomFrom(1));

test("every called number is valid in its plan, and on the right side of the border", () => {
  const { nationalMobile, nationalFixed, international } = numbering;
  for (const { address, isNational } of [...nationalMobile, ...nationalFixed, ...international]) {
    const number = parsePhoneNumberFromString(`+${address}`);
    expect(number?.isValid(), address).toBe(true);
    expect(number?.country === "DE", address).toBe(isNational);
  }
});

test("a German fixed line is never taken for a mobile phone", () => {
  for (const { address } of numbering.nationalFixed) {
    expect(parsePhoneNumberFromString(`+${address}`)?.getType()).toBe("FIXED_LINE");
  }
});

test("numbers abroad reach many countries, and most often those of foreign residents", () => {
  const counts = new Map<string, number>();
  for (const { address } of numbering.international) {
    const country = parsePhoneNumberFromString(`+${address}`)?.country ?? "";
    counts.set(country, (counts.get(country) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThan(60);
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  expect(first?.[0]).toBe("TR");
});

test("visited networks exist, and none is at home", () => {
  const known = new Set(mobileNetworks.all().map(({ mcc, mnc }) => mcc + mnc));
  for (const network of numbering.visitedNetworks) {
    expect(known.has(network), network).toBe(true);
    expect(network.startsWith("262")).toBe(false);
  }
});

test("the same seed draws the same numbers, another seed others", () => {
  expect(drawNumbering(randomFrom(1))).toEqual(numbering);
  expect(drawNumbering(randomFrom(2))).not.toEqual(numbering);
});

test("calls abroad and roamers come as often as stated; no message goes to a fixed line", () => {
  const random = randomFrom(3);
  const fixed = new Set(numbering.nationalFixed);
  let abroad = 0;
  let roamers = 0;
  for (let i = 0; i < 50_000; i++) {
    if (!nextCalled(numbering, random, true).isNational) abroad += 1;
    expect(fixed.has(nextCalled(numbering, random, false))).toBe(false);
    if (nextServingNetwork(numbering, random) !== homeNetwork) roamers += 1;
  }
  expect(abroad / 50_000).toBeCloseTo(internationalShare, 2);
  expect(roamers / 50_000).toBeCloseTo(roamingShare, 2);
});

test("subscribers have valid mobile numbers and fifteen-digit IMSIs of the home network", () => {
  for (const index of [0, 1, 99_999, subscribersMax - 1]) {
    const { msisdn, imsi } = subscriberAt(index);
    const number = parsePhoneNumberFromString(msisdn.replace("msisdn-", "+"));
    expect(number?.isValid() && number.getType()).toBe("MOBILE");
    expect(imsi).toMatch(/^imsi-26201\d{10}$/);
  }
  expect(subscriberAt(7)).toEqual({ msisdn: "msisdn-4915100000007", imsi: "imsi-262010000000007" });
  expect(() => subscriberAt(subscribersMax)).toThrow("assertion failed");
});
