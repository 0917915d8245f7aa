// Which buckets were asked, in which order, what each one gave; and why others were not asked.

import { amountText, listText, momentText } from "./amount-text.ts";
import type { Standing } from "./bucket-standing.ts";
import { splitLines } from "./describe-split.ts";
import type { CapExplained, GivenExplained, PaidExplained, UseExplained } from "./explanation.ts";
import type { Line } from "./line.ts";

/** `did`: for what was used, was refused or is granted. */
export const paidLines = (
  use: UseExplained,
  { given, caps }: PaidExplained,
  did: "gave" | "would give" | "holds",
): readonly Line[] => [
  ...caps.map((cap): Line => ({ topic: "cap", text: capText(cap) })),
  ...given.flatMap((one) => givenLines(use, one, did)),
];

const capText = (cap: CapExplained): string => {
  const { id, unit, currency } = cap;
  const [most, counted, reserved, left] = [cap.cap, cap.counted, cap.reserved, cap.left].map(
    (amount) => amountText(amount, unit, currency),
  );
  return `${id} may reach ${most}: ${counted} counted, ${reserved} reserved, ${left} left`;
};

const givenLines = (use: UseExplained, given: GivenExplained, did: string): readonly Line[] => {
  const { id, unit, currency, isFree, units, amount, available, asked, split } = given;
  const covered = amountText(units, use.unit, "");
  if (isFree) return [{ topic: "bucket", text: `none: ${covered} for nothing` }];
  const capped = given.isCapped ? " that caps leave" : "";
  const there = `${amountText(Math.max(0, available), unit, currency)}${capped}`;
  const whose = given.isUsable ? "" : "is over, and of what it held for this grant ";
  if (units === 0) {
    const what = asked === 0 ? "is over, and had granted nothing" : `${whose}has ${there}`;
    return [{ topic: "bucket", text: `${id} ${what}, which covers nothing` }];
  }
  const amountOf = `${amountText(amount, unit, currency)} of ${there}`;
  const isAlike = unit === use.unit;
  const text = `${id} ${whose}${did} ${amountOf}${isAlike ? "" : ` for ${covered}`}`;
  return [{ topic: "bucket", text }, ...(split === undefined ? [] : splitLines(split, use.unit))];
};

/** Of those that no line above speaks of. */
export const standingLines = (use: UseExplained, named: ReadonlySet<string>): readonly Line[] => {
  const timeZone = use.tariff?.timeZone ?? "UTC";
  return use.standings
    .filter(({ bucket }) => !named.has(bucket.bucketId))
    .map((standing) => ({
      topic: "bucket",
      text: `${standing.bucket.bucketId} ${whyNot(standing, timeZone)}`,
    }));
};

const whyNot = (standing: Standing, timeZone: string): string => {
  const { bucket } = standing;
  switch (standing.kind) {
    case "inOrder":
      return standing.isExpired
        ? `was not asked: it is over since ${momentText(timeZone, bucket.validUntil)}`
        : "was not asked: what comes before it was enough, or a cap left no more";
    case "otherUnit":
      return `was not asked: it keeps ${bucket.unit}`;
    case "otherCurrency":
      return `was not asked: it keeps ${standing.currency}, the tariff wants ${standing.wanted}`;
    case "notYetValid":
      return `was not asked: it is valid from ${momentText(timeZone, bucket.validFrom)}`;
    case "otherRatingGroups":
      return `was not asked: it is for rating group ${listText(bucket.ratingGroups.map(String))}`;
    case "notEligible":
      return `was not asked: not eligible by ${listText(standing.dimensions)}`;
    case "blocked":
      return `was not asked: ${standing.by} comes before it and blocks what follows`;
  }
};
