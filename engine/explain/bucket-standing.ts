// How each bucket of an account stands to a use: in burn order, or why it is not asked. Put to the
// same questions as session/burn-steps.ts puts, one after the other; that both come to the same
// buckets is checked.

import { compareBurnOrder } from "../balance/burn-order.ts";
import { type Eligibility, eligibilityDimensions } from "../balance/eligibility.ts";
import { type Bucket, bucketCell, isValidAt, type Profile, serves } from "../balance/profile.ts";
import type { PricePlan } from "../session/price-plan.ts";
import { servingOf } from "../session/serving.ts";
import type { Replanned } from "./replan.ts";

export type Standing = { readonly slot: number; readonly bucket: Bucket } & (
  | { readonly kind: "inOrder"; readonly isExpired: boolean }
  | { readonly kind: "otherUnit" }
  | { readonly kind: "otherCurrency"; readonly currency: string; readonly wanted: string }
  | { readonly kind: "notYetValid" }
  | { readonly kind: "otherRatingGroups" }
  /** In these dimensions none of its values is there. */
  | { readonly kind: "notEligible"; readonly dimensions: readonly string[] }
  | { readonly kind: "blocked"; readonly by: string }
);

/** In burn order, then those that are not asked. Undefined where nothing is paid at all. */
export const standingsOf = (
  profile: Profile,
  { question, plan, priced }: Replanned,
): { readonly standings: readonly Standing[]; readonly problems: readonly string[] } => {
  const isPaid = priced?.chosen !== undefined && !priced.chosen.isFree && !priced.chosen.isBlocked;
  if (!isPaid) return { standings: [], problems: [] };
  const { at } = question;
  const serving = servingOf(profile, priced.published, question);
  const judged = profile.buckets.flatMap((bucket, slot) =>
    bucket === null ? [] : [judge(profile, priced, serving.isServed, { slot, bucket, at })],
  );
  const inOrder = judged.filter(({ kind }) => kind === "inOrder").sort(compareBurnOrder);
  const others = judged.filter(({ kind }) => kind !== "inOrder");
  const blocker = inOrder.findIndex(({ bucket }) => bucket.isBlocker && isValidAt(bucket, at));
  const asked = blocker === -1 ? inOrder : inOrder.slice(0, blocker + 1);
  const by = inOrder[blocker]?.bucket.bucketId ?? "";
  const blocked = inOrder.slice(asked.length).map(({ slot, bucket }): Standing => {
    return { slot, bucket, kind: "blocked", by };
  });
  const cells = asked.map(({ slot }) => bucketCell(slot)).join();
  const planned = plan.steps.map(({ cell }) => cell).join();
  const problems = cells === planned ? [] : [`the buckets in order are ${planned}, not ${cells}`];
  return { standings: [...asked, ...blocked, ...others], problems };
};

type Asked = { readonly slot: number; readonly bucket: Bucket; readonly at: number };
type IsServed = ReturnType<typeof servingOf>["isServed"];

const judge = (
  profile: Profile,
  { group, published }: PricePlan,
  isServed: IsServed,
  { slot, bucket, at }: Asked,
): Standing => {
  const one = { slot, bucket };
  const isMoney = bucket.unit === "money";
  const currency = bucket.currency ?? profile.currency;
  const wanted = published.tariff.currency;
  if (!isMoney && bucket.unit !== group.unit) return { ...one, kind: "otherUnit" };
  if (isMoney && currency !== wanted) return { ...one, kind: "otherCurrency", currency, wanted };
  if (bucket.validFrom > at) return { ...one, kind: "notYetValid" };
  if (!serves(bucket.ratingGroups, group.ratingGroup)) return { ...one, kind: "otherRatingGroups" };
  const { eligibility } = bucket;
  if (eligibility !== null && !isServed(eligibility)) {
    return { ...one, kind: "notEligible", dimensions: unmet(eligibility, isServed) };
  }
  return { ...one, kind: "inOrder", isExpired: bucket.validUntil <= at };
};

/** Each dimension asked for alone. */
const unmet = (eligibility: Eligibility, isServed: IsServed): readonly string[] =>
  eligibilityDimensions.filter((dimension) => {
    const alone = Object.fromEntries(
      eligibilityDimensions.map((one) => [one, one === dimension ? eligibility[one] : []]),
    ) as Eligibility;
    return !isServed(alone);
  });
