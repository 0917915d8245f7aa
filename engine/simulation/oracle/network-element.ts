// A network element with one subscriber: uses second by second what it is allowed to, reports when
// a grant is used up or its time is over, and tells use before and after a change of the tariff
// apart (TS 32.299, 6.5.6), as far as it can.

import type { AnswerOf, RequestOf } from "../../protocol/operations.ts";
import { resultCodes } from "../../protocol/result-codes.ts";
import type { Random } from "../../values/random.ts";
import type { AnyRequest } from "../direct-engine.ts";
import { between, onceIn } from "./deal.ts";
import type { SessionSpec } from "./deal-account.ts";
import { voiceGroup } from "./deal-market.ts";

type Answer = AnswerOf<"update">;

export type NetworkElement = {
  /** What it says at the beginning of the second; undefined: nothing. */
  speak(at: number): AnyRequest | undefined;
  /** Units granted. */
  hear(at: number, answer: Answer): number;
  /** Units that it uses in the second from `at` on. */
  use(at: number): number;
  isOver(): boolean;
};

type Wire = {
  sequence: number;
  left: number;
  validUntil: number;
  change: number;
  isFinal: boolean;
  before: number;
  after: number;
  state: "idle" | "open" | "over";
};

const secondMs = 1_000;

export const createElement = (
  random: Random,
  names: { readonly sessionId: string; readonly subscriberIdentifier: string },
  spec: SessionSpec,
): NetworkElement => {
  const wire: Wire = {
    ...{ sequence: 0, left: 0, validUntil: 0, change: 0, isFinal: false },
    ...{ before: 0, after: 0, state: "idle" },
  };
  return {
    isOver: () => wire.state === "over",
    speak: (at) => {
      const operation = nextOperation(random, spec, wire, at);
      if (operation === undefined) return undefined;
      const request = { ...names, ...messageOf(random, spec, wire, operation, at) };
      wire.state = operation === "terminate" ? "over" : "open";
      wire.sequence++;
      wire.before = 0;
      wire.after = 0;
      return { operation, request };
    },
    hear: (at, { multipleUnitInformation }) => {
      const granted = multipleUnitInformation[0]!;
      wire.left = granted.grantedUnit;
      wire.isFinal = granted.finalUnitIndication;
      wire.change = granted.tariffTimeChange;
      const isRefused = granted.resultCode !== resultCodes.SUCCESS.number || wire.left === 0;
      // Who gets nothing asks again after a while.
      const seconds = isRefused ? between(random, 5, 60) : granted.validityTime;
      wire.validUntil = at + seconds * secondMs;
      return wire.left;
    },
    use: (at) => {
      if (wire.state !== "open") return 0;
      const wanted = spec.ratingGroup === voiceGroup ? 1 : demand(random);
      const units = Math.min(wanted, wire.left);
      wire.left -= units;
      if (wire.change > 0 && at < wire.change) wire.before += units;
      else wire.after += units;
      return units;
    },
  };
};

/** Octets in a second: nothing now and then. */
const demand = (random: Random): number => (onceIn(random, 3) ? 0 : between(random, 1, 20));

const nextOperation = (random: Random, spec: SessionSpec, wire: Wire, at: number) => {
  if (wire.state === "over") return undefined;
  if (wire.state === "idle") return at === spec.beginsAt ? "initiate" : undefined;
  if (at >= spec.endsAt) return "terminate";
  const isUsedUp = wire.left === 0 && wire.before + wire.after > 0;
  if (isUsedUp && wire.isFinal && spec.endsOnFinal) return "terminate";
  // Now and then something else than the quota makes it report.
  return isUsedUp || at >= wire.validUntil || onceIn(random, 400) ? "update" : undefined;
};

const messageOf = (
  random: Random,
  { ratingGroup, isAware }: SessionSpec,
  { sequence, before, after, change }: Wire,
  operation: "initiate" | "update" | "terminate",
  at: number,
): Omit<RequestOf<"update">, "sessionId" | "subscriberIdentifier"> => {
  const hasChanged = change > 0 && change <= at && before > 0;
  const usedBefore = hasChanged ? [{ usedUnit: before, until: change }] : [];
  const usedUnit = hasChanged ? after : before + after;
  const isReport = operation !== "initiate";
  return {
    sequence,
    eventTimestamp: at,
    multipleUnitUsage: [
      {
        ratingGroup,
        requestedUnit:
          operation === "terminate" ? null : onceIn(random, 2) ? 0 : between(random, 1, 900),
        usedUnit: isReport ? usedUnit : null,
        usedBefore,
      },
    ],
    serviceInformation: null,
    isTariffTimeChangeSupported: isAware,
  };
};
