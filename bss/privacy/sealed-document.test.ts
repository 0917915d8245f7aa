// Documents of any kind come back as they were, and nothing that is declared personal stays.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createCipher } from "./cipher.ts";
import { newKeys } from "./key-file.ts";
import { keyRingOf } from "./key-ring.ts";
import { personalFields } from "./personal-fields.ts";
import { maskDocument, openDocument, resealDocument, sealDocument } from "./sealed-document.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const keys = newKeys();
const cipher = createCipher(keyRingOf(keys));
const fields = personalFields("individuals.document", {
  "/givenName": "name",
  "/birth~1date": "birth-date",
  "/contactMedium/*/characteristic/phoneNumber": "number",
  "/contactMedium/*/characteristic/emailAddress": "email",
  "/a/*": "text",
  "/b/*/*/c": "text",
});

const ada = {
  id: "1",
  givenName: "Ada",
  "birth/date": "1815-12-10",
  contactMedium: [
    { mediumType: "phone", characteristic: { phoneNumber: "+4915112345678", country: "DE" } },
    { mediumType: "email", characteristic: { emailAddress: "ada@example.org" } },
  ],
};

const names = ["givenName", "birth/date", "contactMedium", "characteristic", "phoneNumber"];
const { document: anyDocument } = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.jsonValue(), fc.record({ $sealed: fc.string() })),
  document: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("document"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom(...names, "a", "b", "c", "__proto__", "$sealed"), fc.string()),
      tie("document"),
      { maxKeys: 6, noNullPrototype: true },
    ),
  ),
}));
// Only JSON: no minus zero, and __proto__ as a member of its own.
const json = anyDocument.map((value) => JSON.parse(JSON.stringify(value)) as unknown);

test(`every document comes back exactly, and stays what it was (seed ${seed})`, () => {
  fc.assert(
    fc.property(json, (document) => {
      const before = JSON.stringify(document);
      const sealed = JSON.parse(JSON.stringify(sealDocument(document, fields, cipher)));
      const opened = openDocument(sealed, fields, cipher);
      expect(JSON.stringify(opened.isOk && opened.value)).toBe(before);
      expect(JSON.stringify(document)).toBe(before);
      maskDocument(document, fields);
    }),
    { seed, numRuns: 2_000 },
  );
});

test("what is personal is nowhere in the sealed document, the rest is as it was", () => {
  const sealed = sealDocument(ada, fields, cipher);
  expect(sealed).toMatchObject({
    id: "1",
    givenName: { $sealed: expect.any(String) },
    contactMedium: [{ mediumType: "phone", characteristic: { country: "DE" } }, {}],
  });
  expect(JSON.stringify(sealed)).not.toMatch(/Ada|1815|12345678|example/);
});

test("a value that was moved to another place does not open, and the place is named", () => {
  const sealed = sealDocument(ada, fields, cipher) as Record<string, unknown>;
  const moved = { ...sealed, givenName: sealed["birth/date"] };
  const error = { code: "NOT_AUTHENTIC", pointer: "/givenName" };
  expect(openDocument(moved, fields, cipher)).toEqual({ isOk: false, error });
  const raw = { givenName: { $sealed: cipher.seal("{", "individuals.document/givenName") } };
  const broken = { code: "MALFORMED", pointer: "/givenName" };
  expect(openDocument(raw, fields, cipher)).toEqual({ isOk: false, error: broken });
});

test("a changed key seals again what is under an older one or under none", () => {
  const added = newKeys().keys[0];
  const ring = keyRingOf({ ...keys, keys: [...keys.keys, added] });
  const newer = createCipher(ring);
  const sealed = { ...(sealDocument(ada, fields, cipher) as object), a: ["plain", null] };
  const first = resealDocument(sealed, fields, newer);
  expect(first.isOk && first.value.resealed).toBe(5);
  const second = resealDocument(first.isOk && first.value.document, fields, newer);
  expect(second).toEqual({ isOk: true, value: { ...(first.isOk && first.value), resealed: 0 } });
  const alone = createCipher(keyRingOf({ ...keys, keys: [added] }));
  const opened = openDocument(first.isOk && first.value.document, fields, alone);
  expect(opened).toEqual({ isOk: true, value: { ...ada, a: ["plain", null] } });
});

test("of what is masked nobody sees more than of its class, of what is sealed nothing", () => {
  expect(maskDocument(ada, fields)).toEqual({
    id: "1",
    givenName: "A•••••",
    "birth/date": "•••••",
    contactMedium: [
      { mediumType: "phone", characteristic: { phoneNumber: "+49151•••••78", country: "DE" } },
      { mediumType: "email", characteristic: { emailAddress: "a•••••@example.org" } },
    ],
  });
  expect(maskDocument(sealDocument(ada, fields, cipher), fields)).toMatchObject({
    givenName: "•••••",
  });
});

test("places within each other cannot be declared", () => {
  for (const pointers of [["/a", "/a/b"], ["/a/b", "/a"], ["/*/a", "/*"], ["a"], ["/__proto__"]]) {
    const classes = Object.fromEntries(pointers.map((pointer) => [pointer, "text" as const]));
    expect(() => personalFields("p", classes)).toThrow("assertion failed");
  }
});
