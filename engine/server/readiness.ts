// What must be true for traffic to be sent here.

import { limits } from "../limits.ts";
import type { Clock } from "../store/clock.ts";
import type { Store } from "../store/connection.ts";
import { library } from "../store/scripts.ts";
import type { Check, CheckOutcome } from "./operations-port.ts";

export const readinessChecks = (context: {
  readonly store: Store;
  readonly clock: Pick<Clock, "machineNow" | "problem">;
  readonly isDraining: () => boolean;
}): readonly Check[] => {
  const { store, clock, isDraining } = context;
  return [
    { name: "draining", check: () => outcome(!isDraining(), "takes new sessions", "shuts down") },
    { name: "redis", check: () => checkLink(store) },
    { name: "scripts", check: () => checkScripts(store) },
    { name: "clock", check: () => checkClock(store, clock) },
  ];
};

const checkLink = async (store: Store): Promise<CheckOutcome> => {
  const sentAt = performance.now();
  const replies = await attempt(Promise.all(store.nodes().map((node) => node.ping())));
  const ms = (performance.now() - sentAt).toFixed(1);
  return outcome(store.isReady() && replies !== undefined, `answers in ${ms} ms`, "no answer");
};

const checkScripts = async (store: Store): Promise<CheckOutcome> => {
  const lists = await attempt(
    Promise.all(
      store
        .nodes()
        .map((node) => node.function("LIST", "LIBRARYNAME", library.name) as Promise<unknown[]>),
    ),
  );
  const isKnown = lists?.every((list) => list.length === 1) === true;
  return outcome(isKnown, `${library.name} is loaded`, "Redis does not know the Lua library");
};

/**
 * Redis' own clock may be moved for a test; what counts is that engines agree: the machines' clocks
 * with each other, and how far the installation's time is ahead of them.
 */
export const checkClock = async (
  store: Store,
  clock: Pick<Clock, "machineNow" | "problem">,
): Promise<CheckOutcome> => {
  const unknown = { isOk: false, detail: "unknown: Redis does not answer" };
  const times = await attempt(Promise.all(store.nodes().map((node) => node.time())));
  if (times === undefined) return unknown;
  const now = clock.machineNow();
  const skews = times.map(([s, us]) => Math.abs(Number(s) * 1e3 + Number(us) / 1e3 - now));
  const skew = Math.max(...skews);
  const read = await attempt(clock.problem().then((problem) => ({ problem })));
  if (read === undefined) return unknown;
  const detail = read.problem ?? `${skew.toFixed(0)} ms between this machine and Redis`;
  return { isOk: read.problem === undefined && skew <= limits.clockSkewMsMax, detail };
};

const outcome = (isOk: boolean, good: string, bad: string): CheckOutcome => ({
  isOk,
  detail: isOk ? good : bad,
});

const attempt = <T>(promise: Promise<T>): Promise<T | undefined> => {
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), limits.readinessMsMax).unref();
  });
  return Promise.race([promise.catch(() => undefined), late]);
};
