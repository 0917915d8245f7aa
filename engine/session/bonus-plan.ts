// Which bonuses a top-up brings: by the rules of the first product that is valid now and whose
// tariff has any for the bucket. A rule whose buckets the account lacks, or has in another unit or
// currency, does not apply.

import { type Bucket, isValidAt, type Profile } from "../balance/profile.ts";
import { type BonusRule, bonusAmount, type Quantity } from "../rating/bonus.ts";
import { tariffAt } from "../rating/tariff.ts";
import type { PublishedTariff, TariffCatalogue } from "./price-plan.ts";

export type Bonus = {
  readonly ruleId: string;
  readonly bucket: Bucket;
  readonly amount: number;
  readonly extendsValiditySeconds: number;
  /** The document, and the place of the rule in it. */
  readonly publication: number;
  readonly place: number;
};

export type TopUpQuestion = {
  readonly bucketId: string;
  readonly amount: number;
  /** Publications up to this one are known. */
  readonly tariffVersion: number;
  readonly at: number;
};

export const planBonuses = (
  profile: Profile,
  tariffs: TariffCatalogue,
  question: TopUpQuestion,
): readonly Bonus[] => {
  const { at, bucketId, tariffVersion } = question;
  for (const product of profile.products) {
    if (!isValidAt(product, at)) continue;
    const published = tariffAt(tariffs.get(product.tariffId) ?? [], tariffVersion, at);
    if (published?.tariff.bonusRules.some((rule) => rule.bucketId === bucketId)) {
      return bonusesBy(profile, published, question);
    }
  }
  return [];
};

const bonusesBy = (
  profile: Profile,
  { tariff, version }: PublishedTariff,
  { bucketId, amount: toppedUp, at }: TopUpQuestion,
): readonly Bonus[] => {
  const bucketOf = (id: string) => profile.buckets.find((one) => one?.bucketId === id);
  const isOf = (bucket: Bucket, quantity: Quantity) =>
    quantity.isMoney
      ? bucket.unit === "money" && (bucket.currency ?? profile.currency) === tariff.currency
      : bucket.unit !== "money";
  return tariff.bonusRules.flatMap((rule, place) => {
    const from = bucketOf(bucketId);
    const bucket = bucketOf(rule.bonusBucketId);
    const isMet = rule.bucketId === bucketId && isValidAt(rule, at) && isWithin(rule, toppedUp);
    if (!isMet || from == null || bucket == null || !isOf(from, rule.amountMin)) return [];
    const { bonus, ruleId, extendsValiditySeconds } = rule;
    const isSame = bucket.unit === from.unit && bucket.currency === from.currency;
    const isFit = bonus.kind === "percent" ? isSame : isOf(bucket, bonus.quantity);
    const amount = isFit ? bonusAmount(bonus, toppedUp) : 0;
    if (amount === 0) return [];
    return [{ ruleId, bucket, amount, extendsValiditySeconds, publication: version, place }];
  });
};

const isWithin = ({ amountMin, amountMax }: BonusRule, amount: number): boolean =>
  amount > 0 && amount >= amountMin.amount && amount <= amountMax.amount;
