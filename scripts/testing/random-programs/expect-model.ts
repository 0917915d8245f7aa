// The naive model beside what Redis has, at the end of a program: nothing may differ, and nothing
// may have been lost or made.

import { expect } from "vitest";
import type { Model } from "../../../engine/simulation/model.ts";
import type { ModelAccount } from "../../../engine/simulation/model-account.ts";
import { ruleStateOf } from "../../../engine/simulation/model-rules.ts";
import { readAccountValue } from "../../../engine/store/account-value.ts";
import { audit } from "../../../engine/store/audit.ts";
import type { Store } from "../../../engine/store/connection.ts";
import { keys } from "../../../engine/store/keys.ts";
import { accountLayout } from "../../../engine/store/lua-constants.ts";
import { ruleHitsTold } from "../rule-hits-told.ts";

/** The pair of numbers that a slot behind the buckets holds. */
const slotState = ({ buckets, counters, rules: kept }: ModelAccount, name: string | null) => {
  const ruleState = ruleStateOf(kept, name ?? "");
  if (ruleState !== undefined) return ruleState;
  const [id, state] = name?.split(" ") ?? [];
  const counter = counters.find((one) => one?.counterId === id);
  const bucket = buckets.find((one) => one?.bucketId === id);
  if (state === "validity") {
    return { value: bucket?.own?.from ?? 0, period: bucket?.own?.until ?? 0 };
  }
  if (state === "renewal") return { value: bucket?.renewedFor ?? 0, period: 0 };
  if (state === "state") return { value: Number(counter?.reservedUnder), period: counter?.level };
  return { value: Number(counter?.value ?? 0n), period: counter?.periodNumber ?? 0 };
};

/** Balances, counters, sessions and holds in Redis are those of the model. */
export const expectState = async (model: Model, store: Store) => {
  for (const [accountId, account] of model.accounts) {
    const bytes = await store.call("GET", keys.account(0, accountId));
    const value = readAccountValue(bytes as Buffer);
    const cellOf = (bucket: unknown) => 4 + 2 * account.buckets.indexOf(bucket as never);
    expect({ accountId, ...value }).toEqual({
      accountId,
      layout: accountLayout,
      profileVersion: account.version,
      buckets: account.buckets.map((bucket) => ({
        remaining: Number(bucket?.remaining ?? 0n),
        reserved: Number(bucket?.reserved ?? 0n),
      })),
      counters: account.slots.map((name) => slotState(account, name)),
      sessions: new Map(
        [...account.sessions].map(([id, session]) => [
          id,
          {
            sequence: session.sequence,
            fingerprint: expect.any(Number),
            deadline: session.deadline,
            peer: 0,
            tariffVersion: session.tariffVersion,
            cost: (session.answer.fields as { cost: number }).cost,
            groups: session.groups.map((group) => ({
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
                return { cell: cellOf(bucket), amount: Number(amount) };
              }),
              underCaps: group.underCaps.map(({ counter, amount }) => {
                const slot = account.slots.indexOf(`${counter.counterId} state`);
                return { slot, amount: Number(amount) };
              }),
            })),
          },
        ]),
      ),
    });
  }
};

export const expectConservation = async (model: Model, store: Store) => {
  for (const account of model.accounts.values()) {
    for (const bucket of account.buckets.filter((one) => one !== null)) {
      const { credited, debited, expired, remaining, reserved } = bucket;
      const isInDebt = remaining < 0n && bucket.unit !== "money";
      expect(!isInDebt && reserved >= 0n).toBe(true);
      expect(credited).toBe(remaining + reserved + debited + expired);
    }
  }
  const report = await audit(store, 1, () => undefined);
  expect(report.isOk ? report.value.drifted : report.error).toEqual([]);
  if (!report.isOk) return;
  for (const [unit, sums] of report.value.totals) {
    expect({ unit, drift: sums.drift }).toEqual({ unit, drift: 0n });
    expect(sums.credited).toBe(sums.remaining + sums.reserved + sums.debited + sums.expired);
    expect(sums.inTransit).toBe(0n);
  }
};

/** Each hit of a rule is told once. */
export const expectHits = async (model: Model, store: Store) => {
  const told = await ruleHitsTold(store);
  for (const [accountId, { hits }] of model.accounts) {
    expect({ accountId, hits: told.get(accountId) ?? [] }).toEqual({ accountId, hits });
  }
};
