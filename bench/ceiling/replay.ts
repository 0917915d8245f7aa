// Sends recorded batches straight to a Redis that is in the state they were recorded from: several
// in flight, nothing else to do. Every reply must be, octet for octet, what was answered then, or
// the replay has not done the same work and says nothing.

import { connect } from "node:net";
import { cpuMicrosOf } from "../redis/cpu.ts";
import type { Recording } from "./recording.ts";
import { createReplyReader } from "./resp.ts";

export type Ceiling = {
  readonly opsPerSecond: number;
  readonly redisCpuUsPerOp: number;
  readonly operations: number;
  readonly batches: number;
};

export type Target = { readonly port: number; readonly redisPid: number };

/** As many as an engine may have (engine/limits.ts). */
export const batchesInFlight = 4;

export const replay = (
  { commands, replies, operations }: Recording,
  { port, redisPid }: Target,
  onProgress: (share: number) => void,
): Promise<Ceiling> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let sent = 0;
    let received = 0;
    let startedAt = 0;
    let cpuBefore = 0;

    const sendNext = () => {
      const command = commands[sent];
      if (command === undefined) return;
      sent += 1;
      socket.write(command);
    };
    const finish = () => {
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpu = cpuMicrosOf(redisPid) - cpuBefore;
      socket.destroy();
      resolve({
        opsPerSecond: operations / seconds,
        redisCpuUsPerOp: cpu / operations,
        operations,
        batches: commands.length,
      });
    };
    const reader = createReplyReader((reply) => {
      if (replies[received]?.equals(reply) !== true) {
        throw new Error(`batch ${received + 1} of ${commands.length} was answered differently`);
      }
      received += 1;
      onProgress(received / commands.length);
      if (received === commands.length) finish();
      else sendNext();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("Redis hung up during the replay")));
    socket.on("data", (chunk: Buffer) => {
      try {
        reader.receive(chunk);
      } catch (error) {
        socket.destroy();
        reject(error as Error);
      }
    });
    socket.on("connect", () => {
      cpuBefore = cpuMicrosOf(redisPid);
      startedAt = performance.now();
      for (let i = 0; i < batchesInFlight; i++) sendNext();
    });
  });
