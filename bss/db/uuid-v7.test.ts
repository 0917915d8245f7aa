// Ids that rise with time and are of the form that RFC 9562 gives them.

import fc from "fast-check";
import { expect, test } from "vitest";
import { uuidV7 } from "./uuid-v7.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("begins with the ms it was made at", () => {
  const at = 2 ** 47;
  expect(uuidV7(at).replaceAll("-", "").slice(0, 12)).toBe(at.toString(16));
});

test(`rises with every call, wherever the clock goes (seed ${seed})`, () => {
  const times = fc.array(fc.integer({ min: 2 ** 47 + 1, max: 2 ** 48 - 1 }), { minLength: 2 });
  fc.assert(
    fc.property(times, (moments) => {
      const ids = moments.map(uuidV7);
      for (const id of ids) expect(id).toMatch(form);
      expect([...ids].sort()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { seed },
  );
});

test("a hundred thousand within one ms are all different and in order", () => {
  const ids = Array.from({ length: 100_000 }, () => uuidV7(0));
  for (let at = 1; at < ids.length; at++) if (!(ids[at]! > ids[at - 1]!)) expect.fail(ids[at]);
});
