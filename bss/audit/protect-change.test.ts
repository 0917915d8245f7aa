// What of a person gets into the audit.

import { expect, test } from "vitest";
import type { Change } from "../context.ts";
import { createCipher, keyRingOf, newKeys, personalFields } from "../privacy/index.ts";
import { protectChange } from "./protect-change.ts";

const cipher = createCipher(keyRingOf(newKeys()));
const fields = personalFields("individuals.document", {
  "/givenName": "name",
  "/contactMedium/*/characteristic/phoneNumber": "number",
});
const person = (givenName: string, phoneNumber: string) => ({
  ...{ id: "1", givenName },
  contactMedium: [{ characteristic: { phoneNumber } }],
});
const protect = (before: unknown, after: unknown) => {
  const change: Change = { entity: "individual", entityId: "1", action: "update", before, after };
  return protectChange(change, fields, cipher);
};

test("names and numbers are masked, and still tell whether they changed", () => {
  const before = person("Ada", "+4915112345678");
  const { before: was, after: is } = protect(before, person("Ada", "+4915112399978"));
  const fingerprint = expect.stringMatching(/^[\w-]{22}$/);
  expect(was).toEqual({
    id: "1",
    givenName: { $masked: "A•••••", $fingerprint: fingerprint },
    contactMedium: [
      { characteristic: { phoneNumber: { $masked: "+49151•••••78", $fingerprint: fingerprint } } },
    ],
  });
  const [one, other] = [was, is] as { givenName: unknown; contactMedium: unknown }[];
  expect(one?.givenName).toEqual(other?.givenName);
  expect(one?.contactMedium).not.toEqual(other?.contactMedium);
  expect(before).toEqual(person("Ada", "+4915112345678"));
});

test("where there was nothing there is nothing to protect", () => {
  expect(protect(null, person("Ada", "1")).before).toBeNull();
});
