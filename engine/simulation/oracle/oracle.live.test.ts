// Sessions across switches of tariffs, as the engine debits them and as a reckoning by seconds
// does. `npm run oracle` plays more of them.

import { expect, test } from "vitest";
import { redisOfFile } from "../../../scripts/testing/redis-of-file.ts";
import { playRounds } from "./play-rounds.ts";

const redis = redisOfFile();

const accountsPerRound = 350;
const known = { seed: 1, rounds: [0, 2, 7, 14] };
const fresh = { seed: Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31) };
const round = fresh.seed % 18;
const timeoutMs = 300_000;

const play = async (seed: number, rounds: readonly number[]) => {
  const sums = { sessions: 0, switches: 0 };
  const wrong: string[] = [];
  for await (const result of playRounds({ redisUrl: redis.url, seed, rounds, accountsPerRound })) {
    sums.sessions += result.sessions;
    sums.switches += result.switches;
    wrong.push(...result.disagreements);
  }
  expect(wrong.map((text) => text.split("\n")[0])).toEqual([]);
  return sums;
};

test("debits to the micro what a reckoning by seconds debits", { timeout: timeoutMs }, async () => {
  const { sessions, switches } = await play(known.seed, known.rounds);
  expect(sessions).toBeGreaterThan(1_500);
  expect(switches).toBeGreaterThan(sessions / 3);
});

const title = `so it does in a round that nobody has seen (round ${round}, seed ${fresh.seed})`;
test(title, { timeout: timeoutMs }, async () => {
  await play(fresh.seed, [round]);
});
