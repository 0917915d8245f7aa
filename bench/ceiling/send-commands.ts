// Sends commands straight to Redis over one socket, a number of them in flight, and takes the time
// and the CPU time of Redis from the first to the last. Replies are bulk strings.

import { connect } from "node:net";
import { cpuMicrosOf } from "../redis/cpu.ts";
import { createReplyReader } from "./resp.ts";

export type Sending = {
  readonly commands: readonly Buffer[];
  readonly port: number;
  readonly redisPid: number;
  readonly inFlight: number;
  /** `reply` is valid during the call only. Throws when it is not what it should be. */
  readonly onReply: (reply: Buffer, index: number) => void;
};

export type Sent = { readonly seconds: number; readonly redisCpuMicros: number };

export const sendCommands = (sending: Sending): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const { commands, port, redisPid, inFlight, onReply } = sending;
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
      const redisCpuMicros = cpuMicrosOf(redisPid) - cpuBefore;
      socket.destroy();
      resolve({ seconds, redisCpuMicros });
    };
    const reader = createReplyReader((reply) => {
      onReply(reply, received);
      received += 1;
      if (received === commands.length) finish();
      else sendNext();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("Redis hung up")));
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
      // One write each is what an engine does; the first ones may leave together.
      socket.cork();
      for (let i = 0; i < inFlight; i++) sendNext();
      socket.uncork();
    });
  });
