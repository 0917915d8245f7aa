// What one engine has been told and has under way: by this its answers are foretold.

import type { ModelAnswer } from "../model-account.ts";
import type { AskedName } from "./asked.ts";

/** What one engine was told by Redis and has not answered yet. */
export type Ledger = {
  /** In the order in which answers must come. */
  readonly expected: Map<AskedName, ModelAnswer[]>;
  /** Planned by what has changed. */
  readonly stale: Map<string, number>;
  /** Carried out for it, and it will never hear of it. */
  readonly unheard: Set<AskedName>;
  /** Under way at it now. */
  readonly open: Map<AskedName, number>;
};

export const newLedger = (): Ledger => {
  return { expected: new Map(), stale: new Map(), unheard: new Set(), open: new Map() };
};
