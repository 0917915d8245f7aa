// What goes on without being asked for: actions that were left under way are ended, reservations
// whose time is over are given back, top-ups that repeat are carried out. Any number of processes
// may do it beside each other.

import { ok } from "../../engine/values/result.ts";
import { systemActor } from "../context.ts";
import { reasonOf } from "../db/database-error.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Asker } from "../transact.ts";
import { findAction } from "./actions.ts";
import { expiredHolds } from "./holds.ts";
import { releaseReservation } from "./reserve.ts";
import { type AutoTopUpTools, runRecurring, runThresholds } from "./run-auto-top-ups.ts";
import { type Settling, settleAction, settleStep } from "./settle-action.ts";
import { takeSteps } from "./steps.ts";

export type BalanceWorkerTools = Settling & AutoTopUpTools & { readonly log: Pick<Log, "warn"> };

const asker: Asker = { actor: systemActor("balances"), requestId: "balances" };

/** How many of what was left over are ended now. */
export const settleLeftovers = async (tools: BalanceWorkerTools): Promise<number> => {
  const taken = await tools.transact(asker, async (context) => ok(await takeSteps(context)));
  const steps = taken.isOk ? taken.value : [];
  const ended = await Promise.all(steps.map((step) => settleStep(tools, asker, step)));
  return ended.filter((one) => one !== undefined).length;
};

/** Who cancels it at the same moment is first or second; once it goes back. */
export const releaseExpired = async (tools: BalanceWorkerTools): Promise<void> => {
  const ids = await tools.transact.read(asker, expiredHolds);
  for (const id of ids) {
    const released = await tools.transact(asker, async (context) => {
      const held = await findAction(context, "reserve", id, "FOR UPDATE");
      if (held === undefined) throw new Error(`the hold ${id} has no reservation`);
      return releaseReservation(context, held.action);
    });
    if (released.isOk) await settleAction(tools, asker, "reserve", id);
  }
};

export const runAutoTopUps = async (tools: BalanceWorkerTools): Promise<void> => {
  const topUps = [...(await runRecurring(tools, asker)), ...(await runThresholds(tools, asker))];
  await Promise.all(topUps.map((id) => settleAction(tools, asker, "topup", id)));
};

export type BalanceWorker = {
  /** What is under way is ended first. */
  stop(): Promise<void>;
};

/** A failure is logged and tried again: nothing of it is lost. */
export const startBalanceWorker = (tools: BalanceWorkerTools): BalanceWorker => {
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let wake = (): void => undefined;
  const pause = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, limits.balanceWorkMs);
    });
  const work = async () => {
    while (!isStopping) {
      try {
        await settleLeftovers(tools);
        await releaseExpired(tools);
        await runAutoTopUps(tools);
      } catch (error) {
        tools.log.warn({ reason: reasonOf(error) }, "balances: what is left over waits");
      }
      if (!isStopping) await pause();
    }
  };
  const working = work();
  return {
    stop: () => {
      isStopping = true;
      clearTimeout(timer);
      wake();
      return working;
    },
  };
};
