// The cipher of personal data as the events take it: octets for their columns of octets. What this
// installation sealed opens, or its keys are not those that it had.

import { assert } from "../engine/values/assert.ts";
import type { Cipher as EventCipher } from "./events/index.ts";
import type { Cipher } from "./privacy/index.ts";

export const eventCipher = (cipher: Pick<Cipher, "seal" | "open">): EventCipher => ({
  seal: (text, purpose) => Buffer.from(cipher.seal(text, purpose)),
  open: (octets, purpose) => {
    const opened = cipher.open(octets.toString(), purpose);
    assert(opened.isOk, `${purpose} does not open: ${opened.isOk ? "" : opened.error.code}`);
    return opened.value;
  },
});
