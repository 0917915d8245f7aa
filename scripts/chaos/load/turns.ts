// What happens to an account in one turn: a session, an event that may be refunded, money that
// comes, goes or moves, or a session that is abandoned. Which, chance decides.

import type { Client } from "../../../engine/protocol/client/client.ts";
import type { AnswerOf, RequestOf } from "../../../engine/protocol/operations.ts";
import { resultCodes } from "../../../engine/protocol/result-codes.ts";
import { nextBelow, type Random } from "../../../engine/values/random.ts";
import type { Asking } from "./asking.ts";
import { cent, expiryMsMax, groups, mebi } from "./operator.ts";

export type Turns = {
  readonly network: Client;
  readonly business: Client;
  readonly asking: Asking;
  readonly random: Random;
  readonly accountIds: readonly string[];
  /** A new number each time, for ids. */
  readonly number: () => number;
};

const session = (
  accountId: string,
  sessionId: string,
  sequence: number,
  usage: RequestOf<"update">["multipleUnitUsage"][number],
): RequestOf<"update"> => ({
  sessionId,
  sequence,
  subscriberIdentifier: `msisdn-${accountId}`,
  eventTimestamp: Date.now(),
  multipleUnitUsage: [usage],
  serviceInformation: null,
});

/** `wants`: null ends it, 0 leaves how much to the tariff. */
const usageOf = (ratingGroup: number, requestedUnit: number | null, usedUnit: number | null) => ({
  ratingGroup,
  requestedUnit,
  usedUnit,
});

const playSession = async (turns: Turns, accountId: string): Promise<void> => {
  const { asking, network, random } = turns;
  const sessionId = `s${turns.number()}`;
  const updates = 1 + nextBelow(random, 3);
  const cost = (answer: AnswerOf<"update">) => [{ accountId, micros: -answer.cost }];
  const first = session(accountId, sessionId, 0, usageOf(groups.web, 0, null));
  const opening = { verb: "initiate", accountId, operationId: sessionId, sequence: 0 } as const;
  await asking.ask(opening, () => network.initiate(first), cost);
  for (let sequence = 1; sequence <= updates; sequence++) {
    const used = nextBelow(random, 4 * mebi);
    const report = session(accountId, sessionId, sequence, usageOf(groups.web, 0, used));
    const operation = { ...opening, verb: "update", sequence } as const;
    await asking.ask(operation, () => network.update(report), cost);
  }
  const sequence = updates + 1;
  const used = nextBelow(random, mebi);
  const last = session(accountId, sessionId, sequence, usageOf(groups.web, null, used));
  const closing = { ...opening, verb: "terminate", sequence } as const;
  await asking.ask(closing, () => network.terminate(last), cost);
};

const abandonSession = async (turns: Turns, accountId: string): Promise<void> => {
  const { asking, network } = turns;
  const sessionId = `a${turns.number()}`;
  const first = session(accountId, sessionId, 0, usageOf(groups.abandoned, 0, null));
  const operation = { verb: "initiate", accountId, operationId: sessionId, sequence: 0 } as const;
  await asking.ask(
    operation,
    () => network.initiate(first),
    ({ cost }) => [{ accountId, micros: -cost }],
  );
  // Repeated after its end it would open another one: what counts is the last time it was asked.
  asking.books.abandon({ accountId, sessionId, endsBefore: Date.now() + expiryMsMax });
};

const playEvent = async (turns: Turns, accountId: string): Promise<void> => {
  const { asking, network, random } = turns;
  const requestId = `e${turns.number()}`;
  const subscriber = { subscriberIdentifier: `msisdn-${accountId}`, serviceInformation: null };
  const usedUnits = [{ ratingGroup: groups.message, usedUnit: 1 + nextBelow(random, 3) }];
  const event = { requestId, ...subscriber, eventTimestamp: Date.now(), usedUnits };
  const operation = { verb: "event", accountId, operationId: requestId, sequence: 0 } as const;
  const isCharged = await asking.ask(
    operation,
    () => network.event(event),
    ({ cost }) => [{ accountId, micros: -cost }],
  );
  if (!isCharged || nextBelow(random, 3) > 0) return;
  const refund = {
    requestId: `r${turns.number()}`,
    subscriberIdentifier: subscriber.subscriberIdentifier,
    eventTimestamp: Date.now(),
    refundedRequestId: requestId,
  };
  await asking.ask(
    { ...operation, verb: "refund", operationId: refund.requestId, follows: requestId },
    () => network.refund(refund),
    ({ refundedCost }) => [{ accountId, micros: refundedCost }],
  );
};

const movement = (verb: "topUp" | "adjust" | "transferOut", accountId: string, number: number) => {
  const requestId = `m${number}`;
  return { requestId, operation: { verb, accountId, operationId: requestId, sequence: 0 } };
};

const topUp = async (turns: Turns, accountId: string, amount: number): Promise<void> => {
  const { requestId, operation } = movement("topUp", accountId, turns.number());
  const request = { requestId, accountId, bucketId: "main", amount };
  const change = [{ accountId, micros: amount }];
  await turns.asking.ask(
    operation,
    () => turns.business.topUp(request),
    () => change,
  );
};

const adjust = async (turns: Turns, accountId: string): Promise<void> => {
  const { requestId, operation } = movement("adjust", accountId, turns.number());
  const amount = (nextBelow(turns.random, 41) - 20) * cent || cent;
  const request = { requestId, accountId, bucketId: "main", amount, reason: "chaos" };
  const change = [{ accountId, micros: amount }];
  await turns.asking.ask(
    operation,
    () => turns.business.adjust(request),
    () => change,
  );
};

const transfer = async (turns: Turns, from: string): Promise<void> => {
  const { accountIds, business, random } = turns;
  const to = accountIds[nextBelow(random, accountIds.length)]!;
  if (to === from) return;
  const { requestId, operation } = movement("transferOut", from, turns.number());
  const amount = (1 + nextBelow(random, 50)) * cent;
  const places = { fromAccountId: from, fromBucketId: "main", toAccountId: to, toBucketId: "main" };
  const request = { requestId, ...places, amount, kind: "transfer" } as const;
  await turns.asking.ask(
    operation,
    () => business.transfer(request),
    ({ resultCode }) =>
      // Else it went back to where it came from.
      resultCode === resultCodes.SUCCESS.number
        ? [
            { accountId: from, micros: -amount },
            { accountId: to, micros: amount },
          ]
        : [],
  );
};

/** What an account begins with: enough for hours. */
export const fillAccount = (turns: Turns, accountId: string) =>
  topUp(turns, accountId, 10_000 * 100 * cent);

export const playTurn = async (turns: Turns, accountId: string): Promise<void> => {
  const drawn = nextBelow(turns.random, 100);
  if (drawn < 40) await playSession(turns, accountId);
  else if (drawn < 70) await playEvent(turns, accountId);
  else if (drawn < 78) await topUp(turns, accountId, (1 + nextBelow(turns.random, 500)) * cent);
  else if (drawn < 84) await adjust(turns, accountId);
  else if (drawn < 92) await transfer(turns, accountId);
  else if (turns.asking.books.openUntil(accountId, Date.now()) === 0) {
    await abandonSession(turns, accountId);
  }
};
