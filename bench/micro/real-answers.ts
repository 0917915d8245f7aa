// Answers as Redis gives them: updates on a throw-away Redis, through the engine's own script.

import { readReply } from "../../engine/cdr/batch-reply.ts";
import type { WireMessage } from "../../engine/protocol/messages.ts";
import { answerOf } from "../../engine/server/answer-of.ts";
import type { Task } from "../../engine/store/task.ts";
import { sendCommands } from "../ceiling/send-commands.ts";
import { current, updateTask } from "../layouts/current.ts";
import { drawCalls } from "../layouts/workload.ts";
import { askRedis, pidOf, startBenchRedis } from "../system/bench-redis.ts";
import { ratingGroupOf } from "./fixture.ts";

export type RealAnswers = {
  readonly tasks: readonly Task[];
  /** Of the batch's reply, one for each task. */
  readonly answers: readonly Buffer[];
  readonly wires: readonly WireMessage[];
};

export const realAnswers = async (count: number): Promise<RealAnswers> => {
  const redis = await startBenchRedis("everysec");
  const questions = await askRedis(redis.url);
  try {
    await current.prepare(questions, count);
    const [updates = []] = drawCalls({
      accounts: count,
      operations: count,
      perCall: count,
      seed: 1,
    });
    const answers: Buffer[] = [];
    await sendCommands({
      commands: [current.encode(updates)],
      port: redis.port,
      redisPid: pidOf(redis.process),
      inFlight: 1,
      onReply: (reply) => {
        // The buffer is the socket's.
        for (const { answer } of readReply(Buffer.from(reply))) answers.push(answer);
      },
    });
    const tasks = updates.map(updateTask);
    const wires = tasks.map((task, index) => answerOf(task, answers[index]!, ratingGroupOf));
    return { tasks, answers, wires };
  } finally {
    questions.disconnect();
    await redis.stop();
  }
};
