// The load client's share: what it does for an update besides sockets.

import type { WireMessage } from "../../engine/protocol/messages.ts";
import { encodeFrame } from "../../engine/protocol/wire.ts";
import { randomFrom } from "../../engine/values/random.ts";
import { beginFrame, newAnswer, readAnswer } from "../client/answers.ts";
import { writeFrame } from "../client/frame-writer.ts";
import { openPopulation, prepareUpdate } from "../client/population.ts";
import { grantAll } from "../traffic/granting.ts";
import { nextSteadyOperation, settleSteady, startSteady } from "../traffic/steady.ts";

export const clientWork = (
  count: number,
  answers: readonly WireMessage[],
): Readonly<Record<string, () => void>> => {
  const steady = startSteady({ accounts: count, seed: 1, epoch: 1_795_000_000 });
  const sessions = Array.from({ length: count }, () => {
    const operation = nextSteadyOperation(steady, 0);
    if (operation === undefined) throw new Error("no session");
    settleSteady(steady, operation.session, grantAll(operation.request));
    return operation.session;
  });
  const population = openPopulation(sessions);
  const random = randomFrom(1);
  const all = Uint32Array.from({ length: count }, (_, number) => number);
  const frame = Buffer.from(encodeFrame(answers));
  const answer = newAnswer();
  return {
    "client: write an update": () => {
      for (let session = 0; session < count; session++) {
        prepareUpdate(population, session, 1_795_000_000_000, random);
      }
      writeFrame(population, all, count);
    },
    "client: read an answer": () => {
      for (let left = beginFrame(frame); left > 0; left--) readAnswer(answer);
    },
  };
};
