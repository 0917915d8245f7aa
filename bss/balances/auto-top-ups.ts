// The rules of top-ups that repeat: made, shown and cancelled here; carried out by
// run-auto-top-ups.ts.

import { and, asc, eq, type SQL } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Reach } from "../permissions.ts";
import type { Action } from "./action-kinds.ts";
import { bucketIdOf, quantityOf, readQuantity } from "./bucket-terms.ts";
import { type FoundBucket, findBucket } from "./find-accounts.ts";
import { autoTopUps } from "./schema.ts";
import type { Quantity, TopupBalance_Create } from "./tmf654.generated.ts";

export type AutoTopUp = typeof autoTopUps.$inferSelect;

const insertRule = async (
  { tables, now }: Context,
  { accountId, bucketId, account }: FoundBucket,
  rule: Pick<AutoTopUp, "id" | "amount" | "kind" | "monthlyMax" | "anchorAt"> & Partial<AutoTopUp>,
): Promise<AutoTopUp | undefined> => {
  const others = await tables
    .select({ id: autoTopUps.id })
    .from(autoTopUps)
    .where(and(eq(autoTopUps.accountId, accountId), eq(autoTopUps.state, "active")));
  if (others.length >= limits.autoTopUpsPerAccountMax) return undefined;
  const [made] = await tables
    .insert(autoTopUps)
    .values({
      ...{ owner: account.owner, accountId, bucketId, fired: 0, month: "", firedInMonth: 0 },
      ...{ state: "active", nextAt: rule.anchorAt, createdAt: now },
      ...rule,
    })
    .returning();
  return made;
};

const tooMany = () =>
  refuse("CONFLICT", `an account has up to ${limits.autoTopUpsPerAccountMax} such rules`);

type RecurringRule = {
  readonly id: string;
  readonly bucket: FoundBucket;
  readonly amount: number;
  readonly asked: TopupBalance_Create;
  readonly period: NonNullable<TopupBalance_Create["recurringPeriod"]>;
};

/** From `validFor.startDateTime` on, or now; `numberOfPeriods` times, or until it is cancelled. */
export const addRecurring = async (
  context: Context,
  { id, bucket, amount, asked, period }: RecurringRule,
  action: Action,
): Promise<Answered<Action>> => {
  const { startDateTime } = asked.validFor ?? {};
  const anchorAt = startDateTime === undefined ? context.now : Date.parse(startDateTime);
  if (anchorAt < context.now) {
    const errors = [{ pointer: "/validFor/startDateTime", detail: "it is over" }];
    return refuse("UNPROCESSABLE", "/validFor/startDateTime: it is over", { errors });
  }
  const periodsMax = asked.numberOfPeriods ?? null;
  if (periodsMax !== null && !(periodsMax >= 1 && periodsMax <= limits.autoTopUpPeriodsMax)) {
    const detail = `expected 1 to ${limits.autoTopUpPeriodsMax}`;
    const errors = [{ pointer: "/numberOfPeriods", detail }];
    return refuse("UNPROCESSABLE", `/numberOfPeriods: ${detail}`, { errors });
  }
  const made = await insertRule(context, bucket, {
    ...{ id, amount, kind: "recurring", period, periodsMax, anchorAt },
    monthlyMax: limits.autoTopUpsPerMonthMax,
  });
  return made === undefined ? tooMany() : ok(action);
};

export type ThresholdOrder = {
  readonly bucketId: string;
  readonly amount: Quantity;
  readonly threshold: Quantity;
  readonly monthlyMax?: number | undefined;
};

/** As the API shows one; a bucket's terms say the units. */
export const shownRule = (rule: AutoTopUp, { terms }: Pick<FoundBucket, "terms">) => ({
  id: rule.id,
  href: `/api/auto-top-ups/${rule.id}`,
  bucketId: bucketIdOf(rule),
  amount: quantityOf(terms, rule.amount),
  threshold: quantityOf(terms, rule.threshold ?? 0),
  monthlyMax: rule.monthlyMax,
  fired: rule.fired,
  state: rule.state,
});
export type ShownRule = ReturnType<typeof shownRule>;

export const addThreshold = async (
  context: Context,
  order: ThresholdOrder,
): Promise<Answered<ShownRule>> => {
  const bucket = await findBucket(context, order.bucketId, "all", "/bucketId");
  if (!bucket.isOk) return bucket;
  const { terms } = bucket.value;
  const amount = readQuantity(terms, order.amount);
  if (!amount.isOk) return amount;
  const threshold = readQuantity(terms, order.threshold);
  if (!threshold.isOk) return threshold;
  const made = await insertRule(context, bucket.value, {
    ...{ id: uuidV7(context.now), amount: amount.value, kind: "threshold" },
    ...{ threshold: threshold.value, anchorAt: context.now },
    monthlyMax: order.monthlyMax ?? limits.autoTopUpsPerMonthDefault,
  });
  if (made === undefined) return tooMany();
  const after = shownRule(made, bucket.value);
  context.record({
    ...{ entity: "autoTopUp", entityId: made.id, action: "create" },
    ...{ before: null, after },
  });
  return ok(after);
};

const visible = ({ actor }: Context, reach: Reach): SQL | undefined =>
  reach === "own" ? eq(autoTopUps.owner, actor.customerId ?? "") : undefined;

/** Those by threshold; recurring ones are top-ups of TMF654. */
export const listThresholds = async (
  context: Context,
  bucketId: string,
  reach: Reach,
): Promise<Answered<readonly ShownRule[]>> => {
  const bucket = await findBucket(context, bucketId, reach, "?bucketId");
  if (!bucket.isOk) return bucket;
  const { value } = bucket;
  const rules = await context.tables
    .select()
    .from(autoTopUps)
    .where(
      and(
        eq(autoTopUps.accountId, value.accountId),
        ...[eq(autoTopUps.bucketId, value.bucketId), eq(autoTopUps.kind, "threshold")],
        visible(context, reach),
      ),
    )
    .orderBy(asc(autoTopUps.id))
    .limit(limits.listLimitMax);
  return ok(rules.map((rule) => shownRule(rule, value)));
};

/** It tops up no more; what is under way still arrives. */
export const cancelRule = async (
  context: Context,
  kind: AutoTopUp["kind"],
  id: string,
): Promise<Answered<void>> => {
  const [rule] = await context.tables
    .update(autoTopUps)
    .set({ state: "cancelled" })
    .where(and(eq(autoTopUps.id, id), eq(autoTopUps.kind, kind), eq(autoTopUps.state, "active")))
    .returning();
  if (rule === undefined) return refuse("NOT_FOUND", "there is no such rule, or it has ended");
  context.record({
    ...{ entity: "autoTopUp", entityId: id, action: "update" },
    ...{ before: { state: "active" }, after: { state: "cancelled" } },
  });
  return ok(undefined);
};
