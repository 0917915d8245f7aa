// The newest publication of a catalogue that open sessions switch to: with it the journal tells
// what a session was planned by, whatever is published later. Looked for once: from the next such
// publication on there is another catalogue (tariffs.ts).

import type { TariffCatalogue } from "../session/price-plan.ts";

const known = new WeakMap<TariffCatalogue, number>();

/** 0: there is none. */
export const newestSwitch = (catalogue: TariffCatalogue): number => {
  let newest = known.get(catalogue);
  if (newest !== undefined) return newest;
  newest = 0;
  for (const versions of catalogue.values()) {
    for (const { tariff, version } of versions) {
      if (tariff.openSessions === "switch") newest = Math.max(newest, version);
    }
  }
  known.set(catalogue, newest);
  return newest;
};
