// What is asked besides sessions: events and their refunds, questions, and what the business side
// does: top-ups, adjustments, transfers.

import type { AnyRequest } from "../direct-engine.ts";
import type { Deck } from "./deck.ts";
import type { Dice } from "./dice.ts";
import { saidOf } from "./elements.ts";

/** How often each is asked, beside sessions. */
export const onceKinds = {
  event: 8,
  refund: 3,
  priceEnquiry: 2,
  queryBalance: 2,
  topUp: 6,
  adjust: 2,
  transfer: 5,
  settleDues: 1,
} as const;

type Context = {
  readonly dice: Dice;
  readonly deck: Deck;
  readonly accountIds: readonly string[];
  readonly bucketIdsOf: (accountId: string) => readonly string[];
  /** Ids of events that were sent, the newest last, and whose they are. */
  readonly events: readonly { readonly accountId: string; readonly requestId: string }[];
  readonly requestId: string;
  readonly now: number;
};

export const onceRequest = (kind: keyof typeof onceKinds, context: Context): AnyRequest => {
  const { dice, now, requestId } = context;
  const accountId = dice.pick(context.accountIds);
  const subscriberIdentifier = `msisdn-${accountId}`;
  switch (kind) {
    case "event":
      return { operation: "event", request: { requestId, ...eventOf(context, accountId) } };
    case "refund":
      return refundOf(context);
    case "priceEnquiry":
      return { operation: "priceEnquiry", request: eventOf(context, accountId) };
    case "queryBalance":
      return { operation: "queryBalance", request: { subscriberIdentifier } };
    case "topUp":
    case "adjust":
      return creditOf(context, kind, accountId);
    case "transfer":
      return transferOf(context, accountId);
    case "settleDues": {
      const usedFrom = dice.chance(0.5) ? 0 : now - dice.below(3_600_000);
      return { operation: "settleDues", request: { accountId, usedFrom } };
    }
  }
};

const eventOf = ({ deck, dice, now }: Context, accountId: string) => ({
  subscriberIdentifier: `msisdn-${accountId}`,
  eventTimestamp: dice.chance(0.9) ? now : now - dice.below(400_000),
  usedUnits: dice
    .shuffle(deck.ratingGroups)
    .slice(0, 1 + dice.below(2))
    .map((ratingGroup) => ({ ratingGroup, usedUnit: dice.below(dice.pick([5, 500, 20_000])) })),
  serviceInformation: saidOf(dice, deck),
});

const refundOf = ({ accountIds, dice, events, now, requestId }: Context): AnyRequest => {
  const recent = events.slice(-40);
  const event = dice.pick(recent) ?? { accountId: dice.pick(accountIds), requestId: "none" };
  const request = {
    requestId,
    refundedRequestId: event.requestId,
    subscriberIdentifier: `imsi-${event.accountId}`,
    eventTimestamp: now,
    usedUnits: dice.chance(0.6) ? [] : [{ ratingGroup: 10, usedUnit: 1 + dice.below(100) }],
  };
  return { operation: "refund", request };
};

const creditOf = (
  { bucketIdsOf, dice, now, requestId }: Context,
  operation: "topUp" | "adjust",
  accountId: string,
): AnyRequest => {
  const bucketId = dice.pick([...bucketIdsOf(accountId), "main"]);
  const amount = dice.below(dice.pick([50, 5_000, 200_000]));
  const extendsValiditySeconds = dice.chance(0.9) ? 0 : 1 + dice.below(600);
  const requestedAt = dice.chance(0.7) ? 0 : now - dice.below(10_000);
  const request = { requestId, accountId, bucketId, extendsValiditySeconds, requestedAt };
  if (operation === "topUp") return { operation, request: { ...request, amount } };
  const signed = dice.chance(0.7) ? -amount : amount;
  return { operation, request: { ...request, amount: signed, reason: "goodwill" } };
};

const transferOf = (context: Context, fromAccountId: string): AnyRequest => {
  const { accountIds, bucketIdsOf, dice, now, requestId } = context;
  const toAccountId = dice.pick(accountIds);
  const bucketId = dice.pick([...bucketIdsOf(fromAccountId), "main"]);
  const isSame = dice.chance(0.8);
  const request = {
    ...{ requestId, fromAccountId, toAccountId },
    fromBucketId: bucketId,
    toBucketId: isSame ? bucketId : dice.pick([...bucketIdsOf(toAccountId), "gone"]),
    amount: dice.below(dice.pick([20, 2_000])),
    kind: dice.pick(["transfer", "gift"] as const),
    fee: dice.chance(0.7) ? 0 : dice.below(50),
    requestedAt: dice.chance(0.7) ? 0 : now,
  };
  return { operation: "transfer", request };
};
