// The naive model's idea of when something was used: before the report of it, and by the price
// before where that ended less than a second ago, as grants are told in whole seconds.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import type { ModelAccount } from "./model-account.ts";
import { type ModelPrice, type Published, priceFor } from "./model-price.ts";

type Request = CheckedRequestOf<"update">;
type Usage = Request["multipleUnitUsage"][number];

export type Moments = {
  readonly published: readonly Published[];
  /** Publications up to this one are known. */
  readonly version: number;
  readonly account: ModelAccount;
  readonly request: Request;
};

export const priceAtMoment = (moments: Moments, ratingGroup: number, at: number): ModelPrice => {
  const { account, published, request, version } = moments;
  const { serviceInformation, subscriberIdentifier: subscriber } = request;
  const called = serviceInformation?.calledPartyAddress ?? null;
  return priceFor(account, published, { ratingGroup, version, at, subscriber, called });
};

/** Of what the report names as used, but for what it tells apart as used before. */
export const usedAt = (moments: Moments, { ratingGroup, usedBefore }: Usage): number => {
  const { eventTimestamp: at } = moments.request;
  const { lastPrice } = priceAtMoment(moments, ratingGroup, at);
  const began = at - lastPrice < 1_000 ? lastPrice : at;
  const isToldApart = usedBefore.some(({ until }) => until > began - 1_000);
  const before = priceAtMoment(moments, ratingGroup, began - 1);
  return isToldApart || before.refusal !== undefined ? at : began - 1;
};

/** The earliest moment of all that it tells of. */
export const usedFrom = (moments: Moments): number => {
  const { eventTimestamp, multipleUnitUsage } = moments.request;
  const all = multipleUnitUsage.flatMap((usage) => {
    const isUsed = (usage.usedUnit ?? 0) > 0;
    return [
      ...usage.usedBefore.map(({ until }) => until - 1),
      ...(isUsed ? [usedAt(moments, usage)] : []),
    ];
  });
  return Math.min(eventTimestamp, ...all);
};
