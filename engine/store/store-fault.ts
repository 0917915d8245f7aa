// What an error of the Redis client means for the operations that were on their way.

/**
 * `notCarriedOut`: never sent, or refused by Redis before it ran. `outcomeUnknown`: sent, and no
 * answer. `script`: the script itself failed, before it wrote anything.
 */
export type StoreFault = "notCarriedOut" | "outcomeUnknown" | "outOfMemory" | "script";

/** Redis' own words for a command that it would not start now. */
const refusals =
  /^(LOADING|MISCONF|READONLY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|BUSY|MOVED)/;
/** The library may be forgotten again between loading it and the repetition of the call. */
const forgotten = /^ERR Function not found/;
const notSent = /enableOfflineQueue|None of startup nodes|Failed to refresh slots cache/;

export const faultOf = (error: unknown): StoreFault => {
  const message = error instanceof Error ? error.message : String(error);
  if (/\bOOM\b/.test(message)) return "outOfMemory";
  if ([refusals, forgotten, notSent].some((one) => one.test(message))) return "notCarriedOut";
  if (error instanceof Error && error.name === "ReplyError") return "script";
  return "outcomeUnknown";
};
