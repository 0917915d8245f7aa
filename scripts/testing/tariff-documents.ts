// Tariff documents by chance, valid ones: zones, networks, groups and time bands out of a few
// values, so that prefixes nest and conditions meet, and prices of every form. What would be
// refused because of what stands before it is left out.

import fc from "fast-check";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import { assert } from "../../engine/values/assert.ts";

export type PriceJson = Readonly<Record<string, unknown>> & {
  readonly priceId: string;
  readonly when: Readonly<Record<string, readonly string[]>>;
};
export type GroupJson = Readonly<Record<string, unknown>> & {
  readonly ratingGroup: number;
  readonly prices: readonly PriceJson[];
};
export type BandJson = {
  readonly timeBandId: string;
  readonly days: readonly string[];
  readonly from: string;
  readonly until: string;
};
export type TariffJson = {
  readonly tariffId: string;
  readonly currency: string;
  readonly effectiveFrom: string;
  readonly timeZone: string;
  readonly holidays: readonly string[];
  readonly timeBands: readonly BandJson[];
  readonly zones: readonly { readonly zoneId: string; readonly prefixes: readonly string[] }[];
  readonly networks: readonly {
    readonly networkZoneId: string;
    readonly networks: readonly string[];
  }[];
  readonly closedUserGroups: readonly {
    readonly groupId: string;
    readonly numbers: readonly string[];
  }[];
  readonly freeNumbers: readonly string[];
  readonly ratingGroups: readonly GroupJson[];
};

/** Few digits, so that one prefix is often the beginning of another. */
const digits = fc
  .array(fc.constantFrom("1", "2", "3"), { minLength: 1, maxLength: 4 })
  .map((some) => some.join(""));
export const phoneNumbers = fc
  .tuple(fc.constantFrom("", "+", "00"), digits)
  .map(([sign, number]) => sign + number);
export const networkCodes = fc.constantFrom("208", "20801", "26201", "26202", "262", "262010");
const withoutSign = (number: string) => number.replace(/^(?:\+|00)/, "");

/** Each prefix to one of `count`; those without any are not there. */
const dealt = (prefixes: fc.Arbitrary<string>, count: number) =>
  fc
    .uniqueArray(fc.tuple(prefixes, fc.nat(count - 1)), {
      selector: ([prefix]) => withoutSign(prefix),
      maxLength: 8,
    })
    .map((pairs) =>
      Array.from({ length: count }, (_, n) =>
        pairs.filter(([, owner]) => owner === n).map(([prefix]) => prefix),
      ).filter((some) => some.length > 0),
    );

const days = "monday tuesday wednesday thursday friday saturday sunday holiday".split(" ");
const clock = (halfHours: number) =>
  `${String(halfHours >> 1).padStart(2, "0")}:${halfHours % 2 === 0 ? "00" : "30"}`;

/** A day in pieces, each of a band or of none. */
const timeBandsOf = (day: string): fc.Arbitrary<BandJson[]> =>
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 47 }), { maxLength: 3 }),
      fc.array(fc.constantFrom("peak", "calm", undefined), { minLength: 4, maxLength: 4 }),
    )
    .map(([cuts, bands]) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), 48];
      return edges.slice(1).flatMap((until, n) => {
        const timeBandId = bands[n];
        const from = clock(edges[n]!);
        return timeBandId === undefined
          ? []
          : [{ timeBandId, days: [day], from, until: clock(until) }];
      });
    });

const timeBands = fc.tuple(...days.map((day) => fc.oneof(fc.constant([]), timeBandsOf(day))));

const money = fc.constantFrom("0", "0.000001", "0.05", "12.5");
const units = fc.constantFrom(1, 60, 2 ** 50);
const tier = fc.record({ blockUnits: units, blockPrice: money, entryFee: money });
/** From a position on; the tiers say of which counter. */
const later = fc.array(
  fc.record({
    percent: fc.constantFrom("10", "100"),
    from: fc.constantFrom(1, 70, 100, 130),
  }),
  { maxLength: 2 },
);
const graduated = fc.tuple(tier, tier, later).map(([first, last, discounts]) => ({
  tiers: { kind: "graduated", counterId: "c", steps: [{ ...first, upTo: 100 }, last] },
  discounts,
}));
const smallTier = tier.filter(({ blockUnits }) => blockUnits <= 60);
/** Packages end with their tier; a block of a volume tier may be cut. */
const endsOfFirst = [
  ["volume", 100],
  ["package", 120],
] as const;
const otherTiers = fc
  .tuple(fc.constantFrom(...endsOfFirst), smallTier, smallTier)
  .map(([[kind, upTo], first, last]) => ({ tiers: { kind, steps: [{ ...first, upTo }, last] } }));
