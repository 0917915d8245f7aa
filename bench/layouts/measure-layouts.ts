// Runs every candidate on a Redis of its own with the same updates, and holds their balances
// against each other: a candidate that is fast because it charges differently would not count.

import { sendCommands } from "../ceiling/send-commands.ts";
import { askRedis, pidOf, startBenchRedis } from "../system/bench-redis.ts";
import { waitForRewrite } from "../system/snapshot.ts";
import { candidates } from "./candidates.ts";
import { current } from "./current.ts";
import type { Cells, Layout } from "./layout.ts";
import { drawCalls } from "./workload.ts";

export type LayoutFigures = {
  readonly name: string;
  readonly redisCpuUsPerOp: number;
  readonly bytesPerAccount: number;
};

export type LayoutOptions = {
  readonly accounts: number;
  readonly operations: number;
  readonly onBegin: (name: string) => void;
};

export const layouts: readonly Layout[] = [...candidates, current];

const sampleSize = 200;
const seed = 1;

export const measureLayouts = async (options: LayoutOptions): Promise<readonly LayoutFigures[]> => {
  const figures: LayoutFigures[] = [];
  const balances: Cells[][] = [];
  for (const layout of layouts) {
    options.onBegin(layout.name);
    const { cells, ...measured } = await measureLayout(layout, options);
    figures.push(measured);
    balances.push(cells);
  }
  const [expected] = balances;
  for (const [index, cells] of balances.entries()) {
    if (JSON.stringify(cells) === JSON.stringify(expected)) continue;
    throw new Error(`${layouts[index]?.name} charged differently`);
  }
  return figures;
};

const measureLayout = async (layout: Layout, { accounts, operations }: LayoutOptions) => {
  const redis = await startBenchRedis("everysec");
  const questions = await askRedis(redis.url);
  try {
    await layout.prepare(questions, accounts);
    const sample = Array.from({ length: Math.min(sampleSize, accounts) }, (_, account) => account);
    let bytes = 0;
    for (const key of sample.flatMap(layout.keysOf)) {
      bytes += (await questions.memory("USAGE", key)) ?? 0;
    }
    // The same updates for all, whatever the size of a call: a multiple of the largest call.
    const calls = regroup(drawCalls({ accounts, operations, perCall: 64, seed }), layout);
    const commands = calls.map(layout.encode);
    await waitForRewrite(questions);
    const { redisCpuMicros } = await sendCommands({
      commands,
      port: redis.port,
      redisPid: pidOf(redis.process),
      inFlight: layout.inFlight,
      onReply: layout.check,
    });
    const cells: Cells[] = [];
    for (const account of sample) cells.push(await layout.read(questions, account));
    return {
      name: layout.name,
      redisCpuUsPerOp: redisCpuMicros / calls.flat().length,
      bytesPerAccount: Math.round(bytes / sample.length),
      cells,
    };
  } finally {
    questions.disconnect();
    await redis.stop();
  }
};

type Calls = ReturnType<typeof drawCalls>;

const regroup = (calls: Calls, { updatesPerCall }: Layout): Calls =>
  updatesPerCall === 1 ? calls.flat().map((update) => [update]) : calls;
