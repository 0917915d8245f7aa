// What one engine has been told and has under way: by this its answers are foretold.

import type { ModelAnswer } from "../model-account.ts";
import type { AskedName } from "./asked.ts";

/** What one engine was told by Redis and has not answered yet. */
export type Ledger = {
  /** In the order in which answers must come. */
  readonly expected: Map<AskedName, ModelAnswer[]>;
  /** Planned by what has changed. */
  readonly stale: Map<string, number>;
  /** Carried out for who asks now, and it will never hear of it. */
  readonly unheard: Set<AskedName>;
  /** How often it is asked now. */
  readonly open: Map<AskedName, number>;
  /** Asked twice at once: of such one may have been carried out and the other not. */
  readonly crowded: Set<AskedName>;
  /** How many calls it had sent when it was. */
  readonly openedAt: Map<AskedName, number>;
  calls: number;
};

export const newLedger = (): Ledger => {
  const maps = { expected: new Map(), stale: new Map(), open: new Map(), openedAt: new Map() };
  return { ...maps, unheard: new Set(), crowded: new Set(), calls: 0 };
};
