// Carries out the top-ups that repeat. What makes each of them one is the transaction: the top-up
// and the rule's counter are written together, by whoever has the rule locked. What was missed
// while nobody ran is made up for, one after the other.

import { and, asc, eq, lte, sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Asker, Transact } from "../transact.ts";
import { endedAction, findAction, saveAction } from "./actions.ts";
import type { AutoTopUp } from "./auto-top-ups.ts";
import { bucketIdOf, quantityOf, usageTypeOf } from "./bucket-terms.ts";
import { dueAt, monthOf } from "./calendar.ts";
import { findBucket } from "./find-accounts.ts";
import type { EngineMoves } from "./movement.ts";
import { orderTopUp } from "./order-top-up.ts";
import { autoTopUps } from "./schema.ts";

export type AutoTopUpTools = {
  readonly engine: Pick<EngineMoves, "queryBalance">;
  readonly transact: Transact;
  /** IANA name of the operator's time zone. */
  readonly timeZone: string;
};

const lockDue = async (
  { tables, now }: Context,
  kind: AutoTopUp["kind"],
): Promise<readonly AutoTopUp[]> =>
  tables
    .select()
    .from(autoTopUps)
    .where(
      and(
        ...[eq(autoTopUps.state, "active"), eq(autoTopUps.kind, kind), lte(autoTopUps.nextAt, now)],
        // The one before is still under way: what it comes to is not to be seen yet.
        sql`NOT EXISTS (SELECT 1 FROM balance_steps s WHERE s.action_id = ${autoTopUps.lastId})`,
      ),
    )
    .orderBy(asc(autoTopUps.nextAt))
    .limit(limits.balanceLeftoversMax)
    .for("update", { of: autoTopUps, skipLocked: true });

/** What the rule is after it has topped up once more, or could not. */
const fire = async (
  context: Context,
  rule: AutoTopUp,
  month: string,
): Promise<Partial<AutoTopUp>> => {
  const bucket = await findBucket(context, bucketIdOf(rule), "all", "/bucket/id");
  if (!bucket.isOk) return { state: "ended" };
  const { terms, account } = bucket.value;
  const referred = rule.kind === "recurring" ? "TopupBalance" : "AutoTopUp";
  const ordered = await orderTopUp(context, {
    reach: "all",
    asked: {
      amount: quantityOf(terms, rule.amount),
      bucket: { id: bucketIdOf(rule) },
      partyAccount: { id: account.accountId },
      usageType: usageTypeOf(terms),
      isAutoTopup: true,
      balanceTopup: { id: rule.id, "@referredType": referred, role: rule.kind },
    },
  });
  if (!ordered.isOk) return { state: "ended" };
  const firedInMonth = rule.month === month ? rule.firedInMonth + 1 : 1;
  return { fired: rule.fired + 1, month, firedInMonth, lastId: ordered.value.id };
};

const isCapped = (rule: AutoTopUp, month: string): boolean =>
  rule.month === month && rule.firedInMonth >= rule.monthlyMax;

const saveRule = (
  { tables }: Context,
  { id }: AutoTopUp,
  changes: Partial<AutoTopUp>,
): Promise<unknown> => tables.update(autoTopUps).set(changes).where(eq(autoTopUps.id, id));

/** The rule's own top-up is completed with its last one. */
const endRecurring = async (context: Context, { id }: AutoTopUp): Promise<void> => {
  const held = await findAction(context, "topup", id, "FOR UPDATE");
  if (held?.action.status !== "created") return;
  const ended = endedAction(context, held.action, "completed", {});
  await saveAction(context, "topup", held.action, ended);
};

/** How many there were: as long as there are some, there may be more. */
export const runRecurring = async (
  { transact, timeZone }: AutoTopUpTools,
  asker: Asker,
): Promise<readonly string[]> => {
  const ran = await transact(asker, async (context) => {
    const topUps: string[] = [];
    for (const rule of await lockDue(context, "recurring")) {
      const after = await fire(context, rule, monthOf(context.now, timeZone));
      if (after.lastId) topUps.push(after.lastId);
      const { period, periodsMax } = rule;
      const fired = after.fired ?? rule.fired;
      const isOver = after.state === "ended" || period === null || fired === periodsMax;
      if (isOver) await endRecurring(context, rule);
      const next = isOver
        ? ({ state: "ended" } as const)
        : { nextAt: dueAt(rule.anchorAt, period, fired, timeZone) };
      await saveRule(context, rule, { ...after, ...next });
    }
    return ok(topUps);
  });
  return ran.isOk ? ran.value : [];
};

/** Taken for one look: another worker comes to them only at the next. */
const takeThresholds = async ({ transact }: AutoTopUpTools, asker: Asker) => {
  const taken = await transact(asker, async (context) => {
    const rules = await lockDue(context, "threshold");
    const nextAt = context.now + limits.autoTopUpLookMs;
    for (const rule of rules) await saveRule(context, rule, { nextAt });
    return ok(rules);
  });
  return taken.isOk ? taken.value : [];
};

/** Undefined where the engine does not say; then it is looked at the next time. */
const remainingOf = async (
  { engine }: AutoTopUpTools,
  { accountId, bucketId }: AutoTopUp,
): Promise<number | undefined> => {
  const subscriberIdentifier = `account-${accountId}`;
  const answer = await engine.queryBalance(
    { subscriberIdentifier },
    { deadlineMs: limits.balanceWaitMsMax },
  );
  if (!answer.isOk) return undefined;
  return answer.value.buckets.find((bucket) => bucket.bucketId === bucketId)?.remaining;
};

/** Only if nobody topped up since it was looked at. */
const fireThreshold = (
  { transact, timeZone }: AutoTopUpTools,
  asker: Asker,
  seen: AutoTopUp,
): Promise<Answered<string | undefined>> =>
  transact(asker, async (context) => {
    const [rule] = await context.tables
      .select()
      .from(autoTopUps)
      .where(eq(autoTopUps.id, seen.id))
      .for("update");
    const month = monthOf(context.now, timeZone);
    const isDue = rule?.state === "active" && rule.fired === seen.fired && !isCapped(rule, month);
    if (rule === undefined || !isDue) return refuse("CONFLICT", "somebody else was here");
    const after = await fire(context, rule, month);
    await saveRule(context, rule, { ...after, nextAt: context.now });
    return ok(after.lastId ?? undefined);
  });

/** The ids of what was topped up. */
export const runThresholds = async (
  tools: AutoTopUpTools,
  asker: Asker,
): Promise<readonly string[]> => {
  const rules = await takeThresholds(tools, asker);
  const looked = rules.map(async (rule) => {
    const remaining = await remainingOf(tools, rule);
    if (remaining === undefined || remaining >= (rule.threshold ?? 0)) return undefined;
    const fired = await fireThreshold(tools, asker, rule);
    return fired.isOk ? fired.value : undefined;
  });
  return (await Promise.all(looked)).filter((id) => id !== undefined);
};
