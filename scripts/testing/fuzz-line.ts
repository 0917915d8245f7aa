// A bare TCP connection that speaks just enough WebSocket to send a great many frames cheaply, one
// write for all of a round, and to see how each round ended: answered, or the connection closed.

import { connect, type Socket } from "node:net";
import { readServerMessage } from "../../engine/protocol/messages.ts";
import { decodeFrame } from "../../engine/protocol/wire.ts";
import { upgradeRequest } from "./listener.ts";

export type FuzzLine = {
  /** False once it is closed; a new one has to be opened then. */
  readonly isOpen: () => boolean;
  /** Sends the frames in one write; resolves when `sentinel` is answered or the line is closed. */
  round(frames: readonly Uint8Array[], sentinel: number): Promise<void>;
  destroy(): void;
};

/** What came back over all lines. */
export type FuzzTally = {
  messages: number;
  sentinels: number;
  readonly closes: Map<number, number>;
  /** What no client could read: has to stay empty. */
  readonly unreadable: string[];
};

export const createTally = (): FuzzTally => ({
  messages: 0,
  sentinels: 0,
  closes: new Map(),
  unreadable: [],
});

const textOpcode = 1;
const binaryOpcode = 2;
const closeOpcode = 8;

export const openFuzzLine = async (
  port: number,
  token: string,
  tally: FuzzTally,
): Promise<FuzzLine> => {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  let buffered: Buffer = Buffer.alloc(0);
  let isUpgraded = false;
  let isOpen = true;
  let awaited = 0;
  let settle: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    settle = resolve;
  });

  const receive = (opcode: number, payload: Buffer) => {
    if (opcode === closeOpcode) {
      count(tally.closes, payload.length < 2 ? 0 : payload.readUInt16BE());
      socket.destroy();
    } else if (opcode === binaryOpcode && readReply(payload, awaited, tally)) settle();
    else if (opcode === textOpcode) tally.unreadable.push("a text frame");
  };
  socket.on("data", (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    if (!isUpgraded) {
      const end = buffered.indexOf("\r\n\r\n");
      if (end === -1) return;
      if (!buffered.toString("latin1", 0, 16).startsWith("HTTP/1.1 101")) socket.destroy();
      buffered = buffered.subarray(end + 4);
      isUpgraded = true;
      settle();
    }
    buffered = takeFrames(buffered, receive);
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    isOpen = false;
    settle();
  });
  socket.write(upgradeRequest(token));
  await opened;
  return {
    isOpen: () => isOpen,
    round: (frames, sentinel) => {
      if (!isOpen) return Promise.resolve();
      awaited = sentinel;
      writeFrames(socket, frames);
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
    destroy: () => socket.destroy(),
  };
};

/** True when the answer to `awaited` was among the messages. */
const readReply = (payload: Buffer, awaited: number, tally: FuzzTally): boolean => {
  const frame = decodeFrame(payload);
  if (!frame.isOk) tally.unreadable.push(frame.error.detail);
  let isAnswered = false;
  for (const wire of frame.isOk ? frame.value : []) {
    const message = readServerMessage(wire);
    tally.messages++;
    if (message.kind === "unreadable") tally.unreadable.push(message.detail);
    if (message.correlation !== awaited) continue;
    isAnswered = true;
    tally.sentinels++;
  }
  return isAnswered;
};

const count = (counts: Map<number, number>, key: number) =>
  counts.set(key, (counts.get(key) ?? 0) + 1);

/** Masked, as a client's have to be, with the key 0 that leaves everything as it is. */
const writeFrames = (socket: Socket, frames: readonly Uint8Array[]) => {
  let length = 0;
  for (const frame of frames) length += 14 + frame.length;
  const octets = Buffer.alloc(length);
  let at = 0;
  for (const frame of frames) {
    octets[at++] = 0x80 | binaryOpcode;
    if (frame.length < 126) octets[at++] = 0x80 | frame.length;
    else {
      octets[at++] = 0x80 | 127;
      octets.writeBigUInt64BE(BigInt(frame.length), at);
      at += 8;
    }
    octets.set(frame, at + 4);
    at += 4 + frame.length;
  }
  socket.write(octets.subarray(0, at));
};

/** Hands on every whole frame; what is left belongs to the next one. */
const takeFrames = (
  buffered: Buffer,
  receive: (opcode: number, payload: Buffer) => void,
): Buffer => {
  let at = 0;
  while (buffered.length >= at + 2) {
    let length = buffered[at + 1]! & 0x7f;
    let from = at + 2;
    if (length === 126) {
      if (buffered.length < from + 2) break;
      length = buffered.readUInt16BE(from);
      from += 2;
    } else if (length === 127) {
      if (buffered.length < from + 8) break;
      length = Number(buffered.readBigUInt64BE(from));
      from += 8;
    }
    if (buffered.length < from + length) break;
    receive(buffered[at]! & 0x0f, buffered.subarray(from, from + length));
    at = from + length;
  }
  return buffered.subarray(at);
};
