// What an operation's remarks mean for its changes: what the account was due for is told apart from
// what was asked.

import { bucketSlot } from "../balance/profile.ts";
import type { Remark } from "./batch-reply.ts";
import { remarks as kinds } from "./journal-numbers.ts";
import type { BalanceChange } from "./journal-record.ts";

type Told = {
  readonly changes: readonly BalanceChange[];
  readonly remarks: readonly Remark[];
};

export const applyRemarks = (before: readonly BalanceChange[], told: readonly Remark[]): Told => {
  if (told.length === 0) return { changes: before, remarks: told };
  const sumOf = (wanted: number, slot: number) =>
    told.reduce((sum, { kind, where, much }) => {
      return kind === wanted && bucketSlot(where) === slot ? sum + much : sum;
    }, 0);
  const changes = before.map((change) => {
    const renewed = sumOf(kinds.credited, change.slot);
    const expired = sumOf(kinds.expired, change.slot);
    const asked = change.credited - change.debited - renewed + expired;
    return {
      ...change,
      renewed,
      expired,
      credited: Math.max(asked, 0),
      debited: Math.max(-asked, 0),
    };
  });
  const { extended, late, level, renewed, ruleHit, validity } = kinds;
  const others: readonly number[] = [extended, late, level, renewed, ruleHit, validity];
  const isOther = ({ kind }: Remark) => others.includes(kind);
  return { changes, remarks: told.filter(isOther) };
};
