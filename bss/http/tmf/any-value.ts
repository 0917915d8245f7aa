// TM Forum's `Any`: a value of a characteristic that no definition knows the shape of. It is kept
// as it came, so it must be what Postgres can keep (no NUL, no half of a surrogate pair), and
// bounded.

import { limits } from "../../limits.ts";

/** What text is made of that can be kept and given back: whole characters, and no NUL. */
export const wholeText = /^[^\0\p{Surrogate}]*$/u;

const isWholeText = (text: string): boolean =>
  text.length <= limits.tmfTextCharsMax && wholeText.test(text);

/** Walks in breadth with a list of its own: depth costs no stack, whatever comes. */
export const isAnyValue = (value: unknown): boolean => {
  let level: unknown[] = [value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (depth > limits.tmfAnyDepthMax || values > limits.tmfAnyValuesMax) return false;
    const next: unknown[] = [];
    for (const one of level) {
      if (!isPlain(one)) return false;
      if (typeof one !== "object" || one === null) continue;
      if (!Object.keys(one).every(isWholeText)) return false;
      for (const inner of Object.values(one)) next.push(inner);
    }
    level = next;
  }
  return true;
};

const isPlain = (value: unknown): boolean => {
  if (typeof value === "string") return isWholeText(value);
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "object" || typeof value === "boolean";
};
