// Balances for a file of live tests: the doors over a real engine, which a test may end and start
// again on its port, with accounts that it opens.

import {
  type AccountToOpen,
  type BalanceRouteTools,
  balanceRoutes,
  identifierKeyOf,
  openAccounts,
} from "../../bss/balances/index.ts";
import { systemActor } from "../../bss/context.ts";
import { openEngineConnection } from "../../bss/engine-connection.ts";
import type { Route } from "../../bss/http/route.ts";
import { createCipher, keyRingOf, newKeys } from "../../bss/privacy/index.ts";
import { type Doors, openDoors } from "./doors-of-test.ts";
import { businessToken, createCleanUp, endpointOf, startEngineHere } from "./engine.ts";
import type { RedisOfFile } from "./redis-of-file.ts";
import { accountOf, answered, tariffDocument } from "./subscribers.ts";

export const asker = { actor: systemActor("test"), requestId: "test" };

const identifierKey = identifierKeyOf(createCipher(keyRingOf(newKeys())));

export type BalancesOfTest = {
  readonly doors: Doors;
  readonly tools: BalanceRouteTools;
  /** May be moved on; engine and doors both go by it. */
  readonly clock: { now: number };
  /** With 100 EUR in `main` and 1,000 octets in `allowance`, unless `opening` says otherwise. */
  open(accountId: string, owner?: string, changes?: Partial<AccountToOpen>): Promise<void>;
  /** Of a bucket, as the engine says it. */
  remaining(accountId: string, bucketId?: string): Promise<number>;
  stopEngine(): Promise<void>;
  startEngine(): Promise<void>;
  close(): Promise<void>;
};

const silent = { info: () => undefined, warn: () => undefined };

export const balancesOfTest = async (
  redis: RedisOfFile,
  databaseUrl: string,
  options: {
    readonly adjustAloneMicrosMax?: number;
    readonly routes?: (tools: BalanceRouteTools) => readonly Route[];
  } = {},
): Promise<BalancesOfTest> => {
  const clock = { now: Date.now() };
  const cleanUp = createCleanUp();
  const start = (port = 0) =>
    startEngineHere({ redisUrl: redis.url, listener: "ws", now: () => clock.now, port });
  let engine = await start();
  cleanUp.add({ stop: () => engine.stop() });
  const url = endpointOf(engine);
  const connection = cleanUp.add(openEngineConnection({ url, token: businessToken, log: silent }));
  answered(await connection.engine.publishTariff({ document: tariffDocument() }));
  const toolsOf = ({ transact }: Pick<Doors, "transact">): BalanceRouteTools => ({
    ...{ engine: connection.engine, transact, identifierKey },
    adjustAloneMicrosMax: options.adjustAloneMicrosMax,
  });
  const doors = await openDoors(
    databaseUrl,
    (given) => [...balanceRoutes(toolsOf(given)), ...(options.routes?.(toolsOf(given)) ?? [])],
    { now: () => clock.now, onEnd: (close) => void cleanUp.add({ close }) },
  );
  const tools = toolsOf(doors);
  return {
    ...{ doors, tools, clock },
    open: async (accountId, owner, changes = {}) => {
      const opening = [
        { bucketId: "main", amount: 100_000_000 },
        { bucketId: "allowance", amount: 1_000 },
      ];
      const account = { profile: accountOf(accountId), owner, opening, ...changes };
      const opened = await openAccounts(tools, asker, [account]);
      const refusal = opened.isOk ? opened.value[0]?.refusal : opened.error;
      if (refusal !== undefined) throw new Error(refusal.detail);
    },
    remaining: async (accountId, bucketId = "main") => {
      const subscriberIdentifier = `account-${accountId}`;
      const balance = answered(await connection.engine.queryBalance({ subscriberIdentifier }));
      return (
        balance.buckets.find((bucket) => bucket.bucketId === bucketId)?.remaining ?? Number.NaN
      );
    },
    stopEngine: () => engine.stop(),
    startEngine: async () => {
      const { port } = engine;
      await engine.stop();
      engine = await start(port);
    },
    close: () => cleanUp.run(),
  };
};
