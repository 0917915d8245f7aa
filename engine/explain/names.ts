// What stands in a cell, by the names that the profile gives it.

import { bucketSlot, counterCell, type Profile } from "../balance/profile.ts";
import { luaConstants } from "../store/lua-constants.ts";
import type { Named } from "./explanation.ts";

export const isFreeCell = (cell: number): boolean => cell === luaConstants["FREE_CELL"];

export const bucketNamed = (profile: Profile, cell: number): Named => {
  const bucket = profile.buckets[bucketSlot(cell)];
  if (bucket == null) {
    return { id: `(cell ${cell})`, unit: "serviceUnits", currency: profile.currency };
  }
  return {
    id: bucket.bucketId,
    unit: bucket.unit,
    currency: bucket.currency ?? profile.currency,
  };
};

export const counterAt = (profile: Profile, cell: number) =>
  profile.counters[(cell - counterCell(profile.buckets.length, 0)) / 2] ?? undefined;

export const counterNamed = (profile: Profile, cell: number): Named => {
  const counter = counterAt(profile, cell);
  return {
    id: counter?.counterId ?? `(cell ${cell})`,
    unit: counter?.unit ?? "serviceUnits",
    currency: profile.currency,
  };
};
