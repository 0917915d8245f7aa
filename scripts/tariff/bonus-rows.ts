// The bonus rules of a tariff for people: which top-up brings what, and until when.

import { wholeFigure } from "../../bench/report/table.ts";
import type { BonusRule, Quantity } from "../../engine/rating/bonus.ts";
import type { CompiledTariff } from "../../engine/rating/compiled-tariff.ts";
import { formatAmount } from "../seed/amounts.ts";
import { localMoment } from "./local-moment.ts";

export const bonusRows = (tariff: CompiledTariff): readonly (readonly [string, string])[] =>
  tariff.bonusRules.map((rule) => ["bonus", `${rule.ruleId}: ${ruleText(tariff, rule)}`]);

const ruleText = (tariff: CompiledTariff, rule: BonusRule): string => {
  const { amountMin, amountMax, bonus, bonusBucketId, bucketId } = rule;
  const text = (quantity: Quantity) => quantityText(quantity, tariff.currency);
  const most = amountMax.amount === Number.MAX_SAFE_INTEGER ? "" : ` to ${text(amountMax)}`;
  const brings =
    bonus.kind === "percent"
      ? `${bonus.percent} %`
      : text(bonus.quantity) + (bonus.perAmount ? ` for each ${text(bonus.perAmount)}` : "");
  const topUp = `${bucketId} topped up by ${text(amountMin)}${most || " or more"}`;
  return `${topUp} brings ${brings} to ${bonusBucketId}${datesText(tariff, rule)}`;
};

const datesText = ({ timeZone }: CompiledTariff, { validFrom, validUntil }: BonusRule): string => {
  const from = validFrom === 0 ? "" : `, from ${localMoment(timeZone, validFrom)}`;
  const isOpen = validUntil === Number.MAX_SAFE_INTEGER;
  return isOpen ? from : `${from} until ${localMoment(timeZone, validUntil)}`;
};

const quantityText = ({ amount, isMoney }: Quantity, currency: string): string =>
  isMoney ? formatAmount(amount, "money", currency) : `${wholeFigure(amount)} units`;
