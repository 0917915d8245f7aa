// Network elements: each session follows what it was granted, reports what was used of it, asks for
// more, ends. Now and then one strays, or forgets.

import type { RequestOf } from "../../protocol/operations.ts";
import type { AnyRequest } from "../direct-engine.ts";
import type { ModelAnswer } from "../model-account.ts";
import type { Deck } from "./deck.ts";
import type { Dice } from "./dice.ts";

type Verb = "initiate" | "update" | "terminate";
type Granted = { readonly units: number; readonly changesAt: number };

export type ElementSession = {
  readonly accountId: string;
  readonly subscriberIdentifier: string;
  readonly sessionId: string;
  readonly ratingGroups: readonly number[];
  readonly isAware: boolean;
  sequence: number;
  granted: Map<number, Granted>;
  /** Its next message waits for the answer to this one. */
  isBusy: boolean;
  isOver: boolean;
};

export const newSession = (dice: Dice, deck: Deck, accountId: string, sessionId: string) => {
  const groups = dice.shuffle(deck.ratingGroups);
  const session: ElementSession = {
    accountId,
    subscriberIdentifier: `${dice.pick(["msisdn", "imsi"])}-${accountId}`,
    sessionId,
    // Of one rating group is the common case, and has a way of its own in Lua.
    ratingGroups: groups.slice(0, dice.chance(0.6) ? 1 : dice.below(4)),
    isAware: dice.chance(0.5),
    sequence: 0,
    granted: new Map(),
    isBusy: false,
    isOver: false,
  };
  return session;
};

export const sessionMessage = (
  dice: Dice,
  deck: Deck,
  session: ElementSession,
  now: number,
): AnyRequest => {
  const { sequence, sessionId, subscriberIdentifier } = session;
  const isLast = dice.chance(0.18);
  const operation: Verb = sequence === 0 ? "initiate" : isLast ? "terminate" : "update";
  const named = session.ratingGroups.filter(() => dice.chance(0.9));
  const request: RequestOf<"update"> = {
    ...{ sessionId, sequence, subscriberIdentifier },
    eventTimestamp: clockOf(dice, now),
    multipleUnitUsage: named.map((ratingGroup) => {
      const requestedUnit = dice.chance(0.1) ? null : requested(dice);
      const usage = { ratingGroup, requestedUnit, usedUnit: null };
      return operation === "initiate"
        ? usage
        : { ...usage, ...used(dice, session, ratingGroup, now) };
    }),
    serviceInformation: saidOf(dice, deck),
    isTariffTimeChangeSupported: session.isAware,
    isAllOrNothing: dice.chance(0.15),
  };
  return { operation, request };
};

/** The clock of a network element, too, is a little off. */
const clockOf = (dice: Dice, now: number): number =>
  dice.chance(0.9) ? now : now - 2_000 + dice.below(dice.chance(0.9) ? 4_000 : 13_000);

const requested = (dice: Dice): number =>
  dice.chance(0.7) ? 0 : dice.chance(0.9) ? dice.below(8_000) : 2 ** dice.below(53);

/** Of what was granted; what was used before a change that the grant told of, apart. */
const used = (dice: Dice, session: ElementSession, ratingGroup: number, now: number) => {
  const granted = session.granted.get(ratingGroup);
  if (granted === undefined) return dice.chance(0.8) ? {} : { usedUnit: dice.below(3_000) };
  const part = dice.pick([0, 0.3, 1, 1, 1, 1.25]);
  const units = Math.min(Number.MAX_SAFE_INTEGER, Math.floor(part * granted.units));
  const { changesAt } = granted;
  const isTold = changesAt > 0 && changesAt <= now - 15_000;
  if (!isTold) return { usedUnit: units };
  const before = Math.floor(units / 2);
  return { usedUnit: units - before, usedBefore: [{ usedUnit: before, until: changesAt }] };
};

export const saidOf = (dice: Dice, { calledNumbers, servingNetworks }: Deck) => {
  if (dice.chance(0.7)) return null;
  const calledPartyAddress = dice.chance(0.1) ? "112" : dice.pick(calledNumbers);
  return { calledPartyAddress, servingNetwork: dice.pick(servingNetworks) };
};

/** What the element makes of the answer; undefined: it gave up waiting. */
export const takeAnswer = (
  session: ElementSession,
  { operation }: AnyRequest,
  answer: ModelAnswer | undefined,
): void => {
  session.isBusy = false;
  // Without an answer it does not know where the session stands.
  if (answer === undefined || answer.code !== "SUCCESS" || operation === "terminate") {
    session.isOver = true;
    return;
  }
  session.sequence++;
  const { multipleUnitInformation: told } = answer.fields as ToldOf;
  for (const { ratingGroup, grantedUnit, tariffTimeChange, resultCode } of told) {
    const granted = { units: grantedUnit, changesAt: tariffTimeChange };
    if (grantedUnit > 0) session.granted.set(ratingGroup, granted);
    else session.granted.delete(ratingGroup);
    if (resultCode === unknownSession) session.isOver = true;
  }
};

const unknownSession = 5002;
type ToldOf = {
  readonly multipleUnitInformation: readonly {
    readonly ratingGroup: number;
    readonly resultCode: number;
    readonly grantedUnit: number;
    readonly tariffTimeChange: number;
  }[];
};

/** Not what should come: a message from before, one too many, or the same key with another body. */
export const strayOf = (dice: Dice, asked: AnyRequest): AnyRequest => {
  const { operation, request } = asked;
  switch (operation) {
    case "initiate":
    case "update":
    case "terminate": {
      const kind = dice.below(4);
      if (kind === 0) return asked;
      if (kind === 1) return { operation, request: { ...request, sequence: request.sequence + 1 } };
      if (kind === 2 && operation !== "initiate") return { operation: "update", request };
      const eventTimestamp = request.eventTimestamp - 1;
      return { operation, request: { ...request, eventTimestamp } };
    }
    case "event":
    case "refund": {
      if (dice.chance(0.5)) return asked;
      const eventTimestamp = request.eventTimestamp - 1;
      return { operation, request: { ...request, eventTimestamp } } as AnyRequest;
    }
    case "topUp":
      if (dice.chance(0.5)) return asked;
      return { operation, request: { ...request, amount: request.amount + 1 } };
    case "transfer":
      if (dice.chance(0.7)) return asked;
      return { operation, request: { ...request, amount: request.amount + 1 } };
    case "adjust":
    case "settleTransfer":
    case "priceEnquiry":
    case "queryBalance":
    case "settleDues":
    case "putAccount":
    case "publishTariff":
    case "putRateDeckPart":
    case "publishRateDeck":
    case "explain":
    case "acknowledgeNotice":
    case "requestNotice":
      return asked;
  }
};
