// Random messages to the engine, in small numbers instead of names: sessions, events, refunds,
// enquiries, top-ups, adjustments, questions, and any of them once more.

import fc from "fast-check";
import { limits } from "../../../engine/limits.ts";
import { amountMax } from "../../../engine/values/units.ts";
import { calledNumbers, servingNetworks } from "../random-rules.ts";
import { accountCount, accountNumbers, bucketUnits } from "./accounts.ts";
import { randomMovements } from "./movements.ts";
import { onceMessages } from "./refund-of.ts";
import { ratingGroups } from "./tariffs.ts";
import { often, seldom } from "./weights.ts";

const amounts = fc.oneof(
  often(fc.nat(50)),
  often(fc.nat(20_000)),
  seldom(fc.maxSafeNat()),
  seldom(fc.constant(amountMax)),
);
/** Of what was granted, or so many units. */
const usedUnits = fc.oneof(
  often(fc.constantFrom({ part: 1 }, { part: 0.5 }, { part: 1.25 })),
  often(fc.constant(null), 2),
  seldom(amounts.map((units) => ({ units }))),
);
type Before = { readonly units: number; readonly ago: number };
/** Units, and how long before the message; the longest first, as it must be. */
const usedBefore: fc.Arbitrary<readonly Before[]> = fc
  .uniqueArray(
    fc.record({
      units: fc.oneof(often(fc.nat(3_000)), seldom(amounts)),
      ago: fc.oneof(often(fc.nat(600_000)), seldom(fc.constant(limits.eventAgeMsMax))),
    }),
    { selector: ({ ago }) => ago, minLength: 1, maxLength: limits.usedBeforeMax },
  )
  .map((list) => list.sort((a, b) => b.ago - a.ago));
const usage = fc.uniqueArray(
  fc.record({
    ratingGroup: fc.constantFrom(...ratingGroups),
    requestedUnit: fc.oneof(often(fc.constant(0)), seldom(fc.constant(null)), seldom(amounts)),
    usedUnit: usedUnits,
    before: fc.oneof(often(fc.constant<readonly Before[]>([])), seldom(usedBefore)),
  }),
  { selector: ({ ratingGroup }) => ratingGroup, maxLength: 3 },
);
/** How far the clock of the network element is off, in ms. */
const clockOffsets = fc.oneof(
  often(fc.constant(0), 8),
  seldom(fc.integer({ min: -400_000, max: limits.eventAheadMsMax })),
  seldom(fc.constantFrom(limits.eventAheadMsMax + 1, -limits.eventAgeMsMax - 1)),
);

/** What rules look at. */
const said = fc.oneof(
  often(fc.constant(null), 1),
  seldom(
    fc.record({
      calledPartyAddress: fc.oneof(often(calledNumbers, 3), seldom(fc.constant("112"))),
      servingNetwork: servingNetworks,
    }),
  ),
);

export const movements = randomMovements(accountCount, Object.keys(bucketUnits));
const usedOnce = fc.uniqueArray(
  fc.record({ ratingGroup: fc.constantFrom(...ratingGroups), usedUnit: amounts }),
  { selector: ({ ratingGroup }) => ratingGroup, maxLength: 3 },
);
const once = onceMessages({ account: accountNumbers, offset: clockOffsets, used: usedOnce, said });

export const messages = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("session" as const),
      account: accountNumbers,
      session: fc.nat(3),
      ends: fc.oneof(often(fc.constant(false), 4), seldom(fc.constant(true))),
      /** Another verb or sequence than the next one. */
      stray: fc.oneof(
        often(fc.constant(undefined), 12),
        seldom(
          fc
            .constantFrom("initiate", "update", "terminate")
            .chain((verb) =>
              fc.record({ verb: fc.constant(verb as "update"), sequence: fc.nat(4) }),
            ),
        ),
      ),
      usage,
      isAware: fc.boolean(),
      isAllOrNothing: fc.oneof(often(fc.constant(false), 3), seldom(fc.constant(true))),
      offset: clockOffsets,
      said,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("event" as const),
      account: accountNumbers,
      id: fc.nat(9),
      used: usedOnce,
      offset: clockOffsets,
      said,
    }),
  },
  { weight: 2, arbitrary: once.refunds },
  { weight: 1, arbitrary: once.enquiries },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("topUp" as const),
      account: fc.nat(accountCount),
      id: fc.nat(9),
      bucketId: fc.constantFrom(...Object.keys(bucketUnits)),
      amount: amounts,
    }),
  },
  { weight: 2, arbitrary: movements.adjustments },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("query" as const), account: fc.nat(accountCount) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("dues" as const),
      account: fc.nat(accountCount),
      /** How long ago the use was that may still be told, in ms; below 0: in the future. */
      ago: fc.oneof(
        often(fc.constant(0), 3),
        often(fc.nat(limits.eventAgeMsMax)),
        seldom(fc.constant(-1)),
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("again" as const),
      /** So many messages ago. */
      ago: fc.nat(40),
      isOther: fc.oneof(often(fc.constant(false), 3), seldom(fc.constant(true))),
    }),
  },
);
export type Message = typeof messages extends fc.Arbitrary<infer T> ? T : never;
