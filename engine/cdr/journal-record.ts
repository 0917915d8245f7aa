// What the journal tells: one record for each thing that happened to an account.

import type { Profile } from "../balance/profile.ts";
import type { CountedBy } from "../session/counted.ts";
import type { Remark } from "./batch-reply.ts";

/** What one record did to one bucket; the buckets of an account are told apart by their slots. */
export type BalanceChange = {
  readonly slot: number;
  readonly remainingBefore: number;
  readonly reservedBefore: number;
  readonly remainingAfter: number;
  readonly reservedAfter: number;
  /** Of these one is 0: what was asked made remaining and reserved together rise or fall by it. */
  readonly credited: number;
  readonly debited: number;
  /** By what the account was due for before that (lua/lib/dues.lua). */
  readonly renewed: number;
  readonly expired: number;
};

/** What one entry of a session's message or of an event tells of a rating group. */
export type GroupUsage = {
  readonly ratingGroup: number;
  /** The publication that priced it; 0: none did. */
  readonly publication: number;
  readonly used: number;
  /** Of `used`: what nothing was left for. */
  readonly overrun: number;
  readonly granted: number;
  /** Of the group: why nothing was granted, else SUCCESS. */
  readonly code: number;
  /** Cells (balance/profile.ts) of the counters that it was added to. */
  readonly counters: readonly CountedBy[];
};

/** What the engine was told besides (said-bytes.ts). */
export type Said = {
  /** When it happened, ms since 1970. */
  readonly eventTimestamp: number;
  /** Place among the account's subscriber identifiers; undefined: the account itself was named. */
  readonly identifierPlace: number | undefined;
  /** `readServiceInformation` reads it; empty: none. */
  readonly serviceInformation: Buffer;
  /** Of each entry that was used before a change of the tariff, in their order: up to when. */
  readonly usedBeforeUntil: readonly number[];
};

type UsageVerb = "initiate" | "update" | "terminate" | "event" | "refund";
type MovementVerb = "topUp" | "adjust" | "transferOut" | "transferIn";

/** A slot is negative where the account has no such bucket (any more). */
export type MovementRecord = CreditRecord | TransferStep;

/** A top-up or an adjustment. */
export type CreditRecord = {
  readonly kind: "credit";
  readonly slot: number;
  readonly amount: number;
  readonly bonuses: readonly {
    readonly slot: number;
    readonly amount: number;
    /** The tariff document, and the place of the rule in it. */
    readonly publication: number;
    readonly place: number;
  }[];
};

export type TransferStep = {
  /** The debit; the end, at the source, with or without what comes back; the credit. */
  readonly kind: "begin" | "arrived" | "returned" | "arrival";
  readonly slot: number;
  readonly amount: number;
  readonly fee: number;
  /** Of an end or arrival: what came of it. */
  readonly code: number;
};

type Stamp = {
  /** Id of the stream entry; several records may share it. */
  readonly journalId: string;
  /** When the engine sent it, ms since 1970. */
  readonly at: number;
  readonly accountId: string;
};

export type OperationRecord = Stamp & {
  readonly verb: UsageVerb | MovementVerb | "settleDues";
  /** Session id, or request id; empty where the verb has none. */
  readonly id: string;
  /** 0 where the verb has none. */
  readonly sequence: number;
  readonly tariffVersion: number;
  /** What it was answered with; other than SUCCESS only where refusals are read too. */
  readonly code: number;
  readonly changes: readonly BalanceChange[];
  /** What else there is to tell, but for overruns and what the changes say. */
  readonly remarks: readonly Remark[];
  /** Of a movement; 0 where units are used and not bought. An adjustment's may be below 0. */
  readonly amount: number;
  /** Undefined where units are used. */
  readonly movement: MovementRecord | undefined;
  readonly usage: readonly GroupUsage[];
  readonly said: Said;
  /** Money debited, in micros; of a refund money given back. */
  readonly cost: number;
  /**
   * What Lua answered; of a session its state from then on (session-state.ts), of a refund what
   * refund-answer.ts reads.
   */
  readonly answer: Buffer;
};

export type ProfileRecord = Stamp & { readonly verb: "putAccount"; readonly profile: Profile };

/** A session that nobody continued: its holds went back. */
export type ExpiryRecord = Stamp & {
  readonly verb: "expire";
  readonly id: string;
  readonly changes: readonly BalanceChange[];
  /** Of the last message, with the holds that went back. */
  readonly state: Buffer;
};

export type JournalRecord = OperationRecord | ProfileRecord | ExpiryRecord;
