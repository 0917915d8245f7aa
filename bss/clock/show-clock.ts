// The clock as the API shows it.

import type { Clock } from "./movable-clock.ts";

export type ShownClock = {
  /** RFC 3339, as everything below. */
  readonly now: string;
  readonly isMovable: boolean;
  /** Ahead of the machines' clocks by so much. */
  readonly offsetMs: number;
  /** Where it goes to; null: it stands where it is to stand, and goes on as clocks do. */
  readonly goal: string | null;
};

export const timeText = (at: number): string => new Date(at).toISOString();

/** Of now, and of where it is to stand, as far as that is known better than from Redis. */
export const showClock = (
  clock: Clock,
  goalOffsetMs = clock.standing().goalOffsetMs,
  machineNow = clock.machineNow(),
): ShownClock => {
  const { offsetMs } = clock.standing();
  return {
    now: timeText(machineNow + offsetMs),
    isMovable: clock.isMovable,
    offsetMs,
    goal: goalOffsetMs > offsetMs ? timeText(machineNow + goalOffsetMs) : null,
  };
};
