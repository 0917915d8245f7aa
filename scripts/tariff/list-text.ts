// A list of names that may be long.

import { wholeFigure } from "../../bench/report/table.ts";

/** The first few, and how many more there are. */
export const listText = (names: Iterable<string>, shownMax = 6): string => {
  const all = [...names];
  const more = all.length - shownMax;
  const shown = all.slice(0, shownMax).join(", ");
  return more > 0 ? `${shown} and ${wholeFigure(more)} more` : shown;
};
