// Turns of a world as they stand in a command: `0-3,9,40-41`.

import { err, ok, type Result } from "../../values/result.ts";

export const turnsToText = (turns: readonly number[]): string => {
  const parts: string[] = [];
  for (let i = 0; i < turns.length; ) {
    let last = i;
    while (turns[last + 1] === turns[last]! + 1) last++;
    parts.push(last === i ? `${turns[i]}` : `${turns[i]}-${turns[last]}`);
    i = last + 1;
  }
  return parts.join(",");
};

/** In rising order, as they are played. */
export const textToTurns = (text: string): Result<readonly number[], string> => {
  const turns: number[] = [];
  for (const part of text.split(",")) {
    const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    const isRising = from !== undefined && Number(from) > (turns.at(-1) ?? -1);
    if (!isRising || Number(to) < Number(from)) {
      return err(`expected turns in rising order, as 0-3,9, got ${text}`);
    }
    for (let turn = Number(from); turn <= Number(to); turn++) turns.push(turn);
  }
  return ok(turns);
};
