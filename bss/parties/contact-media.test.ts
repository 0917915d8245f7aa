// How somebody is reached, in one form.

import { expect, test } from "vitest";
import { normalEmail, normalPhone } from "./contact-media.ts";
import { normalLanguage } from "./identities.ts";

test.each([
  ["+49 151 23456789", undefined, "+4915123456789"],
  ["0151 23456789", "DE", "+4915123456789"],
  ["0151 23456789", undefined, undefined],
  ["0151 23456789", "Germany", undefined],
  ["+1 (212) 555-0123", undefined, "+12125550123"],
  ["+44 20 7946 0018", "DE", "+442079460018"],
  ["+49 1", undefined, undefined],
  ["+999 123456789", undefined, undefined],
  ["+49 151 23456789 ext. 5", undefined, undefined],
  ["", "DE", undefined],
  ["telephone", "DE", undefined],
])("the number %j in %j is %j", (text, country, expected) => {
  expect(normalPhone(text, country)).toBe(expected);
});

test.each([
  [" Ada@Example.ORG ", "Ada@example.org"],
  ["o'neil+bills@mail.example.co.uk", "o'neil+bills@mail.example.co.uk"],
  ["zoë@bücher.example", "zoë@bücher.example"],
  ["ada@localhost", undefined],
  ["ada@example.org\r\nBcc: x@y.z", undefined],
  ["a..b@example.org", undefined],
  [".a@example.org", undefined],
  ["a b@example.org", undefined],
  ["a@b@example.org", undefined],
  ["@example.org", undefined],
  ["ada@-example.org", undefined],
  [`${"a".repeat(65)}@example.org`, undefined],
  [`a@${"b".repeat(64)}.org`, undefined],
])("the address %j is %j", (text, expected) => {
  expect(normalEmail(text)).toBe(expected);
});

test.each([
  ["EN-gb", "en-GB"],
  ["zh-hant-tw", "zh-Hant-TW"],
  ["de", "de"],
  ["german!", undefined],
  ["", undefined],
  ["e", undefined],
])("the language %j is %j", (tag, expected) => {
  expect(normalLanguage(tag)).toBe(expected);
});
