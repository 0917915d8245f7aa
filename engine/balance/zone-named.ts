// Time zones by name, each made once: periods of many accounts are reckoned in few zones.

import { createZone, type Zone } from "../rating/time-zone.ts";
import { assert } from "../values/assert.ts";

const zones = new Map<string, Zone>();

/** The name was checked when the profile was put. */
export const zoneNamed = (timeZone: string): Zone => {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  const zone = createZone(timeZone);
  assert(zone.isOk, `no such time zone: ${timeZone}`);
  zones.set(timeZone, zone.value);
  return zone.value;
};
