// The naive model's bonus rules, read from the document itself.

import type { ModelAccount, ModelBonusRule, ModelBucket } from "./model-account.ts";
import { inEffect, isAt, type Published } from "./model-price.ts";

export type ModelBonus = {
  readonly ruleId: string;
  readonly bucketId: string;
  readonly amount: bigint;
  readonly seconds: number;
};

type TopUp = { readonly bucketId: string; readonly amount: number };

export const modelBonuses = (
  account: ModelAccount,
  published: readonly Published[],
  topUp: TopUp,
  now: number,
): readonly ModelBonus[] => {
  const rules = account.profile.products
    .filter((product) => isAt(product, now))
    .map(({ tariffId }) => inEffect(published, tariffId, now)?.tariff)
    .find((tariff) => tariff?.bonusRules.some(({ bucketId }) => bucketId === topUp.bucketId));
  if (rules === undefined) return [];
  return rules.bonusRules.flatMap((rule) => bonusBy(account, rule, rules.currency, topUp));
};

const bonusBy = (
  { buckets, profile }: ModelAccount,
  rule: ModelBonusRule,
  currency: string,
  { bucketId, amount }: TopUp,
): ModelBonus[] => {
  const find = (id: string) => buckets.find((one) => one?.bucketId === id);
  const from = find(bucketId);
  const to = find(rule.bonusBucketId);
  if (rule.bucketId !== bucketId || from == null || to == null) return [];
  const fits = ({ unit, currency: own }: ModelBucket, quantity: number | string) =>
    typeof quantity === "string"
      ? unit === "money" && (own ?? profile.currency) === currency
      : unit !== "money";
  const isMet =
    fits(from, rule.amountMin) &&
    BigInt(amount) >= unitsOf(rule.amountMin) &&
    (rule.amountMax === undefined || BigInt(amount) <= unitsOf(rule.amountMax));
  if (!isMet) return [];
  const given = { ruleId: rule.ruleId, bucketId: to.bucketId };
  const seconds = rule.extendsValiditySeconds ?? 0;
  if (rule.bonusPercent !== undefined) {
    const share = (BigInt(amount) * BigInt(rule.bonusPercent)) / 100n;
    const isSame = from.unit === to.unit && from.currency === to.currency;
    return isSame && share > 0n ? [{ ...given, amount: share, seconds }] : [];
  }
  const times = rule.perAmount === undefined ? 1n : BigInt(amount) / unitsOf(rule.perAmount);
  const units = unitsOf(rule.bonusAmount!) * times;
  return fits(to, rule.bonusAmount!) && units > 0n && amount > 0
    ? [{ ...given, amount: units, seconds }]
    : [];
};

const unitsOf = (quantity: number | string): bigint =>
  typeof quantity === "number" ? BigInt(quantity) : BigInt(Math.round(Number(quantity) * 1e6));
