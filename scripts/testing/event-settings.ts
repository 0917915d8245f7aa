// What workers of the events have in tests and the bench: subscribers on the loopback may be
// called, over http, and secrets are sealed with a key that everybody knows.

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type Cipher, callbackPolicy } from "../../bss/events/index.ts";

export const testPolicy = callbackPolicy(true, ["127.0.0.0/8"]);

const key = Buffer.alloc(32, 7);
/** AES-256-GCM with a key that everybody knows: nonce, tag, text. */
export const testCipher: Cipher = {
  seal: (text, purpose) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  },
  open: (octets, purpose) => {
    const decipher = createDecipheriv("aes-256-gcm", key, octets.subarray(0, 12));
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(octets.subarray(12, 28));
    return Buffer.concat([decipher.update(octets.subarray(28)), decipher.final()]).toString();
  },
};
