// Numbers as they come: with and without their sign, and in the URIs of an IMS.

import { expect, test } from "vitest";
import { canonicalNumber, digitsOfNumber, numberOfAddress, waysToCall } from "./phone-number.ts";

test.each([
  ["+33612345678", "+33612345678"],
  ["0033612345678", "0033612345678"],
  ["110", "110"],
  ["tel:+33612345678", "+33612345678"],
  ["TEL:+33-6.12(34)5678;ext=9", "+33612345678"],
  ["tel:110;phone-context=+49", "110"],
  ["sip:+33612345678@ims.example.com;user=phone", "+33612345678"],
  ["sips:+33612345678;npdi@ims.example.com", "+33612345678"],
  ["sip:0033612345678@ims.example.com", "0033612345678"],
])("%s holds the number %s", (address, number) => {
  expect(numberOfAddress(address)).toBe(number);
});

test.each([
  "sip:anna@example.com",
  "sip:+33612345678:secret@example.com",
  "tel:",
  "tel:+",
  "urn:service:sos",
  "anna",
  "",
])("%s holds none, and stays as it is", (address) => {
  expect(numberOfAddress(address)).toBe(address);
});

test("00 is +, and prefixes are compared by digits", () => {
  expect(canonicalNumber("004911")).toBe("+4911");
  expect(digitsOfNumber("004911")).toBe("4911");
  expect(waysToCall("004911")).toEqual(["+4911", "4911"]);
  expect(waysToCall("911")).toEqual(["911"]);
});
