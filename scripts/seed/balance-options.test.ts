// What `npm run balance` makes of its words.

import { expect, test } from "vitest";
import { readWhoseBalance } from "./balance-options.ts";

test.each([
  [["4915100000000"], "msisdn-4915100000000"],
  [["+4915100000000"], "msisdn-4915100000000"],
  [["imsi-262010000000000"], "imsi-262010000000000"],
  [["1234"], "1234"],
])("%j is the subscriber %s", (words, subscriber) => {
  expect(readWhoseBalance(words)).toEqual({ isOk: true, value: subscriber });
});

test.each([
  [[], "whose balance? npm run balance -- 4915100000000"],
  [["--json", "4915100000000"], "Unknown option '--json'"],
  [["4915100000000", "4915100000001"], "one subscriber at a time"],
])("%j is refused: %s", (words, reason) => {
  expect(readWhoseBalance(words)).toEqual({ isOk: false, error: reason });
});
