// The replay's process: reads a recording once, replays it as often as it is ordered to.

import { askRedis } from "../system/bench-redis.ts";
import { serveOrders } from "../worker/serve-orders.ts";
import { type Recording, readRecording } from "./recording.ts";
import { replay, type Target } from "./replay.ts";

export type RecordOrder = { readonly redisUrl: string; readonly from: string; readonly to: string };

let recording: Recording | undefined;

serveOrders({
  record: async ({ redisUrl, from, to }: RecordOrder) => {
    const redis = await askRedis(redisUrl);
    recording = await readRecording(redis, { from, to });
    redis.disconnect();
    return recording.operations;
  },
  replay: async (target: Target, say) => {
    if (recording === undefined) throw new Error("replay before record");
    return await replay(recording, target, (share) => say(share, "batches replayed"));
  },
});
