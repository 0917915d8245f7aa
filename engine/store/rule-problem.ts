// What makes no sense of an account's rules, beyond what the types of the wire can say.

import { type Rule, ruleKinds } from "../balance/rules.ts";
import { limits } from "../limits.ts";

/** Undefined where there is none; `place` is what it begins with. */
export const ruleProblem = (rule: Rule, place: string): string | undefined => {
  const { destinationShare, simultaneousSessions, windowSeconds } = rule;
  const kinds = ruleKinds.filter((kind) => rule[kind] !== null);
  if (kinds.length !== 1) return `${place}: expected one kind of ${ruleKinds.join(", ")}`;
  if (windowSeconds < 1 || windowSeconds > limits.ruleWindowSecondsMax) {
    return `${place}.windowSeconds: expected 1 to ${limits.ruleWindowSecondsMax}`;
  }
  if (destinationShare !== null) {
    const { sharePercentMax, zones } = destinationShare;
    const at = `${place}.destinationShare`;
    if (zones.length === 0) return `${at}.zones: there is none`;
    if (sharePercentMax > 99) return `${at}.sharePercentMax: expected 0 to 99`;
  }
  const most = limits.sessionsPerAccountMax - 1;
  if (simultaneousSessions !== null && simultaneousSessions.sessionsMax > most) {
    return `${place}.simultaneousSessions.sessionsMax: more than ${most} are never beyond it`;
  }
  return undefined;
};
