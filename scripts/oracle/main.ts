// `npm run oracle`: sessions across switches of tariffs, through a real engine on a Redis of its
// own and through a reckoning by seconds. Exit code 0: all agree; 1: some do not, with the command
// that plays the first of them again; 2: a flag is wrong.

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openProgress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import { playRounds, sessionsPerAccount } from "../../engine/simulation/oracle/play-rounds.ts";
import { startRedis } from "../testing/redis-server.ts";
import { type OracleFlags, readOracleFlags } from "./flags.ts";

const help = `npm run oracle                sessions across switches of tariffs, second by second
  --sessions N   at least so many, in whole rounds of some hundred (10000)
  --seed N       of what is dealt (by the time)
  --round N      this round only
`;

const exitCodes = { agrees: 0, differs: 1, usage: 2 } as const;
const accountsPerRound = 500;
const disagreementsShown = 5;

const roundsOf = ({ sessions, round }: OracleFlags): readonly number[] => {
  if (round !== undefined) return [round];
  const count = Math.ceil(sessions / (accountsPerRound * sessionsPerAccount));
  return Array.from({ length: count }, (_, index) => index);
};

const play = async (flags: OracleFlags, redisUrl: string): Promise<number> => {
  const { seed } = flags;
  const rounds = roundsOf(flags);
  const progress = openProgress();
  const sums = { rounds: 0, sessions: 0, messages: 0, seconds: 0, switches: 0 };
  let wrong = 0;
  const tell = () =>
    `${wholeFigure(sums.sessions)} sessions, ${wholeFigure(sums.messages)} messages, ` +
    `${wholeFigure(sums.seconds)} s of use, ${wholeFigure(sums.switches)} switches`;
  progress.begin(`seed ${seed}`);
  for await (const one of playRounds({ redisUrl, seed, rounds, accountsPerRound })) {
    sums.rounds++;
    sums.sessions += one.sessions;
    sums.messages += one.messages;
    sums.seconds += one.seconds;
    sums.switches += one.switches;
    if (wrong === 0 && one.disagreements.length > 0) showFirst(seed, one.round, one.disagreements);
    wrong += one.disagreements.length;
    progress.show(sums.rounds / rounds.length, tell());
  }
  progress.end(`${tell()}; ${wrong === 0 ? "all agree" : `${wholeFigure(wrong)} differ`}`);
  return wrong === 0 ? exitCodes.agrees : exitCodes.differs;
};

const showFirst = (seed: number, round: number, disagreements: readonly string[]) => {
  const file = path.join(tmpdir(), `tollgate-oracle-${seed}-${round}.txt`);
  writeFileSync(file, disagreements.join("\n"));
  const shown = disagreements.slice(0, disagreementsShown).map((text) => text.split("\n")[0]);
  process.stdout.write(`\n${shown.join("\n")}\nin full: ${file}\n`);
  process.stdout.write(`again: npm run oracle -- --seed ${seed} --round ${round}\n`);
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.agrees;
  }
  const flags = readOracleFlags(words, Date.now());
  if (!flags.isOk) {
    process.stderr.write(`${flags.error}\n${help}`);
    return exitCodes.usage;
  }
  const redis = await startRedis();
  const interrupt = () => void redis.stop().finally(() => process.exit(130));
  process.once("SIGINT", interrupt);
  try {
    return await play(flags.value, redis.url);
  } finally {
    process.off("SIGINT", interrupt);
    await redis.stop();
  }
};

process.exitCode = await main(process.argv.slice(2));
