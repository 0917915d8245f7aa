// A peer without a client library: sends whatever octets it is given over a real WebSocket, and
// keeps what comes back frame by frame.

import { WebSocket } from "ws";
import { authorizationHeader } from "../../engine/protocol/handshake.ts";
import { requestMessage, type WireMessage } from "../../engine/protocol/messages.ts";
import {
  type OperationName,
  type RequestOf,
  refusalNumber,
  subprotocol,
} from "../../engine/protocol/operations.ts";
import { resultCodeName } from "../../engine/protocol/result-codes.ts";
import { decodeFrame, encodeFrame } from "../../engine/protocol/wire.ts";
import { networkToken } from "./engine.ts";

export type RawPeer = {
  readonly socket: WebSocket;
  /** The messages of every frame that came, in order. */
  readonly frames: (readonly WireMessage[])[];
  readonly ended: Promise<{ readonly code: number; readonly reason: string }>;
  send(octets: Uint8Array): void;
  /** In one frame; resolves with the answers by correlation, in the order of the requests. */
  ask(...messages: readonly WireMessage[]): Promise<readonly WireMessage[]>;
  /** The next notice that has not been taken yet: its code and detail. */
  notice(): Promise<readonly [code: string, detail: string]>;
  close(): Promise<unknown>;
};

const answerSecondsMax = 10;

/** What came over a socket and was not taken yet, and who waits for it. */
type Inbox = {
  readonly frames: (readonly WireMessage[])[];
  readonly answers: Map<number, WireMessage>;
  readonly notices: WireMessage[];
  readonly watchers: Set<() => void>;
  /** Why nothing more is to be expected. */
  problem: string;
};

export const openRawPeer = async (
  { port }: { readonly port: number },
  token = networkToken,
): Promise<RawPeer> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, subprotocol, {
    headers: { authorization: authorizationHeader(token) },
    perMessageDeflate: false,
  });
  const { inbox, ended } = collect(socket);
  await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("error", () => undefined);
  return {
    socket,
    frames: inbox.frames,
    ended,
    send: (octets) => socket.send(octets),
    ask: (...messages) => {
      socket.send(encodeFrame(messages));
      return waitFor(inbox, "answers", () => takeAnswers(inbox, messages));
    },
    notice: () =>
      waitFor(inbox, "notice", () => {
        const message = inbox.notices.shift();
        return message && ([nameOf(message[2]), String(message[3])] as const);
      }),
    close: () => {
      socket.close();
      return ended;
    },
  };
};

const collect = (socket: WebSocket) => {
  const frames: (readonly WireMessage[])[] = [];
  const inbox: Inbox = {
    frames,
    answers: new Map(),
    notices: [],
    watchers: new Set(),
    problem: "",
  };
  socket.on("message", (data: Buffer) => {
    const frame = decodeFrame(data);
    if (!frame.isOk) inbox.problem = `the engine sent what is no frame: ${frame.error.detail}`;
    const messages = (frame.isOk ? frame.value : []) as readonly WireMessage[];
    frames.push(messages);
    for (const message of messages) {
      if (message[1] === 0) inbox.notices.push(message);
      else inbox.answers.set(message[1] as number, message);
    }
    for (const watch of inbox.watchers) watch();
  });
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => {
      inbox.problem ||= `closed with ${code} ${reason}`;
      for (const watch of inbox.watchers) watch();
      resolve({ code, reason: reason.toString() });
    });
  });
  return { inbox, ended };
};

const takeAnswers = ({ answers }: Inbox, messages: readonly WireMessage[]) => {
  const correlations = messages.map((message) => message[1] as number);
  if (!correlations.every((correlation) => answers.has(correlation))) return undefined;
  const taken = correlations.map((correlation) => answers.get(correlation)!);
  for (const correlation of correlations) answers.delete(correlation);
  return taken;
};

/** What `find` finds, as soon as it does. */
const waitFor = <T>(inbox: Inbox, what: string, find: () => T | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    const watch = () => {
      const found = find();
      if (found === undefined && inbox.problem === "") return;
      inbox.watchers.delete(watch);
      clearTimeout(timer);
      if (found === undefined) reject(new Error(`no ${what}: ${inbox.problem}`));
      else resolve(found);
    };
    const timer = setTimeout(() => {
      inbox.problem ||= `nothing for ${answerSecondsMax} s`;
      watch();
    }, answerSecondsMax * 1_000);
    inbox.watchers.add(watch);
    watch();
  });

const nameOf = (number: unknown): string => resultCodeName(number as number) ?? String(number);

let lastCorrelation = 0;

/** A request as it goes over the wire, with a correlation of its own. */
export const wireOf = <N extends OperationName>(operation: N, request: RequestOf<N>) => {
  lastCorrelation = (lastCorrelation % 0xffff_fffe) + 1;
  return requestMessage(operation, lastCorrelation, request);
};

/** The result code of an answer: SUCCESS, or why it was refused. */
export const resultOf = (message: WireMessage): string =>
  message[0] === refusalNumber ? nameOf(message[2]) : "SUCCESS";
