// What the engine is asked to move, as it is stored until it is answered; and what its answer means
// for what was asked: done, refused, or still open.

import type { Client } from "../../engine/protocol/client/client.ts";
import { resultCodeName, resultCodes } from "../../engine/protocol/result-codes.ts";
import { untilKnown } from "../engine-connection.ts";

export type Movement =
  | {
      readonly operation: "topUp";
      readonly accountId: string;
      readonly bucketId: string;
      readonly amount: number;
      readonly extendsValiditySeconds?: number;
    }
  | {
      readonly operation: "adjust";
      readonly accountId: string;
      readonly bucketId: string;
      readonly amount: number;
      readonly reason: string;
    }
  | {
      readonly operation: "transfer";
      readonly fromAccountId: string;
      readonly fromBucketId: string;
      readonly toAccountId: string;
      readonly toBucketId: string;
      readonly amount: number;
      readonly kind: "transfer" | "gift";
      readonly fee: number;
    };

export type MovementOutcome =
  /** `remaining` of the bucket that was asked about, if known: of a transfer its source. */
  | { readonly state: "done"; readonly remaining: number | undefined }
  /** Nothing was moved, or it went back. */
  | { readonly state: "refused"; readonly code: string }
  /** It may have been carried out long ago: its answer is forgotten. */
  | { readonly state: "too-late" }
  /** Ask the same again. */
  | { readonly state: "open"; readonly why: string };

export type EngineKey = { readonly requestId: string; readonly requestedAt: number };

type Movers = Pick<Client, "topUp" | "adjust" | "transfer">;

export type EngineMoves = Movers & Pick<Client, "queryBalance" | "putAccount">;

const askOnce = (engine: Movers, movement: Movement, key: EngineKey, deadlineMs: number) => {
  const { operation, ...order } = movement;
  const request = { ...order, ...key };
  return untilKnown<{ remaining: number; resultCode?: number }>(() => {
    if (operation === "topUp") return engine.topUp(request as never, { deadlineMs });
    if (operation === "adjust") return engine.adjust(request as never, { deadlineMs });
    return engine.transfer(request as never, { deadlineMs });
  });
};

/** Not decided by any of these: a fault there, a peer that may not, a transfer under way. */
const undecided = new Set(["AUTHORIZATION_REJECTED", "UNABLE_TO_COMPLY", "TRANSFER_IN_DOUBT"]);

/** The same `key` each time: then more than once is once. */
export const askEngine = async (
  engine: Movers,
  movement: Movement,
  key: EngineKey,
  deadlineMs: number,
): Promise<MovementOutcome> => {
  const answer = await askOnce(engine, movement, key, deadlineMs);
  if (answer.isOk) {
    const { resultCode = resultCodes.SUCCESS.number, remaining } = answer.value;
    if (resultCode === resultCodes.SUCCESS.number) return { state: "done", remaining };
    return { state: "refused", code: resultCodeName(resultCode) ?? String(resultCode) };
  }
  const { code } = answer.error;
  if (code === "EVENT_TOO_OLD") return { state: "too-late" };
  const isOpen = resultCodes[code].isRetryable || undecided.has(code);
  return isOpen ? { state: "open", why: code } : { state: "refused", code };
};

/** An identifier of the engine: it keeps reasons of visible ASCII, and no blanks. */
export const reasonCodeOf = (reason: string): string =>
  reason.replace(/[^\x21-\x7e]+/g, "-").slice(0, 128) || "-";
