// An account of the naive model as the octets of its value in Redis would have it
// (store/account-value.ts): what the two are compared by.

import type { readAccountValue } from "../store/account-value.ts";
import { accountLayout } from "../store/lua-constants.ts";
import type { ModelAccount, ModelGroup, ModelSession } from "./model-account.ts";
import { ruleStateOf } from "./model-rules.ts";

type Value = ReturnType<typeof readAccountValue>;
type Session = Value["sessions"] extends ReadonlyMap<string, infer S> ? S : never;

/** The model knows no fingerprints, and nobody that could be told anything. */
export type ModelValue = Omit<Value, "sessions"> & {
  readonly sessions: ReadonlyMap<string, Omit<Session, "fingerprint">>;
};

export const accountValueOf = (account: ModelAccount): ModelValue => ({
  layout: accountLayout,
  profileVersion: account.version,
  buckets: account.buckets.map((bucket) => ({
    remaining: Number(bucket?.remaining ?? 0n),
    reserved: Number(bucket?.reserved ?? 0n),
  })),
  counters: account.slots.map((name) => slotState(account, name)),
  sessions: new Map(
    [...account.sessions].map(([id, session]) => [id, sessionValue(account, session)]),
  ),
});

/** The pair of numbers that a slot behind the buckets holds. */
const slotState = (account: ModelAccount, name: string | null) => {
  const { buckets, counters, rules } = account;
  const ruleState = ruleStateOf(rules, name ?? "");
  if (ruleState !== undefined) return ruleState;
  const [id, state] = name?.split(" ") ?? [];
  const counter = counters.find((one) => one?.counterId === id);
  const bucket = buckets.find((one) => one?.bucketId === id);
  if (state === "validity") {
    return { value: bucket?.own?.from ?? 0, period: bucket?.own?.until ?? 0 };
  }
  if (state === "renewal") return { value: bucket?.renewedFor ?? 0, period: 0 };
  if (state === "state") {
    return { value: Number(counter?.reservedUnder), period: counter?.level ?? 0 };
  }
  return { value: Number(counter?.value ?? 0n), period: counter?.periodNumber ?? 0 };
};

const sessionValue = (account: ModelAccount, session: ModelSession) => ({
  sequence: session.sequence,
  deadline: session.deadline,
  peer: 0,
  tariffVersion: session.tariffVersion,
  cost: (session.answer.fields as { cost: number }).cost,
  groups: session.groups.map((group) => groupValue(account, group)),
});

const groupValue = ({ buckets, slots }: ModelAccount, group: ModelGroup) => ({
  ratingGroup: group.ratingGroup,
  resultCode: group.code,
  grantedUnit: group.granted,
  validityTime: group.validityTime,
  finalUnitIndication: group.isFinal,
  publication: group.publication,
  tariffTimeChange: group.change,
  ratedMicros: group.rated,
  positionUnit: group.position,
  aheadUnit: Number(group.ahead),
  holds: group.holds.map(({ bucket, amount }) => {
    return { cell: 4 + 2 * buckets.indexOf(bucket), amount: Number(amount) };
  }),
  // In the order of the counters' own slots.
  underCaps: group.underCaps
    .toSorted((a, b) => slots.indexOf(a.counter.counterId) - slots.indexOf(b.counter.counterId))
    .map(({ counter, amount }) => {
      return { slot: slots.indexOf(`${counter.counterId} state`), amount: Number(amount) };
    }),
});
