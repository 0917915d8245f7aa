// Numbers of VAT that are given to somebody, and the same with a slip.

import { expect, test } from "vitest";
import { normalVatNumber } from "./vat-number.ts";

/** Examples of their form and check digits; whose they are does not matter here. */
const known = [
  ...["ATU13585627", "BE0428759497", "DE136695976", "DK13585628", "EE100931558", "EL094259216"],
  ...["FI20774740", "FR40303265045", "HR33392005961", "HU12892312", "IT00743110157"],
  ...["LU15027442", "MT11679112", "PL8567346215", "PT501964843", "SE556188840401", "SI50223054"],
  ...["SK2022749619", "NL004495445B01", "ESX1234567L", "IE6433435F", "CY10259033P", "BG175074752"],
  ...["CZ25123891", "LT119511515", "LV40003521600", "RO18547290", "XI123456789"],
];

test.each(known)("%s is one, however it is written", (number) => {
  expect(normalVatNumber(number)).toBe(number);
  const spaced = `${number.slice(0, 2).toLowerCase()} ${number.slice(2, 5)}.${number.slice(5)}`;
  expect(normalVatNumber(spaced)).toBe(number);
});

const checked = known.filter((number) => !/^(?:NL|ES|IE|CY|BG|CZ|LT|LV|RO|XI)/.test(number));

test.each(checked)("%s with another last digit of its own is none", (number) => {
  // Of Sweden the last two are no digits of the number.
  const at = number.startsWith("SE") ? number.length - 3 : number.length - 1;
  const others = [..."0123456789"].filter((digit) => digit !== number[at]);
  const spoilt = others.map((digit) => number.slice(0, at) + digit + number.slice(at + 1));
  expect(spoilt.map(normalVatNumber)).toEqual(spoilt.map(() => undefined));
});

test.each(["", "DE", "DE12345678", "DE1234567890", "XX123456789", "136695976", "DE13669597６"])(
  "%j is none",
  (text) => {
    expect(normalVatNumber(text)).toBeUndefined();
  },
);

test("Greece is EL, whoever writes GR", () => {
  expect(normalVatNumber("GR 094259216")).toBe("EL094259216");
});
