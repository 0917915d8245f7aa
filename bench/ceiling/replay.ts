// Sends recorded batches straight to a Redis that is in the state they were recorded from: several
// in flight, nothing else to do. Every reply must be, octet for octet, what was answered then, or
// the replay has not done the same work and says nothing.

import { limits } from "../../engine/limits.ts";
import type { Recording } from "./recording.ts";
import { sendCommands } from "./send-commands.ts";

export type Ceiling = {
  readonly opsPerSecond: number;
  readonly redisCpuUsPerOp: number;
  readonly operations: number;
  readonly batches: number;
};

export type Target = { readonly port: number; readonly redisPid: number };

export const replay = async (
  { commands, replies, operations }: Recording,
  target: Target,
  onProgress: (share: number) => void,
): Promise<Ceiling> => {
  const batches = commands.length;
  const { seconds, redisCpuMicros } = await sendCommands({
    ...target,
    commands,
    inFlight: limits.batchesInFlightPerShardMax,
    onReply: (reply, index) => {
      if (replies[index]?.equals(reply) !== true) {
        throw new Error(`batch ${index + 1} of ${batches} was answered differently`);
      }
      onProgress((index + 1) / batches);
    },
  });
  return {
    opsPerSecond: operations / seconds,
    redisCpuUsPerOp: redisCpuMicros / operations,
    operations,
    batches,
  };
};
