// What workers of the events have in tests and the bench: subscribers on the loopback may be
// called, over http, and secrets are sealed with a key that everybody knows.

import { callbackPolicy } from "../../bss/events/index.ts";
import { createCipher, keyRingOf } from "../../bss/privacy/index.ts";

export const testPolicy = callbackPolicy(true, ["127.0.0.0/8"]);

const secret = Buffer.alloc(32, 7);
export const testCipher = createCipher(
  keyRingOf({ keys: [{ id: "00000007", secret }], indexKey: secret }),
);
