// From what was asked to how it ended: asks the engine what is left to be asked, with no
// transaction open, and writes its answer down. Whoever dies in between leaves the step where it
// was, and the next one asks the same with the same key; two that ask at once get the same answer,
// and one writes it.

import { resultCodeName, resultCodes } from "../../engine/protocol/result-codes.ts";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import type { Answered } from "../http/problem.ts";
import { findOperation } from "../ledger/index.ts";
import { limits } from "../limits.ts";
import type { Asker, Transact } from "../transact.ts";
import type { Action, ActionKind } from "./action-kinds.ts";
import { endedAction, findAction, type HeldAction, saveAction } from "./actions.ts";
import { quantityOf } from "./bucket-terms.ts";
import { findAccount } from "./find-accounts.ts";
import { dropHold, insertHold } from "./holds.ts";
import { askEngine, type EngineMoves, type Movement, type MovementOutcome } from "./movement.ts";
import { deleteStep, findStep, type Step } from "./steps.ts";

export type Settling = { readonly engine: EngineMoves; readonly transact: Transact };

type Ended = Extract<MovementOutcome, { readonly state: "done" | "refused" }>;

/** Whose bucket the answer is about. */
const sourceOf = (movement: Movement): { accountId: string; bucketId: string } =>
  movement.operation === "transfer"
    ? { accountId: movement.fromAccountId, bucketId: movement.fromBucketId }
    : movement;

/** What is left, in the units of the bucket; nothing where it is not known. */
const remainingOf = async (context: Context, movement: Movement, remaining: number | undefined) => {
  const { accountId, bucketId } = sourceOf(movement);
  const account =
    remaining === undefined ? undefined : await findAccount(context, accountId, "all");
  const terms = account?.buckets.find((one) => one.bucketId === bucketId);
  if (terms === undefined || remaining === undefined) return {};
  return { remainingValue: quantityOf(terms, remaining) };
};

const executed = async (
  context: Context,
  { kind, actionId, movement }: Step,
  action: Action,
  ended: Ended,
): Promise<Action> => {
  if (ended.state === "refused") {
    return endedAction(context, action, "failed", { statusReason: ended.code });
  }
  if (kind === "reserve") await insertHold(context, actionId, action, movement);
  const left = await remainingOf(context, movement, ended.remaining);
  return endedAction(context, action, "completed", left);
};

/**
 * Of a reservation that ends, and of a deduction whose rest goes back: when that cannot arrive, the
 * bucket is gone and would have taken it along.
 */
const released = async (
  context: Context,
  { kind, movement }: Step,
  action: Action,
  ended: Ended,
): Promise<Action> => {
  const { id } = (action["reserveBalance"] ?? action) as { readonly id: string };
  await dropHold(context, id);
  const { statusReason: _, ...rest } = action;
  const status = kind === "reserve" ? "cancelled" : "completed";
  const left =
    ended.state === "done"
      ? await remainingOf(context, movement, ended.remaining)
      : { statusReason: ended.code };
  return endedAction(context, rest as Action, status, left);
};

/** Once, whoever comes: the step is the right to it. */
const writeEnd = async (
  context: Context,
  step: Step,
  ended: Ended,
): Promise<Answered<HeldAction>> => {
  const held = await findAction(context, step.kind, step.actionId, "FOR UPDATE");
  if (held === undefined) throw new Error(`${step.kind} ${step.actionId} has a step and is gone`);
  if (!(await deleteStep(context, step.requestId))) return ok(held);
  const write = step.purpose === "execute" ? executed : released;
  const action = await write(context, step, held.action, ended);
  await saveAction(context, step.kind, held.action, action);
  return ok({ ...held, action, revision: held.revision + 1 });
};

/**
 * The engine's answer may be forgotten, so it carries nothing out any more: what is in the ledger
 * was carried out, and what is not there two days later was not.
 */
const askLedger = async (
  { transact }: Settling,
  asker: Asker,
  { movement, requestId, requestedAt }: Step,
): Promise<Ended | undefined> => {
  const { accountId } = sourceOf(movement);
  const { found, now } = await transact.read(asker, async (context) => {
    return { found: await findOperation(context, accountId, requestId), now: context.now };
  });
  if (found === undefined) {
    const isSure = now > requestedAt + limits.balanceLedgerMs;
    return isSure ? { state: "refused", code: "EVENT_TOO_OLD" } : undefined;
  }
  if (movement.operation === "transfer" && found.records < 2) return undefined;
  const { code } = found;
  if (code === resultCodes.SUCCESS.number) return { state: "done", remaining: undefined };
  return { state: "refused", code: resultCodeName(code) ?? String(code) };
};

/** As it ended; undefined: it has not, and somebody has to come again. */
export const settleStep = async (
  settling: Settling,
  asker: Asker,
  step: Step,
): Promise<HeldAction | undefined> => {
  const { movement, requestId, requestedAt } = step;
  const key = { requestId, requestedAt };
  const outcome = await askEngine(settling.engine, movement, key, limits.balanceWaitMsMax);
  const ended = outcome.state === "too-late" ? await askLedger(settling, asker, step) : outcome;
  if (ended === undefined || ended.state === "open") return undefined;
  const written = await settling.transact(asker, (context) => writeEnd(context, step, ended));
  return written.isOk ? written.value : undefined;
};

/**
 * What is left to be asked for the action, if anything is, and nobody has to approve it first. As
 * it is then.
 */
export const settleAction = async (
  settling: Settling,
  asker: Asker,
  kind: ActionKind,
  actionId: string,
): Promise<HeldAction> => {
  const { read } = settling.transact;
  const step = await read(asker, (context) => findStep(context, actionId));
  const isDue = step !== undefined && step.nextAt !== null;
  const ended = isDue ? await settleStep(settling, asker, step) : undefined;
  const held = ended ?? (await read(asker, (context) => findAction(context, kind, actionId)));
  if (held === undefined) throw new Error(`${kind} ${actionId} is committed and not there`);
  return held;
};
