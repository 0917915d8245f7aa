// One operation on its way: from a checked request to the answer that goes back. Made once for each
// message; the shard's queue, the batch and the reply all work on it.

import type { Profile } from "../balance/profile.ts";
import type { ServiceInformation } from "../cdr/service-information.ts";
import type { OperationName } from "../protocol/operations.ts";
import type { Refusal } from "../protocol/result-codes.ts";
import type { Movement } from "./movement.ts";
import type { AccountEntry } from "./profiles.ts";

export type UnitUsage = {
  readonly ratingGroup: number;
  /** 0: the engine chooses; null: no quota is wanted. */
  readonly requestedUnit: number | null;
  readonly usedUnit: number | null;
  /** Used before a change of the tariff, in order of time; each up to a moment, ms since 1970. */
  readonly usedBefore?: readonly UsedBefore[];
  /** As the message has it, where it was told otherwise (tell-as-before.ts). */
  readonly reported?: UnitUsage;
};

export type UsedBefore = { readonly usedUnit: number; readonly until: number };

/** What the shard can do. `verb` is a number of lua-constants.ts. */
export type Task = {
  readonly operation: OperationName;
  readonly correlation: number;
  readonly verb: number;
  /** Session id or request id; empty for a query. */
  readonly id: string;
  readonly sequence: number;
  /** Of the body: tells a repetition from a conflict (protocol/fingerprint.ts). */
  readonly fingerprint: number;
  /** When it happened, ms since 1970: prices and validity are those of this moment. */
  readonly eventTimestamp: number;
  /** Replaced where a price begins at `eventTimestamp` (tell-as-before.ts). */
  usage: readonly UnitUsage[];
  readonly serviceInformation: ServiceInformation;
  /** Use before and after a change of the tariff can be reported apart. */
  readonly isTariffTimeChangeSupported: boolean;
  /** Grants are wanted all together or not at all. */
  readonly isAllOrNothing: boolean;
  /** The event that a refund is of; else empty. */
  readonly refundedRequestId: string;
  /** What moves money instead of usage. */
  readonly movement: Movement | undefined;
  /** A subscriber's, or `account-` and an account id. */
  readonly identifier: string;
  /** Milliseconds on the monotonic clock. */
  readonly arrivedAt: number;
  /** Number of the peer that asks (peer-numbers.ts); 0: none that could be told anything. */
  readonly peer: number;
  readonly answerTo: AnswerTo;

  account: AccountEntry | undefined;
  /** The one that the batch was planned from; Lua checked its version. */
  profile: Profile | undefined;
  tariffVersion: number;
  staleRetries: number;
  /**
   * Sent once without an answer: what became of it is known only after the same key was sent again.
   */
  isOutcomeUnknown: boolean;
};

/** Whoever asked. `answer` is the bytes of Lua's answer (lua/lib/reply.lua). */
export type AnswerTo = {
  /** Its number (peer-numbers.ts); 0: nobody that could be told anything later. */
  readonly peer: number;
  succeed(task: Task, answer: Buffer): void;
  refuse(task: Task, refusal: Refusal): void;
};
