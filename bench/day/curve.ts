// The day as a curve of block characters, two rows high: what has been played as it came, the rest
// as it is expected, on one scale.

import { forecast } from "./forecast.ts";

const levels = " ▁▂▃▄▅▆▇█";
const levelsPerRow = levels.length - 1;
const rows = 2;

/** A value for each half hour: counted up to and with `current`, expected after it. */
export const expectedCurve = (counted: readonly number[], current: number): readonly number[] => {
  const sum = (values: readonly number[]) => values.slice(0, current).reduce((a, b) => a + b, 0);
  // Expected on the scale of what came; before anything has come on its own.
  const scale = current === 0 ? 1 : sum(counted) / sum(forecast);
  return forecast.map((value, index) => {
    if (index < current) return counted[index] ?? 0;
    // The half hour that is under way fills up towards what is expected of it.
    return Math.max(index === current ? (counted[index] ?? 0) : 0, value * scale);
  });
};

/** From the top row down; every character stands for one value. */
export const drawCurve = (values: readonly number[]): readonly string[] => {
  const highest = Math.max(...values, Number.MIN_VALUE);
  const heights = values.map((value) => Math.round((value / highest) * levelsPerRow * rows));
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * levelsPerRow;
    return heights
      .map((height) => levels[Math.min(levelsPerRow, Math.max(0, height - below))])
      .join("");
  });
};
