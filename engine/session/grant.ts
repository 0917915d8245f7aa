// How much is granted at a time, and for how long.

import { limits } from "../limits.ts";
import type { BurnPlan } from "./burn-plan.ts";

/**
 * Units to grant: what was asked for within the bounds; 0 asks the engine to choose. A second
 * takes a second: no more of them than until the price changes.
 */
export const sizeGrant = (
  { quotaUnitsDefault, quotaUnitsMin, quotaUnitsMax, unit, validityTimeSeconds }: BurnPlan,
  requestedUnit: number,
  validitySeconds: number,
  change: number,
): number => {
  const units = requestedUnit === 0 ? quotaUnitsDefault : Math.min(requestedUnit, quotaUnitsMax);
  const isCut = unit === "seconds" && change === 0 && validitySeconds < validityTimeSeconds;
  return Math.max(quotaUnitsMin, isCut ? Math.min(units, validitySeconds) : units);
};

export type GrantTime = {
  readonly validitySeconds: number;
  /** When the price changes within the grant, s since 1970; 0: it does not. */
  readonly change: number;
};

export type GrantQuestion = {
  readonly plan: BurnPlan;
  readonly at: number;
  /** Use before and after a change can be reported apart. */
  readonly isChangeReported: boolean;
  /** 0 up to and with `most`, the same for a session each time. */
  readonly scatter: (most: number) => number;
  /** The plan of a later moment. */
  readonly planAt: (at: number) => BurnPlan;
};

/** Nothing changes within a grant: it is valid for as long as the tariff says. Mostly so. */
export const outlastsGrant = ({ validUntil, validityTimeSeconds }: BurnPlan, at: number): boolean =>
  secondsOf(validUntil - at) >= validityTimeSeconds;

export const plainSeconds = ({ validityTimeSeconds }: BurnPlan): number =>
  Math.max(1, validityTimeSeconds);

/**
 * A grant ends where its price does; but where use before and after a change can be reported apart,
 * it goes on into the next plan and tells of the change. The end of a bucket or of a counter's
 * period comes to many at once, at midnight: those who cannot report apart then come scattered over
 * some time after it, and what an expired bucket holds for them still pays.
 */
export const grantTime = ({
  plan,
  at,
  isChangeReported,
  scatter,
  planAt,
}: GrantQuestion): GrantTime => {
  const { priceUntil, refusal, validityTimeSeconds: most, validUntil } = plan;
  if (outlastsGrant(plan, at)) return { validitySeconds: plainSeconds(plan), change: 0 };
  const left = secondsOf(validUntil - at);
  if (isChangeReported && refusal === undefined) {
    const next = planAt(validUntil);
    if (next.refusal === undefined) {
      const validitySeconds = Math.min(most, secondsOf(next.validUntil - at));
      return { validitySeconds, change: Math.floor(validUntil / 1_000) };
    }
  }
  const isPriceKept = validUntil < priceUntil;
  const spread = Math.min(limits.validityScatterSecondsMax, Math.ceil(most / 10));
  const scattered = isPriceKept ? left + scatter(spread) : left;
  return { validitySeconds: Math.min(most, scattered, secondsOf(priceUntil - at)), change: 0 };
};

/** At least one, so that no network asks for ever. */
const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
