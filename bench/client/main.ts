// The load client's process. It does what `bench/run.ts` orders, step by step: fill, open, measure.

import { serveOrders } from "../worker/serve-orders.ts";
import { openConnection } from "./connection.ts";
import { type FillOptions, fillAccounts, type OpenOptions, openSessions } from "./fill.ts";
import { type Lane, openLane } from "./lane.ts";
import { type Load, openLoad, receiveFrame } from "./load.ts";
import { type MeasureOrder, measure } from "./measure.ts";
import { openPopulation } from "./population.ts";

export type FillOrder = Omit<FillOptions, "onProgress">;
export type OpenOrder = Omit<OpenOptions, "onProgress"> & { readonly connections: number };

let load: Load | undefined;

serveOrders({
  fill: async (order: FillOrder, say) => {
    const { accounts } = order;
    const onProgress = (done: number) => say(done / accounts, `${done} of ${accounts}`);
    await fillAccounts({ ...order, onProgress });
  },
  open: async (order: OpenOrder, say) => {
    const { accounts } = order;
    const onProgress = (done: number) => say(done / accounts, `${done} of ${accounts}`);
    load = await connect(order, await openSessions({ ...order, onProgress }));
  },
  measure: async (order: MeasureOrder, say) => {
    if (load === undefined) throw new Error("measure before open");
    return await measure(load, order, (share, opsPerSecond) =>
      say(share, `${Math.round(opsPerSecond).toLocaleString("en")}/s`),
    );
  },
});

async function connect(
  { endpoint, token, connections, seed }: OpenOrder,
  sessions: Parameters<typeof openPopulation>[0],
): Promise<Load> {
  const population = openPopulation(sessions);
  const lanes: Lane[] = [];
  const made = openLoad(population, lanes, seed);
  for (let number = 0; number < connections; number++) {
    const connection = await openConnection({
      endpoint,
      token,
      onFrame: (frame) => receiveFrame(made, lanes[number] as Lane, frame),
      onLost: (reason) => {
        throw new Error(`the engine hung up: ${reason}`);
      },
    });
    lanes.push(
      openLane(connection, { lane: number, lanes: connections, sessions: population.size }),
    );
  }
  return made;
}
