// What may become of an action afterwards: another description, or its end where it can still be
// ended. What was ordered stays what it was: it may have been carried out.

import { isDeepStrictEqual } from "node:util";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { checkRevision } from "../http/etag.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { mergePatch } from "../http/tmf/merge-patch.ts";
import type { Reach } from "../permissions.ts";
import { type Action, type ActionKind, actionKinds } from "./action-kinds.ts";
import { endedAction, findAction, type HeldAction, saveAction } from "./actions.ts";
import { cancelRule } from "./auto-top-ups.ts";
import { releaseReservation } from "./reserve.ts";
import { deleteStep, findStep } from "./steps.ts";

type Amendment = {
  readonly id: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly reach: Reach;
};

/** Foreign ones are not there for who reaches only its own. */
export const holdAction = async (
  context: Context,
  kind: ActionKind,
  { id, headers, reach }: Amendment,
): Promise<Answered<HeldAction>> => {
  const held = await findAction(context, kind, id, "FOR UPDATE");
  if (held === undefined || (reach === "own" && held.owner !== context.actor.customerId)) {
    return refuse("NOT_FOUND", `there is no ${actionKinds[kind].name} ${id}`);
  }
  const fresh = checkRevision(headers, held.revision);
  return fresh.isOk ? ok(held) : fresh;
};

/** `description` and `status: "cancelled"`; anything else has to be as it is. */
export const amendAction = async (
  context: Context,
  kind: ActionKind,
  { patch, ...amendment }: Amendment & { readonly patch: object },
): Promise<Answered<Action>> => {
  const held = await holdAction(context, kind, amendment);
  if (!held.isOk) return held;
  const { action } = held.value;
  const merged = mergePatch(action, patch) as Action;
  const others = Object.keys(patch).filter(
    (name) =>
      !["description", "status"].includes(name) && !isDeepStrictEqual(merged[name], action[name]),
  );
  if (others.length > 0) {
    const detail = "what was ordered stays what it was";
    const errors = others.map((name) => ({ pointer: `/${name}`, detail }));
    return refuse("CONFLICT", `/${others[0]}: ${detail}`, { errors });
  }
  const described = { ...action, description: merged["description"] };
  const isCancelled = merged.status === "cancelled" && action.status !== "cancelled";
  if (!isCancelled && merged.status !== action.status) {
    const errors = [{ pointer: "/status", detail: "only the engine ends it, or a cancellation" }];
    return refuse("CONFLICT", "/status: only the engine ends it, or a cancellation", { errors });
  }
  if (isDeepStrictEqual(merged, action)) return ok(action);
  if (merged["description"] !== action["description"]) {
    await saveAction(context, kind, action, described);
  }
  return isCancelled ? cancelHeld(context, kind, described) : ok(described);
};

/** A record of money stays: what is cancelled can still be read. */
export const cancelAction = async (
  context: Context,
  kind: ActionKind,
  amendment: Amendment,
): Promise<Answered<Action>> => {
  const held = await holdAction(context, kind, amendment);
  return held.isOk ? cancelHeld(context, kind, held.value.action) : held;
};

const cancelHeld = async (
  context: Context,
  kind: ActionKind,
  action: Action,
): Promise<Answered<Action>> => {
  const { status } = action;
  if (status === "cancelled" || status === "failed") return refuse("CONFLICT", `it is ${status}`);
  if (kind === "reserve" && status === "completed") return releaseReservation(context, action);
  if (status === "completed") return refuse("CONFLICT", "it is done: adjust the bucket instead");
  if (kind === "topup" && action["recurringPeriod"] !== undefined) {
    const ended = await cancelRule(context, "recurring", action.id);
    if (!ended.isOk) return ended;
  } else {
    const step = await findStep(context, action.id, "FOR UPDATE");
    if (step === undefined || step.nextAt !== null) {
      return refuse("CONFLICT", "it is under way and may have been carried out");
    }
    await deleteStep(context, step.requestId);
  }
  const { statusReason: _, ...rest } = action as Action & { readonly statusReason?: string };
  const cancelled = endedAction(context, rest as Action, "cancelled", {});
  await saveAction(context, kind, action, cancelled);
  return ok(cancelled);
};
