// Makes vouchers in the background, and forgets who guessed long ago; any number of processes may,
// one batch each.

import { ok } from "../../engine/values/result.ts";
import { systemActor } from "../context.ts";
import { reasonOf } from "../db/database-error.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Asker, Transact } from "../transact.ts";
import type { VoucherCipher } from "./batches.ts";
import { forgetGuards } from "./guard.ts";
import { makeVouchers } from "./make-vouchers.ts";

export type VoucherWorker = {
  /** The page that is under way is ended first. */
  stop(): Promise<void>;
};

const asker: Asker = { actor: systemActor("vouchers"), requestId: "vouchers" };

export const startVoucherWorker = (tools: {
  readonly transact: Transact;
  readonly cipher: VoucherCipher;
  readonly log: Pick<Log, "warn">;
}): VoucherWorker => {
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let wake = (): void => undefined;
  const pause = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, limits.voucherWorkMs);
    });
  let forgottenAt = 0;
  const forget = () =>
    tools.transact(asker, async (context) => {
      if (context.now < forgottenAt + limits.voucherGuardsForgottenMs) return ok(undefined);
      forgottenAt = context.now;
      return ok(await forgetGuards(context));
    });
  const work = async () => {
    while (!isStopping) {
      let isBusy = false;
      try {
        isBusy = await makeVouchers(tools.transact, asker, tools.cipher);
        if (!isBusy) await forget();
      } catch (error) {
        tools.log.warn({ reason: reasonOf(error) }, "vouchers: a page is made later");
      }
      if (!isStopping && !isBusy) await pause();
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
