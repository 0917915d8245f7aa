// One value, sealed: AES-256-GCM (NIST SP 800-38D) with a nonce by chance, bound to its purpose as
// associated data, so that it opens nowhere but in the field it was sealed for. As text, base64url:
//
//   octets   1        4        12      n            16
//            layout   key id   nonce   ciphertext   tag
//
// Nonces by chance allow 2^32 values per key (8.3 there): rotate long before that.

import { createCipheriv, createDecipheriv, createHmac, randomFillSync } from "node:crypto";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { comparable, type FieldClass } from "./field-classes.ts";
import type { KeyRing } from "./key-ring.ts";

const layout = 1;
const keyIdAt = 1;
const nonceAt = 5;
const nonceOctets = 12;
const textAt = nonceAt + nonceOctets;
const tagOctets = 16;
const sealedOctetsMin = textAt + tagOctets;
/** Base64 of the octets up to the nonce, and a little more. */
const headCharacters = 8;
const indexOctets = 16;

export type SealedProblem =
  /** No base64url, or none that is written as it would be here. */
  | { readonly code: "MALFORMED" }
  | { readonly code: "TRUNCATED" }
  /** A newer program wrote it, or it is something else. */
  | { readonly code: "UNKNOWN_LAYOUT" }
  | { readonly code: "UNKNOWN_KEY"; readonly keyId: string }
  /** It was changed, or sealed for another purpose. */
  | { readonly code: "NOT_AUTHENTIC" };

export type Cipher = {
  /** `purpose` names table and field: "individuals.document/givenName". */
  seal(plain: string, purpose: string): string;
  open(sealed: string, purpose: string): Result<string, SealedProblem>;
  /** Nothing has to be done about it in a rotation. */
  isNewest(sealed: string): boolean;
  newestKeyId(): string;
  /** 16 octets, equal for what compares equal in the same purpose: for search by equality. */
  blindIndex(text: string, fieldClass: FieldClass, purpose: string): Buffer;
  /** The same for a text as it stands. */
  fingerprint(text: string, purpose: string): Buffer;
};

export const createCipher = (ring: KeyRing): Cipher => {
  const nextNonce = noncesByChance();
  const fingerprint = (text: string, purpose: string): Buffer =>
    createHmac("sha256", ring.indexKey)
      // No purpose has U+0000: what stands before the first is one.
      .update(`${purpose}\0${text}`)
      .digest()
      .subarray(0, indexOctets);
  return {
    seal: (plain, purpose) => {
      const { id, secret } = ring.newest();
      const nonce = nextNonce();
      const cipher = createCipheriv("aes-256-gcm", secret, nonce, { authTagLength: tagOctets });
      cipher.setAAD(Buffer.from(purpose));
      const text = cipher.update(plain, "utf8");
      cipher.final();
      const head = Buffer.from([layout, ...Buffer.from(id, "hex")]);
      return Buffer.concat([head, nonce, text, cipher.getAuthTag()]).toString("base64url");
    },
    open: (sealed, purpose) => open(ring, sealed, purpose),
    isNewest: (sealed) => {
      const head = Buffer.from(sealed.slice(0, headCharacters), "base64url");
      return head[0] === layout && keyIdOf(head) === ring.newest().id;
    },
    newestKeyId: () => ring.newest().id,
    blindIndex: (text, fieldClass, purpose) => fingerprint(comparable[fieldClass](text), purpose),
    fingerprint,
  };
};

const keyIdOf = (octets: Buffer): string => octets.toString("hex", keyIdAt, nonceAt);

const open = (ring: KeyRing, sealed: string, purpose: string): Result<string, SealedProblem> => {
  const octets = Buffer.from(sealed, "base64url");
  // Buffer reads over what it does not know.
  if (octets.toString("base64url") !== sealed) return err({ code: "MALFORMED" });
  if (octets.length === 0) return err({ code: "TRUNCATED" });
  if (octets[0] !== layout) return err({ code: "UNKNOWN_LAYOUT" });
  if (octets.length < sealedOctetsMin) return err({ code: "TRUNCATED" });
  const keyId = keyIdOf(octets);
  const key = ring.find(keyId);
  if (key === undefined) return err({ code: "UNKNOWN_KEY", keyId });
  const nonce = octets.subarray(nonceAt, textAt);
  const options = { authTagLength: tagOctets };
  const decipher = createDecipheriv("aes-256-gcm", key.secret, nonce, options);
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(octets.subarray(-tagOctets));
  const plain = decipher.update(octets.subarray(textAt, -tagOctets));
  try {
    decipher.final();
  } catch {
    return err({ code: "NOT_AUTHENTIC" });
  }
  return ok(plain.toString("utf8"));
};

/** Asking the system for each by itself takes longer than the encryption. */
const noncesByChance = (): (() => Buffer) => {
  const pool = Buffer.alloc(256 * nonceOctets);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += nonceOctets;
    return pool.subarray(used - nonceOctets, used);
  };
};
