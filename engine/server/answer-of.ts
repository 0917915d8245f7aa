// The bytes that Lua answered with, as the message that the peer gets.

import { readRefund } from "../cdr/refund-answer.ts";
import { findGrant, readCost } from "../cdr/session-state.ts";
import { answerMessage, type WireMessage } from "../protocol/messages.ts";
import {
  type AnswerOf,
  answerOffset,
  finalUnitActions,
  operations,
} from "../protocol/operations.ts";
import type { CompiledRatingGroup } from "../rating/compiled-tariff.ts";
import { quotaThreshold } from "../rating/quota-threshold.ts";
import { readBonuses } from "../store/bonus-bytes.ts";
import type { Task } from "../store/task.ts";
import { balanceOf } from "./balance-of.ts";

export type RatingGroupOf = (
  publication: number,
  ratingGroup: number,
) => CompiledRatingGroup | undefined;
type Grant = NonNullable<ReturnType<typeof findGrant>>;

/** `bytes` is read at once and not kept. */
export const answerOf = (task: Task, bytes: Buffer, ratingGroupOf: RatingGroupOf): WireMessage => {
  switch (task.operation) {
    case "initiate":
    case "update":
    case "terminate":
      return sessionAnswer(task, bytes, ratingGroupOf);
    case "event":
      return answerMessage("event", task.correlation, { cost: bytes.readDoubleLE(0) });
    case "refund": {
      const { cost, refundedUnits } = readRefund(bytes);
      return answerMessage("refund", task.correlation, { refundedCost: cost, refundedUnits });
    }
    case "priceEnquiry":
      return answerMessage("priceEnquiry", task.correlation, enquiryAnswer(task, bytes));
    case "topUp":
      return answerMessage("topUp", task.correlation, {
        ...creditedOf(bytes),
        bonuses: readBonuses(bytes.subarray(creditLength)),
      });
    case "adjust":
      return answerMessage("adjust", task.correlation, creditedOf(bytes));
    case "queryBalance":
      return answerMessage("queryBalance", task.correlation, balanceOf(task, bytes));
    case "settleDues":
      return answerMessage("settleDues", task.correlation, { changedBuckets: bytes[0]! });
    case "putAccount":
    case "publishTariff":
    case "putRateDeckPart":
    case "publishRateDeck":
    case "acknowledgeNotice":
    case "requestNotice":
    case "transfer":
    case "settleTransfer":
    case "explain":
      throw new Error(`${task.operation} is no task of a shard`);
  }
};

const creditLength = 24;

/** `bytes`: lua/lib/apply-credit.lua. */
const creditedOf = (bytes: Buffer) => ({
  remaining: bytes.readDoubleLE(0),
  reserved: bytes.readDoubleLE(8),
  validUntil: bytes.readDoubleLE(16),
});

/** As lua/lib/price-enquiry.lua packs it. */
const enquiryAnswer = ({ usage }: Task, bytes: Buffer): AnswerOf<"priceEnquiry"> => ({
  cost: bytes.readDoubleLE(0),
  isCreditSufficient: bytes[8] === 1,
  ratingGroupCosts: usage.map(({ ratingGroup }, index) => {
    const at = 9 + 18 * index;
    const resultCode = bytes.readUInt16LE(at);
    const cost = bytes.readDoubleLE(at + 2);
    return { ratingGroup, resultCode, cost, coveredUnit: bytes.readDoubleLE(at + 10) };
  }),
});

/**
 * Of the groups that the message named, in its order; written without objects, for the hot path.
 */
const sessionAnswer = (task: Task, bytes: Buffer, ratingGroupOf: RatingGroupOf): WireMessage => {
  const { usage } = task;
  const grants = new Array<unknown>(usage.length);
  for (let i = 0; i < usage.length; i++) {
    const grant = findGrant(bytes, usage[i]!.ratingGroup)!;
    const wire: unknown[] = [
      grant.ratingGroup,
      grant.resultCode,
      grant.grantedUnit,
      grant.validityTime,
      grant.finalUnitIndication,
    ];
    const group = ratingGroupOf(grant.publication, grant.ratingGroup);
    if (group !== undefined && grant.grantedUnit > 0) addQuotaControl(wire, grant, group);
    grants[i] = wire;
  }
  const { number } = operations[task.operation];
  return [answerOffset + number, task.correlation, readCost(bytes), grants];
};

/** What the network needs besides units and time, from the tariff that priced the grant. */
const addQuotaControl = (wire: unknown[], grant: Grant, group: CompiledRatingGroup): void => {
  const { grantedUnit, finalUnitIndication: isFinal, tariffTimeChange } = grant;
  const { quotaThresholdPercent: percent, quotaHoldingTimeSeconds: holdingTime } = group;
  // Of the last units nothing more can be asked for before they are used.
  const threshold = isFinal ? 0 : quotaThreshold(grantedUnit, percent);
  if (isFinal) {
    wire.push(0, holdingTime, tariffTimeChange * 1_000, finalUnitOf(group));
  } else if (threshold > 0 || holdingTime > 0 || tariffTimeChange > 0) {
    wire.push(threshold, holdingTime, tariffTimeChange * 1_000);
  }
};

const finalUnitOf = ({ finalUnit }: CompiledRatingGroup): readonly unknown[] => {
  const action = finalUnitActions.indexOf(finalUnit.action);
  if (finalUnit.action === "redirect") return [action, finalUnit.address, []];
  return [action, null, finalUnit.action === "restrict" ? finalUnit.filterIds : []];
};
