// What must be true for traffic to be sent here.

import { limits } from "../limits.ts";
import type { Store } from "../store/connection.ts";
import { scripts } from "../store/scripts.ts";
import type { Check, CheckOutcome } from "./operations-port.ts";

export const readinessChecks = (context: {
  readonly store: Store;
  readonly now: () => number;
  readonly isDraining: () => boolean;
}): readonly Check[] => {
  const { store, now, isDraining } = context;
  return [
    { name: "draining", check: () => outcome(!isDraining(), "takes new sessions", "shuts down") },
    { name: "redis", check: () => checkLink(store) },
    { name: "scripts", check: () => checkScripts(store) },
    { name: "clock", check: () => checkClock(store, now) },
  ];
};

const checkLink = async (store: Store): Promise<CheckOutcome> => {
  const sentAt = performance.now();
  const replies = await attempt(Promise.all(store.nodes().map((node) => node.ping())));
  const ms = (performance.now() - sentAt).toFixed(1);
  return outcome(store.isReady() && replies !== undefined, `answers in ${ms} ms`, "no answer");
};

const checkScripts = async (store: Store): Promise<CheckOutcome> => {
  const shas = Object.values(scripts).map(({ sha }) => sha);
  const known = await attempt(
    Promise.all(store.nodes().map((node) => node.script("EXISTS", ...shas))),
  );
  const isKnown = known?.every((node) => (node as number[]).every((one) => Number(one) === 1));
  return outcome(isKnown === true, `${shas.length} loaded`, "Redis does not know every script");
};

/** Redis' own clock may be moved for a test; what counts is that engines agree. */
const checkClock = async (store: Store, now: () => number): Promise<CheckOutcome> => {
  const times = await attempt(Promise.all(store.nodes().map((node) => node.time())));
  if (times === undefined) return { isOk: false, detail: "unknown: Redis does not answer" };
  const skews = times.map(([s, us]) => Math.abs(Number(s) * 1e3 + Number(us) / 1e3 - now()));
  const skew = Math.max(...skews);
  const detail = `${skew.toFixed(0)} ms between this machine and Redis`;
  return { isOk: skew <= limits.clockSkewMsMax, detail };
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
