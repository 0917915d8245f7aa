// What an operation's remarks lead to in the states of counters and buckets that an account keeps
// among its counters: levels, validities, renewals, windows of rules. What is reserved under caps
// comes from the sessions themselves; what rules have counted the journal does not tell.

import { counterCell } from "../balance/profile.ts";
import type { Remark } from "../cdr/batch-reply.ts";
import { remarks } from "../cdr/journal-numbers.ts";
import type { OperationRecord } from "../cdr/journal-record.ts";
import type { DerivedAccount } from "./audit-derived.ts";
import { noteProblem } from "./audit-derived.ts";

export const applyRemark = (
  account: DerivedAccount,
  { at, journalId }: Pick<OperationRecord, "at" | "journalId">,
  { kind, where, much }: Remark,
): void => {
  if (kind === remarks.late) return;
  const slot = (where - counterCell(account.layout.buckets.length, 0)) / 2;
  const state = account.counters[slot];
  const note = (problem: string) => noteProblem(account, `entry ${journalId}: ${problem}`);
  if (state === undefined) {
    note(`a remark on cell ${where}, where nothing is kept`);
    return;
  }
  switch (kind) {
    case remarks.level: {
      const before = Math.floor(much / 256);
      if (state.period !== before)
        note(`slot ${slot} left level ${before}, it had ${state.period}`);
      state.period = much % 256;
      return;
    }
    case remarks.validity:
      Object.assign(state, { value: at, period: much });
      return;
    case remarks.extended:
      // From its end on, or from then where it was over or had not begun.
      if (state.period <= at) state.value = at;
      state.period = much;
      return;
    case remarks.renewed:
      if (state.value >= much) note(`slot ${slot} was renewed for ${much} after ${state.value}`);
      state.value = much;
      return;
    case remarks.ruleHit:
      if (state.period >= much) note(`the rule in slot ${slot} was hit twice in its window`);
      state.period = much;
  }
};
