// A session's share of a bucket that other sessions hold from too, as lua/lib/grant.lua gives it:
// nobody locks the last units.

import { limits } from "../limits.ts";
import { luaConstants } from "../store/lua-constants.ts";
import { missing, readCell, type Work } from "./cells.ts";

/** `isEnough` tells whether an amount covers all that is wanted. */
export const shareOf = (
  work: Work,
  cell: number,
  available: number,
  isEnough: (amount: number) => boolean,
): number => {
  if (cell === luaConstants["FREE_CELL"] || available <= 0) return available;
  const reserved = readCell(work, cell + 1);
  if (reserved === 0) return available;
  const shareAmong = (sessions: number) =>
    Math.min(available, Math.ceil((available + reserved) / sessions));
  if (work.holders !== undefined) return shareAmong(work.holders);
  // However many sessions there are: with the least share of all it would come to the same.
  const least = shareAmong(limits.sessionsPerAccountMax);
  if (isEnough(least)) return least;
  throw missing("how many sessions are open");
};
