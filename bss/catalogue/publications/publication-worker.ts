// Carries publications on until nothing is under way, and looks now and then whether something is.
// Any number of processes may run it.

import { setTimeout as sleep } from "node:timers/promises";
import { systemActor } from "../../context.ts";
import { reasonOf } from "../../db/database-error.ts";
import { limits } from "../../limits.ts";
import type { Log } from "../../log.ts";
import type { Transact } from "../../transact.ts";
import { carryOn, type Step, type TariffSender } from "./carry-on.ts";

export type PublicationWorker = {
  /** What is under way ends first. */
  stop(): Promise<void>;
};

export type PublicationWorkerOptions = {
  readonly transact: Transact;
  readonly engine: TariffSender;
  readonly log: Pick<Log, "warn">;
};

const asker = { actor: systemActor("catalogue"), requestId: "catalogue-publication" };

export const startPublicationWorker = (options: PublicationWorkerOptions): PublicationWorker => {
  const stopping = new AbortController();
  const ended = run(options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};

const run = async (options: PublicationWorkerOptions, stopping: AbortSignal): Promise<void> => {
  while (!stopping.aborted) {
    const step = await takeStep(options);
    if (step === "done") continue;
    await sleep(limits.publicationPollMs, undefined, { signal: stopping }).catch(() => undefined);
  }
};

const takeStep = async ({ engine, log, transact }: PublicationWorkerOptions): Promise<Step> => {
  try {
    const step = await transact(asker, (context) => carryOn(context, engine));
    return step.isOk ? step.value : "waiting";
  } catch (error) {
    log.warn({ err: error }, `a publication cannot go on: ${reasonOf(error)}`);
    return "waiting";
  }
};
