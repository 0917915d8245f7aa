// Round after round on one Redis, which must be nobody else's: each begins on an empty one, with an
// engine of its own, at another moment.

import { openStore } from "../../store/connection.ts";
import { openDirectEngine } from "../direct-engine.ts";
import { playRound, type RoundResult } from "./play-round.ts";

export type RoundsOptions = {
  readonly redisUrl: string;
  readonly seed: number;
  readonly rounds: readonly number[];
  readonly accountsPerRound: number;
};

/** Sessions of an account are one or two, so that a counter and a bucket go on into the next. */
export const sessionsPerAccount = 1.5;

export async function* playRounds(options: RoundsOptions) {
  for (const round of options.rounds) yield { round, ...(await playOn(options, round)) };
}

const playOn = async (
  { redisUrl, seed, accountsPerRound: accounts }: RoundsOptions,
  round: number,
): Promise<RoundResult> => {
  const store = await openStore({ url: redisUrl, isCluster: false, onError: () => undefined });
  await store.call("FLUSHALL");
  await store.close();
  const clock = { now: 0 };
  const engine = await openDirectEngine({ redisUrl, now: () => clock.now });
  try {
    return await playRound({ engine, clock, seed, round, accounts });
  } finally {
    await engine.close();
  }
};
