// One rating group of a message in lines: what was used and what it cost, then what was granted.

import { resultCodeName, resultCodes } from "../protocol/result-codes.ts";
import { amountText, momentText } from "./amount-text.ts";
import { paidLines, standingLines } from "./describe-buckets.ts";
import { priceLines } from "./describe-price.ts";
import type {
  ChargeExplained,
  CountExplained,
  GrantExplained,
  UseExplained,
} from "./explanation.ts";
import type { Line } from "./line.ts";

export const useLines = (use: UseExplained): readonly Line[] => {
  const { charge, code, grant, isRefused, ratingGroup } = use;
  if (isRefused && charge === undefined && code === 0) {
    return [{ topic: "use", text: `rating group ${ratingGroup}: not looked at any more` }];
  }
  const named = new Set([...(charge?.given ?? []), ...(grant?.given ?? [])].map(({ id }) => id));
  return [
    { topic: "use", text: `rating group ${ratingGroup}: ${usedText(use)}` },
    ...priceLines(use),
    ...(charge === undefined ? [] : chargeLines(use, charge)),
    ...(grant === undefined ? [] : grantLines(use, grant)),
    ...refusalLines(use),
    ...standingLines(use, named),
  ];
};

const usedText = ({ charge, currency, unit, code, isRefused }: UseExplained): string => {
  if (charge === undefined && isRefused) return "refused";
  if (charge === undefined) return code === 0 ? "nothing to settle" : "nothing used";
  const { used, costMicros } = charge;
  if (isRefused) return `${amountText(used, unit, "")} asked for, nothing is charged`;
  return `${amountText(used, unit, "")} used, ${amountText(costMicros, "money", currency)}`;
};

const chargeLines = (use: UseExplained, charge: ChargeExplained): readonly Line[] => {
  const { overrun, counts } = charge;
  const over = amountText(overrun, use.unit, "");
  const lost = use.isRefused
    ? `${over} more were asked for than anything is left for`
    : `${over} more were used than anything was left for; not debited`;
  return [
    ...paidLines(use, charge, use.isRefused ? "would give" : "gave"),
    ...(overrun > 0 ? [{ topic: "bucket", text: `none: ${lost}` } as const] : []),
    ...counts.map((count): Line => ({ topic: "counter", text: countText(count) })),
  ];
};

const countText = (count: CountExplained): string => {
  const { id, unit, currency, before, after, period, statusBefore, statusAfter } = count;
  const [from, to] = [before, after].map((amount) => amountText(amount, unit, currency));
  const which = period === 0 ? "" : ` in its period ${period}`;
  const isCrossed = statusBefore !== statusAfter;
  const status = isCrossed ? `; its status is now ${statusAfter ?? "none"}` : "";
  return `${id} from ${from} to ${to}${which}${status}`;
};

const grantLines = (use: UseExplained, grant: GrantExplained): readonly Line[] => [
  { topic: "grant", text: grantText(use, grant) },
  ...paidLines(use, grant, "holds"),
  ...(grant.units === 0 ? [] : validityLines(use, grant)),
];

const grantText = ({ unit }: UseExplained, grant: GrantExplained): string => {
  const { units, wanted, quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax } = grant;
  const text = (amount: number) => amountText(amount, unit, "");
  const bounds = `allowed are ${text(quotaUnitsMin)} to ${text(quotaUnitsMax)} at a time`;
  const chosen = "chosen by what was used of the grant before";
  const quota = wanted === quotaUnitsDefault ? "the tariff's quota" : bounds;
  const why = grant.isChosen ? chosen : quota;
  if (units === wanted && !grant.isChosen) return `${text(units)} (${why})`;
  const left = grant.isFinal && units > 0 ? "; it is all that is left" : "";
  const rest = grant.isShared ? "; the rest is the share of other sessions" : left;
  return `${text(units)} of ${text(wanted)} wanted (${why})${rest}`;
};

const validityLines = (
  { tariff }: UseExplained,
  { validityTime, validityTimeMax, change }: GrantExplained,
): readonly Line[] => {
  const timeZone = tariff?.timeZone ?? "UTC";
  const why =
    validityTime === validityTimeMax
      ? "as the tariff has it"
      : `of ${validityTimeMax} s by the tariff: price or buckets change then`;
  const changeAt = momentText(timeZone, 1_000 * change);
  const told = `the price changes at ${changeAt}, which the grant tells`;
  return [
    { topic: "validity", text: `${validityTime} s, ${why}` },
    ...(change === 0 ? [] : [{ topic: "validity", text: told } as const]),
  ];
};

const refusalLines = ({ code, isRefused }: UseExplained): readonly Line[] => {
  const name = resultCodeName(code);
  if (name === undefined || name === "SUCCESS") return [];
  const topic = isRefused ? "refusal" : "grant";
  return [{ topic, text: `${code} ${name}: ${resultCodes[name].meaning}` }];
};
