// What the engine's code costs for one message, piece by piece, and what the load client costs
// beside it: messages of the bench in frames and batches of 64, as at saturation.

import { Bench } from "tinybench";
import { fingerprint } from "../../engine/protocol/fingerprint.ts";
import { readRequest, type WireMessage } from "../../engine/protocol/messages.ts";
import { decodeFrame, encodeFrame } from "../../engine/protocol/wire.ts";
import { answerOf } from "../../engine/server/answer-of.ts";
import { taskOf } from "../../engine/server/task-of.ts";
import { batchBytesMax } from "../../engine/store/batch-bytes-max.ts";
import { createBatchWriter } from "../../engine/store/batch-writer.ts";
import { type KeptPlan, recallPlan } from "../../engine/store/plan-bytes.ts";
import { clientWork } from "./client-work.ts";
import {
  benchEntry,
  nobody,
  ratingGroupOf,
  tariffs,
  tariffVersion,
  taskFor,
  updateMessages,
  updateRequest,
} from "./fixture.ts";
import { realAnswers } from "./real-answers.ts";

export type CodeFigures = {
  readonly name: string;
  /** Nanoseconds a message, the median. */
  readonly nanoseconds: number;
};

const perFrame = 64;

export const measureCode = async (seconds: number): Promise<readonly CodeFigures[]> => {
  const bench = new Bench({ time: seconds * 1_000, warmupTime: seconds * 300 });
  for (const [name, work] of Object.entries(await pieces())) bench.add(name, work);
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (!("latency" in result)) throw new Error(`${name} was not measured`);
    return { name, nanoseconds: Math.round((result.latency.p50 * 1e6) / perFrame) };
  });
};

type Work = () => void;

/** Each handles 64 messages. */
const pieces = async (): Promise<Readonly<Record<string, Work>>> => {
  const now = Date.now();
  const messages = updateMessages(perFrame, now);
  const { tasks, answers, wires } = await realAnswers(perFrame);
  const entries = messages.map((_, number) => benchEntry(number));
  const batch = entries.map((entry, number) =>
    taskFor(entry, "update", updateRequest(number, 7, now), now),
  );
  const frame = encodeFrame(messages);
  const write = createBatchWriter(0);
  const into = Buffer.allocUnsafeSlow(batchBytesMax);
  const catalogue = tariffs();
  const forget: KeptPlan[] = [];
  const recall =
    (isKept: boolean): Work =>
    () => {
      for (const { plans, profile } of entries) {
        forget.length = 0;
        recallPlan(isKept ? plans : forget, profile, catalogue, 20, tariffVersion, now, null, "");
      }
    };
  return {
    "decode a frame": () => void decodeFrame(frame),
    "check the message": () => messages.forEach(readRequest),
    fingerprint: () => messages.forEach(fingerprintOf),
    "message to task": () => {
      for (const message of messages) taskOf(readTask(message), nobody, now);
    },
    "recall a plan": recall(true),
    "make a plan": recall(false),
    "write into the batch": () => void write(batch, { tariffs: catalogue, now, into }),
    "build the answer": () => {
      for (let i = 0; i < perFrame; i++) answerOf(tasks[i]!, answers[i]!, ratingGroupOf);
    },
    "encode a frame of answers": () => void encodeFrame(wires),
    ...clientWork(perFrame, wires),
  };
};

const fingerprintOf = (message: WireMessage): number => fingerprint(message, 2);

const readTask = (message: WireMessage) => {
  const request = readRequest(message);
  if (request.operation !== "update") throw new Error("not an update");
  return request;
};
