// What a refund gave back, as Lua answered (store/refund-answer.ts).

import { ruleSlots } from "../balance/companions.ts";
import { counterCell, type Profile } from "../balance/profile.ts";
import { verbs } from "../cdr/journal-numbers.ts";
import { readRefund } from "../cdr/refund-answer.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { AskedOperation } from "../store/journal-asked.ts";
import type { RefundExplained } from "./explanation.ts";
import { counterNamed } from "./names.ts";

/** Undefined: it is none, or its answer cannot be read, which is a problem of its own. */
export const refundExplained = (
  profile: Profile,
  { verb, code, answer }: AskedOperation,
): RefundExplained | undefined => {
  if (verb !== verbs.refund || code !== resultCodes.SUCCESS.number) return undefined;
  try {
    const { cost, counted, refundedRequestId: requestId, refundedUnits } = readRefund(answer);
    const { currency } = profile;
    return {
      requestId,
      money: { id: "", unit: "money", currency, amount: cost },
      units: refundedUnits.map(({ ratingGroup, refundedUnit: amount }) => {
        return { ratingGroup, amount };
      }),
      counted: counted.map(({ cell, amount }) => ({ ...countedNamed(profile, cell), amount })),
    };
  } catch {
    return undefined;
  }
};

const cellOf = ({ buckets }: Profile, slot: number) => counterCell(buckets.length, slot);

const countedNamed = (profile: Profile, cell: number) => {
  const rule = profile.rules.find((one) => {
    return ruleSlots(profile, one).some((slot) => cellOf(profile, slot) === cell);
  });
  if (rule === undefined) return { ...counterNamed(profile, cell), ofRule: false };
  return { id: rule.ruleId, unit: "money", currency: profile.currency, ofRule: true } as const;
};
