// What all routes of the business side are made with, over the database and the Redis of a file of
// tests: nothing of it stands in for anything.

import { onTestFinished } from "vitest";
import { identifierKeyOf } from "../../bss/balances/index.ts";
import { type Clock, openClock, openStoredClock } from "../../bss/clock/index.ts";
import type { Database } from "../../bss/db/connection.ts";
import type { EngineConnection } from "../../bss/engine-connection.ts";
import { callbackPolicy } from "../../bss/events/index.ts";
import { createIdentity } from "../../bss/identity/index.ts";
import { createCipher, keyRingOf, newKeys } from "../../bss/privacy/index.ts";
import type { RouteParts } from "../../bss/routes.ts";
import type { Transact } from "../../bss/transact.ts";

/** Not movable; ended with the test, or by whoever is given as `onEnd`. */
export const openClockOfTest = async (
  database: Database,
  redisUrl: string,
  onEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<Clock> => {
  const onError = () => undefined;
  const clock = await openClock({
    stored: openStoredClock({ url: redisUrl, isCluster: false, onError }),
    ...{ database, isMovable: false, machineNow: Date.now, onFault: onError },
  });
  if (!clock.isOk) throw new Error(clock.error);
  onEnd(() => clock.value.stop());
  return clock.value;
};

export const partsOfTest = (
  { database, transact }: { readonly database: Database; readonly transact: Transact },
  { clock, engine }: { readonly clock: Clock; readonly engine: EngineConnection["engine"] },
): RouteParts => {
  const cipher = createCipher(keyRingOf(newKeys()));
  const publicUrl = "http://127.0.0.1:7700";
  const ticks = () => performance.now();
  return {
    ...{ clock, cipher },
    identity: createIdentity({ database, transact, cipher, publicUrl, ticks }),
    balances: {
      ...{ engine, transact, identifierKey: identifierKeyOf(cipher) },
      adjustAloneMicrosMax: 100_000_000,
    },
    webhooks: { policy: callbackPolicy(false, []), cipher },
  };
};
