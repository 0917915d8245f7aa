// Which of an account's rules were hit, out of what Lua remarked: for the metrics. Whose they were
// stands in the journal.

import { ruleSlots } from "../balance/companions.ts";
import { counterCell, type Profile } from "../balance/profile.ts";
import { kindOf, type Rule } from "../balance/rules.ts";
import { metrics } from "../metrics.ts";
import type { Remark } from "./batch-reply.ts";
import { remarks as kinds } from "./lua-constants.ts";

export const countRuleHits = (profile: Profile, remarks: readonly Remark[]): void => {
  for (const rule of rulesHit(profile, remarks)) metrics.countRuleHit(kindOf(rule), rule.mode);
};

export const rulesHit = (profile: Profile, remarks: readonly Remark[]): readonly Rule[] =>
  remarks
    .filter(({ kind }) => kind === kinds.ruleHit)
    .flatMap(({ where }) => profile.rules.filter((rule) => stateCell(profile, rule) === where));

const stateCell = (profile: Profile, rule: Rule): number =>
  counterCell(profile.buckets.length, ruleSlots(profile, rule)[0]!);
