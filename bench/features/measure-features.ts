// What each feature of charging costs an update: CPU time of Redis and of the engine, on the same
// Redis, the same engine and accounts of their own. The variants take turns, many short ones each,
// so that what else runs on the machine meets all of them alike.

import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../../engine/simulation/direct-engine.ts";
import { median } from "../measurement/median.ts";
import { cpuMicrosOf } from "../redis/cpu.ts";
import { preciseFigure, renderTable } from "../report/table.ts";
import { pidOf, startBenchRedis } from "../system/bench-redis.ts";
import { tariffDocument, type Variant, variants } from "./variants.ts";

export type FeatureFigures = {
  readonly name: string;
  /** Of one update, in microseconds. Of Redis the mean: its clock ticks in 10 ms. */
  readonly redisUs: number;
  /** The median of the turns; with making the request and reading the answer. */
  readonly engineUs: number;
  /** Both together, to the simple update. */
  readonly ratio: number;
};

const accounts = 256;
const amount = 2 ** 52;
const used = 8_000_000;

export const measureFeatures = async (
  turns: number,
  onTurn: (share: number) => void,
): Promise<readonly FeatureFigures[]> => {
  const redis = await startBenchRedis("everysec");
  const engine = await openDirectEngine({ redisUrl: redis.url, now: Date.now });
  try {
    await engine.handle([{ operation: "publishTariff", request: { document: tariffDocument } }]);
    const runs = variants.map((variant, index) => ({ variant, index, sequence: 0 }));
    for (const { variant, index } of runs) await open(engine, variant, index);
    const costs = runs.map(() => ({ redis: [] as number[], engine: [] as number[] }));
    // The first turn warms up.
    for (let turn = -1; turn < turns; turn++) {
      onTurn(Math.max(0, turn) / turns);
      for (const run of runs) {
        const cost = await takeTurn(engine, pidOf(redis.process), run);
        if (turn < 0) continue;
        costs[run.index]!.redis.push(cost.redis);
        costs[run.index]!.engine.push(cost.engine);
      }
    }
    return figuresOf(costs);
  } finally {
    await engine.close();
    await redis.stop();
  }
};

type Costs = readonly { readonly redis: number[]; readonly engine: number[] }[];

const figuresOf = (costs: Costs): readonly FeatureFigures[] => {
  const figures = costs.map((cost, index) => ({
    name: variants[index]!.name,
    redisUs: cost.redis.reduce((sum, one) => sum + one, 0) / cost.redis.length,
    engineUs: median(cost.engine),
  }));
  const sumOf = (one: (typeof figures)[number]) => one.redisUs + one.engineUs;
  return figures.map((one) => ({ ...one, ratio: sumOf(one) / sumOf(figures[0]!) }));
};

const rounds = 40;

/** Every account of the variant sends `rounds` updates, a frame's worth at a time. */
const takeTurn = async (
  engine: DirectEngine,
  redisPid: number,
  run: { readonly variant: Variant; readonly index: number; sequence: number },
) => {
  const redisBefore = cpuMicrosOf(redisPid);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    run.sequence += 1;
    await charge(engine, updates(run.variant, run.index, run.sequence));
  }
  const { user, system } = process.cpuUsage(before);
  const operations = rounds * accounts;
  return {
    redis: (cpuMicrosOf(redisPid) - redisBefore) / operations,
    engine: (user + system) / operations,
  };
};

const nameOf = (index: number, account: number): string => `f${index}-${account}`;

const message = (variant: Variant, name: string, session: number, sequence: number) => ({
  sessionId: `${name}-${session}`,
  sequence,
  subscriberIdentifier: `msisdn-${name}`,
  eventTimestamp: Date.now(),
  multipleUnitUsage: variant.ratingGroups.map((ratingGroup) => ({
    ratingGroup,
    requestedUnit: variant.requestedUnit,
    usedUnit: sequence === 0 ? null : used,
  })),
  serviceInformation: null,
  ...variant.parts,
});

/** Of the first session of each account; the others only hold. */
const updates = (variant: Variant, index: number, sequence: number): readonly AnyRequest[] =>
  Array.from({ length: accounts }, (_, account) => ({
    operation: "update",
    request: message(variant, nameOf(index, account), 0, sequence),
  }));

const open = async (engine: DirectEngine, variant: Variant, index: number): Promise<void> => {
  const names = Array.from({ length: accounts }, (_, account) => nameOf(index, account));
  const { buckets, counters, rules, sessions } = variant;
  const dates = { validFrom: 0, validUntil: Date.UTC(2100, 0) };
  const products = [{ productId: "plan", tariffId: "features", ...dates }];
  await charge(
    engine,
    names.map((accountId) => {
      const who = { accountId, currency: "EUR", subscriberIdentifiers: [`msisdn-${accountId}`] };
      return { operation: "putAccount", request: { ...who, products, buckets, counters, rules } };
    }),
  );
  for (const { bucketId } of buckets) {
    await charge(
      engine,
      names.map((accountId) => {
        return {
          operation: "topUp",
          request: { requestId: bucketId, accountId, bucketId, amount },
        };
      }),
    );
  }
  for (let session = 0; session < sessions; session++) {
    const first = names.map((name) => message(variant, name, session, 0));
    await charge(
      engine,
      first.map((request) => ({ operation: "initiate", request })),
    );
  }
};

/** A refusal would cost less than what is to be measured. */
const charge = async (engine: DirectEngine, requests: readonly AnyRequest[]): Promise<void> => {
  const answers = await engine.handle(requests);
  const refused = answers.find(({ octets }) => octets[2] === refusalNumber);
  if (refused !== undefined) throw new Error(`a refusal: ${refused.octets.toString("latin1")}`);
};

/** Where a frame of one message has the number of its first. */
const refusalNumber = 64;

export const featureTable = (figures: readonly FeatureFigures[]): string =>
  renderTable([
    ["an update with", "Redis µs", "engine µs", "to simple"],
    ...figures.map(({ name, redisUs, engineUs, ratio }) => [
      name,
      preciseFigure(redisUs),
      preciseFigure(engineUs),
      preciseFigure(ratio),
    ]),
  ]);
