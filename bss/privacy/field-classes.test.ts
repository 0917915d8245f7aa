// How each class of personal data is shown and compared.

import { expect, test } from "vitest";
import {
  comparable,
  maskEmail,
  maskIdentityDocument,
  maskMsisdn,
  maskName,
  maskValue,
} from "./field-classes.ts";

test.each([
  ["+4915112345678", "+49151•••••78"],
  ["491511234567", "49151•••••67"],
  ["262011234567890", "26201•••••90"],
  ["+49 151 1234-5678", "+49151•••••78"],
  ["030123456", "•••••56"],
  ["110", "•••••"],
  ["", "•••••"],
])("of the number %s %s is shown", (text, masked) => {
  expect(maskMsisdn(text)).toBe(masked);
});

test.each([
  ["Ada Lovelace", "A••••• L•••••"],
  ["𠮷野 家", "𠮷••••• 家•••••"],
  [" ", "•••••"],
  ["a b c d e f", "a••••• b••••• c•••••"],
])("of the name %s %s is shown", (text, masked) => {
  expect(maskName(text)).toBe(masked);
});

test.each([
  ["ada@example.org", "a•••••@example.org"],
  ["a@example.org", "•••••"],
  ["no address", "•••••"],
  ['"a@b"@example.org', '"•••••@example.org'],
])("of the address %s %s is shown", (text, masked) => {
  expect(maskEmail(text)).toBe(masked);
});

test("of a document's number the end is shown, of what is no text nothing", () => {
  expect(maskIdentityDocument("L01X00T47")).toBe("•••••47");
  expect(maskIdentityDocument("12345")).toBe("•••••");
  expect(maskValue({ given: "Ada" }, "name")).toBe("•••••");
  expect(maskValue("1815-12-10", "birth-date")).toBe("•••••");
});

test.each([
  ["number", "+49 (151) 123", "49151123"],
  ["number", "４９１５１", "49151"],
  ["name", " Groß\u00a0 STRAẞE ", "gross strasse"],
  ["name", "ﬁona", "fiona"],
  ["name", "Σίσυφος", "σίσυφοσ"],
  ["email", "Ada@Example.ORG", "ada@example.org"],
  ["identity-document", "l01-x00 T47", "l01x00t47"],
] as const)("as a %s %s compares as %s", (fieldClass, text, expected) => {
  expect(comparable[fieldClass](text)).toBe(comparable[fieldClass](expected));
});
