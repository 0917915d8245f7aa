// The books that the load keeps for itself, in memory and apart from everything that is tried: what
// was acknowledged when, what every account must hold by that, and which sessions were left alone.

import type { Verb } from "../../../engine/cdr/journal-numbers.ts";

/** What a network element or the business side may ask for, each under its key. */
export type LoadVerb = Extract<
  Verb,
  "initiate" | "update" | "terminate" | "event" | "refund" | "topUp" | "adjust" | "transferOut"
>;

export type Operation = {
  readonly verb: LoadVerb;
  readonly accountId: string;
  /** Session id or request id. */
  readonly operationId: string;
  /** 0 where there is none. */
  readonly sequence: number;
  /** Of what it goes on with, where that has an id of its own: of a refund the event. */
  readonly follows?: string;
};

/** What it did to the money of accounts, in micros. */
export type Change = readonly { readonly accountId: string; readonly micros: number }[];

/** `at`: ms since 1970, when whoever asked had the answer. */
export type Acknowledged = {
  readonly operation: Operation;
  readonly change: Change;
  readonly at: number;
};

/** A session that nobody goes on with, and until when it may hold something. */
export type Abandoned = {
  readonly accountId: string;
  readonly sessionId: string;
  /** ms since 1970. */
  readonly endsBefore: number;
};

export type Refused = Operation & {
  readonly code: string;
  readonly detail: string;
  /** ms since 1970. */
  readonly at: number;
};

export const keyOf = ({ verb, accountId, operationId, sequence }: Operation): string =>
  `${verb} ${accountId} ${operationId} ${sequence}`;

/** What goes on with each other: a session, or an event with its refunds. */
export const chainOf = ({ follows, operationId }: Operation): string => follows ?? operationId;

export type Books = ReturnType<typeof createBooks>;

export const createBooks = () => {
  const acknowledged = new Map<string, Acknowledged>();
  const money = new Map<string, number>();
  const abandoned: Abandoned[] = [];
  const refused: Refused[] = [];
  return {
    /** All operations that were answered with success, by their keys. */
    acknowledged: acknowledged as ReadonlyMap<string, Acknowledged>,
    /** What every account must hold, in micros. */
    money: money as ReadonlyMap<string, number>,
    abandoned: abandoned as readonly Abandoned[],
    /** For good, with a code that is not to be retried. */
    refused: refused as readonly Refused[],
    open: (accountId: string) => void money.set(accountId, 0),
    acknowledge: (operation: Operation, change: Change, at: number) => {
      acknowledged.set(keyOf(operation), { operation, change, at });
      for (const { accountId, micros } of change) {
        money.set(accountId, (money.get(accountId) ?? 0) + micros);
      }
    },
    refuse: (one: Refused) => void refused.push(one),
    abandon: (one: Abandoned) => void abandoned.push(one),
    /** Those of the account whose end is still to come. */
    openUntil: (accountId: string, now: number) =>
      abandoned.filter((one) => one.accountId === accountId && one.endsBefore > now).length,
  };
};
