// The naive model beside what Redis has, at the end of a program: nothing may differ, and nothing
// may have been lost or made.

import { expect } from "vitest";
import type { Model } from "../../../engine/simulation/model.ts";
import { accountValueOf } from "../../../engine/simulation/model-state.ts";
import { readAccountValue } from "../../../engine/store/account-value.ts";
import { audit } from "../../../engine/store/audit.ts";
import type { Store } from "../../../engine/store/connection.ts";
import { keys } from "../../../engine/store/keys.ts";
import { ruleHitsTold } from "../rule-hits-told.ts";

/** Balances, counters, sessions and holds in Redis are those of the model. */
export const expectState = async (model: Model, store: Store) => {
  for (const [accountId, account] of model.accounts) {
    const bytes = await store.call("GET", keys.account(0, accountId));
    const expected = accountValueOf(account);
    const sessions = [...expected.sessions].map(([id, session]) => {
      return [id, { ...session, fingerprint: expect.any(Number) }] as const;
    });
    expect({ accountId, ...readAccountValue(bytes as Buffer) }).toEqual({
      accountId,
      ...expected,
      sessions: new Map(sessions),
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
