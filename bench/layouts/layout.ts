// What a candidate has to bring, so that all are measured and checked alike.

import type { Redis } from "ioredis";
import type { Update } from "./workload.ts";

export type Cells = {
  readonly remaining: number;
  readonly reserved: number;
  readonly counter: number;
};

export type Layout = {
  readonly name: string;
  readonly updatesPerCall: number;
  /** Calls that are in flight at a time. */
  readonly inFlight: number;
  /** Accounts with both sessions open, on an empty Redis. */
  readonly prepare: (redis: Redis, accounts: number) => Promise<void>;
  /** One command of RESP, once prepared. Its updates all succeed. */
  readonly encode: (updates: readonly Update[]) => Buffer;
  /** Throws unless every update of the call was charged. */
  readonly check: (reply: Buffer) => void;
  /** Every key that holds a part of the account, sessions included. */
  readonly keysOf: (account: number) => readonly string[];
  /** The first bucket and the first counter: the same for all candidates after the same updates. */
  readonly read: (redis: Redis, account: number) => Promise<Cells>;
};
