// Which ways to write an identifier are the same one.

import { expect, test } from "vitest";
import { createCipher, keyRingOf, newKeys } from "../privacy/index.ts";
import { identifierKeyOf } from "./identifier-key.ts";

const keyOf = identifierKeyOf(createCipher(keyRingOf(newKeys())));

test("a number is its digits, however it is written", () => {
  const written = ["4915100000000", "+4915100000000", "msisdn-4915100000000", "gpsi-4915100000000"];
  expect(new Set(written.map(keyOf)).size).toBe(1);
  expect(keyOf("4915100000000")).not.toContain("4915100000000");
});

test("an IMSI is no number that has the same digits, and addresses are not alike", () => {
  const others = [
    "262010000000000",
    "imsi-262010000000000",
    "sip:anna@example.org",
    "sip:bruno@example.org",
  ];
  expect(new Set(others.map(keyOf)).size).toBe(others.length);
});
