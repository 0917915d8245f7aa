// Zones by their names: what is one, what is none, and how many are kept.

import { expect, test } from "vitest";
import { allZones } from "../../scripts/testing/odd-times.ts";
import { createZone } from "./time-zone.ts";

test("every zone that this machine knows is one, kept or not", () => {
  for (const timeZone of [...allZones, ...allZones.slice(0, 3)]) {
    const zone = createZone(timeZone);
    expect(zone.isOk && zone.value.timeZone).toBe(timeZone);
  }
});

test("a zone that is kept is given again", () => {
  expect(createZone("Europe/Berlin")).toEqual(createZone("Europe/Berlin"));
  const [one, two] = [createZone("Europe/Paris"), createZone("Europe/Paris")];
  expect(one.isOk && two.isOk && one.value === two.value).toBe(true);
});

test.each(["", "Foo/Bar", " UTC", "Europe", "+02:00", "-0300", "Europe/Berlin\n", "\u0000"])(
  "%j is no zone",
  (timeZone) => {
    expect(createZone(timeZone)).toEqual({
      isOk: false,
      error: `expected a time zone such as "Europe/Paris", got ${JSON.stringify(timeZone)}`,
    });
  },
);

test("stretches meet, and clocks run evenly within each", () => {
  const zone = createZone("Australia/Lord_Howe");
  if (!zone.isOk) throw new Error(zone.error);
  let at = Date.UTC(2026, 0);
  const offsets: number[] = [];
  while (at < Date.UTC(2027, 0)) {
    const stretch = zone.value.stretchAt(at);
    expect(stretch.from).toBeLessThanOrEqual(at);
    expect(stretch.until).toBeGreaterThan(at);
    expect(zone.value.stretchAt(stretch.until - 1)).toEqual(stretch);
    expect(zone.value.stretchAt(stretch.until).from).toBe(stretch.until);
    if (offsets.at(-1) !== stretch.offsetMs) offsets.push(stretch.offsetMs);
    at = stretch.until;
  }
  expect(offsets).toEqual([11 * 3_600_000, 10.5 * 3_600_000, 11 * 3_600_000]);
});
