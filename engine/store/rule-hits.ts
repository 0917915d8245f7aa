// Which of an account's rules were hit, out of what Lua remarked: for the metrics. Whose they were
// stands in the journal.

import type { Profile } from "../balance/profile.ts";
import { kindOf } from "../balance/rules.ts";
import type { Remark } from "../cdr/batch-reply.ts";
import { remarks as kinds } from "../cdr/journal-numbers.ts";
import { metrics } from "../metrics.ts";
import { ruleAt } from "./rule-bytes.ts";

export const countRuleHits = (profile: Profile, remarks: readonly Remark[]): void => {
  for (const { kind, where } of remarks) {
    const rule = kind === kinds.ruleHit ? ruleAt(profile, where) : undefined;
    if (rule !== undefined) metrics.countRuleHit(kindOf(rule), rule.mode);
  }
};
