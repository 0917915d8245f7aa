// A burn plan as a batch carries it (lua/lib/batch.lua). Plans are written once, shared by every
// account with the same one, and stamped with the batch they last went into: a batch holds each
// plan once.

import type { Profile } from "../balance/profile.ts";
import { spendingEntry } from "../cdr/journal-numbers.ts";
import { priceContextOf, type ServiceInformation } from "../cdr/service-information.ts";
import { limits } from "../limits.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import { type BurnPlan, planBurn } from "../session/burn-plan.ts";
import type { TariffCatalogue } from "../session/price-plan.ts";
import { rulePlace } from "./rule-bytes.ts";

export type WrittenPlan = {
  readonly bytes: Buffer;
  /** Number of the last batch that took it in, and its index there. */
  batch: number;
  index: number;
};

/** Without steps, counters and numbers. */
export const planHeadLength = 10;

export type KeptPlan = {
  /** Another one from the next publication on that open sessions switch to (tariffs.ts). */
  readonly tariffs: TariffCatalogue;
  readonly ratingGroup: number;
  readonly tariffVersion: number;
  readonly plan: BurnPlan;
  readonly written: WrittenPlan;
};

const writtenPlans = new Map<string, WrittenPlan>();

/** The plan for a moment: from `kept` if it still holds, else made anew and kept. */
export const recallPlan = (
  kept: KeptPlan[],
  profile: Profile,
  tariffs: TariffCatalogue,
  ratingGroup: number,
  tariffVersion: number,
  at: number,
  said: ServiceInformation,
  identifier: string,
): KeptPlan => {
  let key: string | undefined;
  for (let i = 0; i < kept.length; i++) {
    const candidate = kept[i]!;
    if (candidate.ratingGroup !== ratingGroup || candidate.tariffVersion !== tariffVersion)
      continue;
    if (candidate.tariffs !== tariffs) continue;
    const { plan } = candidate;
    if (at < plan.validFrom || at >= plan.validUntil) continue;
    if (plan.keyOf === undefined) return candidate;
    // Of one moment all plans come from the same tariff, whatever the context: one key fits all.
    key ??= plan.keyOf(priceContextOf(said, identifier));
    if (plan.contextKey === key) return candidate;
  }
  const context = priceContextOf(said, identifier);
  const plan = planBurn(profile, tariffs, { ratingGroup, tariffVersion, at, context });
  const made = {
    ...{ tariffs, ratingGroup, tariffVersion, plan },
    written: share(planBytes(plan)),
  };
  if (kept.length >= limits.plansKeptPerProfileMax) kept.shift();
  kept.push(made);
  return made;
};

/** The octets say all that decides; what does not go into them changes nothing. */
export const planBytes = (plan: BurnPlan): Buffer => {
  const { steps, counters, refusal } = plan;
  const price = priceNumbers(plan);
  const own = ownValidityNumbers(plan);
  const watches = watchNumbers(plan.watches);
  const sizing = plan.sizing === undefined ? [] : [plan.sizing.min, plan.sizing.max];
  const numbers = [...price, ...own, ...watches, ...sizing];
  const length = planHeadLength + 26 * steps.length + 10 * counters.length + 8 * numbers.length;
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = bytes.writeUInt8(steps.length, 0);
  at = bytes.writeUInt8(counters.length, at);
  at = bytes.writeUInt16LE(price.length, at);
  at = bytes.writeUInt16LE(refusal === undefined ? 0 : resultCodes[refusal].number, at);
  at = bytes.writeUInt8(own.length, at);
  at = bytes.writeUInt16LE(watches.length, at);
  at = bytes.writeUInt8(sizing.length, at);
  for (const step of steps) {
    at = bytes.writeUInt8(step.cell, at);
    at = bytes.writeDoubleLE(step.blockUnits, at);
    at = bytes.writeDoubleLE(step.blockPriceMicros, at);
    at = bytes.writeUInt8(givesAs(step), at);
    at = bytes.writeDoubleLE(step.floor, at);
  }
  for (const counter of counters) {
    at = bytes.writeUInt8(counter.cell, at);
    at = bytes.writeUInt8(counter.isMoney ? 1 : 0, at);
    at = bytes.writeDoubleLE(counter.period, at);
  }
  for (const number of numbers) at = bytes.writeDoubleLE(number, at);
  return bytes;
};

/** As lua/lib/settle.lua reads it: only what is held, new units, by its own validity. */
const givesAs = ({ isUsable, ownValidity }: BurnPlan["steps"][number]): number => {
  if (!isUsable) return 0;
  return ownValidity === undefined ? 1 : 2;
};

const ownValidityNumbers = ({ steps, spending }: BurnPlan): readonly number[] => [
  ...steps.flatMap(({ cell, isUsable, ownValidity }) => {
    if (!isUsable || ownValidity === undefined) return [];
    return [cell, ownValidity.cell, ownValidity.lastsMs];
  }),
  ...spending.flatMap(({ rule, isThere }) => [spendingEntry, rulePlace(rule), isThere ? 1 : 0]),
];

/** As lua/lib/watch.lua reads them. */
export const watchNumbers = (watches: BurnPlan["watches"]): readonly number[] =>
  watches.flatMap(({ cell, stateCell, isMoney, period, cap, thresholds }) => [
    ...[cell, stateCell, isMoney ? 1 : 0, period, cap, thresholds.length],
    ...thresholds.flatMap(({ reachedAt, leftAt }) => [reachedAt, leftAt]),
  ]);

/** As lua/lib/price.lua reads them, then cell and period of the counter that the steps run over. */
const priceNumbers = ({ price, tierCounter }: BurnPlan): readonly number[] => {
  if (price === undefined) return [];
  return [
    price.setupFeeMicros,
    price.minimumMicros,
    price.maximumMicros,
    price.initialBlockUnits,
    price.initialBlockPriceMicros,
    ...price.steps.flatMap((step) => {
      return [step.from, step.blockUnits, step.blockPriceMicros, step.entryFeeMicros];
    }),
    tierCounter?.cell ?? 0,
    tierCounter?.period ?? 0,
  ];
};

/** One object for all with the same octets, stamped with the batch that it last went into. */
export const share = (bytes: Buffer): WrittenPlan => {
  const key = bytes.toString("latin1");
  const known = writtenPlans.get(key);
  if (known !== undefined) return known;
  if (writtenPlans.size >= limits.plansSharedMax) writtenPlans.clear();
  const written = { bytes, batch: 0, index: 0 };
  writtenPlans.set(key, written);
  return written;
};