const byBlock = fc.record(
  {
    ...{ blockUnits: units, blockPrice: money, setupFee: money, minimumCharge: money },
    maximumCharge: fc.constant("20"),
    discounts: fc.constantFrom(
      [{ percent: "12.5" }, { amount: "0.01" }],
      [{ percent: "12.5" }, { amount: "0.01", from: 90 }],
      [{ percent: "50", from: 60, counterId: "c" }],
    ),
  },
  { requiredKeys: ["blockUnits", "blockPrice"] },
);
const initial = fc.constant({ initialBlockUnits: 60, initialBlockPrice: "0.1" });
const priceForms: fc.Arbitrary<object> = fc.oneof(
  fc.constant({ isFree: true }),
  fc.constant({ isBlocked: true }),
  graduated,
  otherTiers,
  byBlock,
  fc.tuple(byBlock, initial).map(([one, other]) => ({ ...one, ...other })),
);

/** What contexts say and conditions ask for. */
export const said = {
  ratTypes: ["NR", "EUTRA", "WLAN"],
  slices: ["1", "1-00000a", "2-abcdef"],
  dnns: ["internet", "ims"],
  services: ["voice", "video"],
  qos: ["5qi-1", "5qi-9"],
} as const;

const conditionsMax = 3;

type Names = Readonly<Record<string, readonly string[]>>;

const whenOf = (names: Names): fc.Arbitrary<Names> => {
  const dimensions = Object.keys(names).filter((name) => names[name]!.length > 0);
  return fc.shuffledSubarray(dimensions, { maxLength: conditionsMax }).chain((some) => {
    const values = some.map((name) => [name, fc.subarray([...names[name]!], { minLength: 1 })]);
    return fc.record<Names>(Object.fromEntries(values));
  });
};

const groupsOf = (names: Names) => {
  const price = fc.tuple(whenOf(names), priceForms);
  return fc
    .record({
      ratingGroup: fc.constant(10),
      unit: fc.constantFrom("octets", "seconds", "messages", "serviceUnits"),
      prices: fc.array(price, { maxLength: 6 }),
      base: fc.oneof(priceForms, fc.constant({})),
    })
    .map(({ prices, base, ...rest }) => ({
      ...{ ...rest, ...base, quotaUnits: 100, validityTimeSeconds: 60 },
      prices: prices.map(([when, form], n) => ({ priceId: `p${n}`, when, ...form })),
    }));
};

const scopes = fc.record({
  timeZone: fc.constantFrom("UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"),
  holidays: fc.subarray(["2027-01-01", "2027-03-28", "2027-12-25"]),
  timeBands: timeBands.map((bands) => bands.flat()),
  zones: dealt(phoneNumbers, 3).map((all) =>
    all.map((prefixes, n) => ({ zoneId: `z${n}`, prefixes })),
  ),
  networks: dealt(networkCodes, 2).map((all) =>
    all.map((networks, n) => ({ networkZoneId: `n${n}`, networks })),
  ),
  closedUserGroups: dealt(phoneNumbers, 2).map((all) =>
    all.map((numbers, n) => ({ groupId: `g${n}`, numbers })),
  ),
  freeNumbers: fc.uniqueArray(phoneNumbers, { maxLength: 2 }),
});

export const tariffDocuments: fc.Arbitrary<TariffJson> = scopes.chain((scope) => {
  const names = {
    ...said,
    zones: scope.zones.map(({ zoneId }) => zoneId),
    networks: scope.networks.map(({ networkZoneId }) => networkZoneId),
    closedUserGroups: scope.closedUserGroups.map(({ groupId }) => groupId),
    timeBands: [...new Set(scope.timeBands.map(({ timeBandId }) => timeBandId))],
  };
  const fixed = { tariffId: "t", currency: "EUR", effectiveFrom: "2027-01-01T00:00:00Z" };
  return groupsOf(names).map((group) => repaired({ ...fixed, ...scope, ratingGroups: [group] }));
});

const unreached = /^ratingGroups\[0\]\.prices\[(\d+)\]: price .* is never reached/;
const noBase = /^ratingGroups\[0\]: price "base" is never reached/;
const amountless = /^ratingGroups\[0\]\.(?:blockUnits|blockPrice): /;

/** Without what is never reached, and with a base price where there must be one. */
const repaired = (document: TariffJson): TariffJson => {
  const outcome = parseTariff(JSON.stringify(document));
  if (outcome.isOk) return document;
  const [group] = document.ratingGroups;
  assert(group !== undefined, "one rating group");
  const [problem = ""] = outcome.error;
  const index = unreached.exec(problem)?.[1];
  if (index !== undefined) {
    const prices = group.prices.filter((_, n) => n !== Number(index));
    return repaired({ ...document, ratingGroups: [{ ...group, prices }] });
  }
  if (noBase.test(problem)) {
    const prices = group.prices.slice(0, -1);
    return repaired({ ...document, ratingGroups: [{ ...group, prices }] });
  }
  assert(amountless.test(problem) || problem.includes("there is no price for"), problem);
  const base = { ...group, blockUnits: 1, blockPrice: "1" };
  return repaired({ ...document, ratingGroups: [base] });
};
