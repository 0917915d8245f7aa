// Random programs: tariffs and accounts to begin with, then steps of one engine or the other.

import fc from "fast-check";
import { profiles } from "./accounts.ts";
import { messages, movements } from "./messages.ts";
import { hour } from "./moments.ts";
import { tariffs } from "./tariffs.ts";
import { often, seldom } from "./weights.ts";

const engineNumbers = fc.oneof(often(fc.constant(0), 3), seldom(fc.constant(1)));
const steps = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("tick" as const),
      engine: engineNumbers,
      messages: fc.array(messages, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      engine: engineNumbers,
      profile: profiles,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      engine: engineNumbers,
      tariff: tariffs,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(
        often(fc.nat(90_000), 3),
        seldom(fc.nat(20 * 60_000)),
        seldom(fc.nat(2 * hour)),
        seldom(fc.nat(30 * hour)),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("transfer" as const),
      engine: engineNumbers,
      transfer: movements.transfers,
      isAgain: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forget" as const) }) },
);
export type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

export const programs = fc.record({
  tariffs: fc.array(tariffs, { minLength: 1, maxLength: 3 }),
  profiles: fc.tuple(profiles, profiles, profiles),
  /** What each bucket begins with. */
  credit: fc.array(fc.nat(200_000), { minLength: 6, maxLength: 6 }),
  steps: fc.array(steps, { minLength: 5, maxLength: 40, size: "max" }),
});
export type Program = typeof programs extends fc.Arbitrary<infer T> ? T : never;
