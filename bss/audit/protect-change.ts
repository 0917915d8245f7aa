// What the audit shows of personal data: its mask, and a fingerprint by which equal values are
// equal and changed ones changed. Nothing in the audit can be opened again: a person can be
// forgotten elsewhere although entries stay for ever, and a change of keys need not touch them.

import type { Change } from "../context.ts";
import { type Cipher, changePersonal, maskValue, type PersonalFields } from "../privacy/index.ts";
import { canonicalJson } from "./canonical-json.ts";

/**
 * The change with its personal values protected, for `context.record`. `before` and `after` are
 * documents as people know them, not as they are sealed.
 */
export const protectChange = (change: Change, fields: PersonalFields, cipher: Cipher): Change => ({
  ...change,
  before: protectDocument(change.before, fields, cipher),
  after: protectDocument(change.after, fields, cipher),
});

const protectDocument = (document: unknown, fields: PersonalFields, cipher: Cipher): unknown =>
  changePersonal(document, fields, (value, { fieldClass, purpose }) => ({
    $masked: maskValue(value, fieldClass),
    $fingerprint: cipher
      .fingerprint(canonicalJson(value), `audit.${purpose}`)
      .toString("base64url"),
  }));
