// What moves money besides use: a task bears one of these in place of usage.

import type { UnitKind } from "../values/units.ts";
import type { TransferOrder, Transit } from "./transit.ts";

export type Movement = Credit | Begin | Arrival | End;

/** A top-up, or an adjustment up or down. */
export type Credit = {
  readonly kind: "topUp" | "adjust";
  readonly bucketId: string;
  readonly amount: number;
  readonly extendsValiditySeconds: number;
  /** Of an adjustment; else empty. */
  readonly reason: string;
};

/** The debit that a transfer begins with. */
export type Begin = {
  readonly kind: "begin";
  readonly order: TransferOrder;
  readonly target: Target;
};

/** Looked up before the debit, so that few transfers have to come back. */
export type Target =
  | { readonly unit: UnitKind; readonly currency: string }
  | { readonly refusal: "USER_UNKNOWN" | "UNKNOWN_BUCKET" | "BUCKET_EXPIRED" };

/** The credit at the target. */
export type Arrival = { readonly kind: "arrival"; readonly transit: Transit };

/** The end at the source; of what could not arrive, `code` says why, and it goes back. */
export type End = { readonly kind: "end"; readonly transit: Transit; readonly code: number };

/** What the journal keeps of it besides numbers (said-bytes.ts); in this order, append-only. */
export const saidOf = (movement: Movement): readonly string[] => {
  switch (movement.kind) {
    case "topUp":
    case "end":
      return [];
    case "adjust":
      return [movement.reason];
    case "begin": {
      const { kind, fromBucketId, toAccountId, toBucketId } = movement.order;
      return [kind, fromBucketId, toAccountId, toBucketId];
    }
    case "arrival": {
      const { kind, fromAccountId, fromBucketId, requestId, toBucketId } = movement.transit;
      return [kind, fromAccountId, fromBucketId, requestId, toBucketId];
    }
  }
};
