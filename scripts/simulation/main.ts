// `npm run sim`: worlds by seed, on a Redis of their own. Exit code 0: all agree; 1: one does not,
// with the command that plays it again, and a smaller one; 2: a flag is wrong.

import { openProgress, type Progress } from "../../bench/report/progress.ts";
import { renderTable, wholeFigure } from "../../bench/report/table.ts";
import { faults } from "../../engine/simulation/world/faults.ts";
import type { Played } from "../../engine/simulation/world/play.ts";
import { openStore, type Store } from "../../engine/store/connection.ts";
import { startRedis } from "../testing/redis-server.ts";
import { commandOf, readSimulationFlags, type SimulationFlags } from "./flags.ts";
import { playSeed, shrinkSeed } from "./run-seeds.ts";

const help = `npm run sim        engines, network elements and everything that can go wrong, by seed
  --seed N         the first seed (by the time)
  --seeds K        so many of them (1)
  --ops N          requests answered by engines in each, at least (10000)
  --without A,B    faults that do not happen: ${Object.keys(faults).slice(0, 9).join(", ")},
                   ${Object.keys(faults).slice(9).join(", ")}
  --burst N        so many requests in a turn at most
  --turns 0-3,9    these turns only
`;

const exitCodes = { agrees: 0, differs: 1, usage: 2 } as const;
const attemptsMax = 150;
const shrinkMsMax = 90_000;
const disagreementsShown = 3;

type Sums = { seeds: number; operations: number; readonly counts: Map<string, number> };

const run = async (flags: SimulationFlags, store: Store): Promise<number> => {
  const progress = openProgress();
  const sums: Sums = { seeds: 0, operations: 0, counts: new Map() };
  const began = performance.now();
  const tell = () => {
    const perSecond = (1_000 * sums.operations) / (performance.now() - began);
    return `${wholeFigure(sums.operations)} operations, ${wholeFigure(perSecond)}/s`;
  };
  const last = flags.seed + flags.seeds - 1;
  progress.begin(flags.seeds === 1 ? `seed ${last}` : `seeds ${flags.seed} to ${last}`);
  for (let seed = flags.seed; seed <= last; seed++) {
    const one = { ...flags, seed, seeds: 1 };
    const before = sums.operations;
    const onTurn = (operations: number) => {
      sums.operations = before + operations;
      const share = Math.min(1, operations / flags.operations);
      progress.show((sums.seeds + share) / flags.seeds, tell());
    };
    const played = await playSeed(one, { store, onTurn });
    sums.operations = before + played.operations;
    sums.seeds++;
    for (const [what, count] of played.counts) {
      sums.counts.set(what, (sums.counts.get(what) ?? 0) + count);
    }
    if (played.disagreements.length === 0) continue;
    progress.end(`${tell()}; seed ${seed} differs`);
    await showSmaller(one, played, store, progress);
    return exitCodes.differs;
  }
  progress.end(`${tell()}; all agree`);
  process.stdout.write(`${summaryOf(sums.counts)}\n`);
  return exitCodes.agrees;
};

const showSmaller = async (
  flags: SimulationFlags,
  played: Played,
  store: Store,
  progress: Progress,
): Promise<void> => {
  process.stdout.write(`${textOf(played)}\nagain: ${commandOf(flags)}\n\n`);
  progress.begin("shrink");
  const onProgress = ({ turns }: { readonly turns: readonly number[] }, attempts: number) =>
    progress.show(attempts / attemptsMax, `${turns.length} turns`);
  const began = performance.now();
  const isLate = () => performance.now() - began > shrinkMsMax;
  const options = { attemptsMax, isLate, onProgress };
  const smaller = await shrinkSeed(flags, played, { store }, options);
  const { turns } = smaller.flags;
  progress.end(`${turns?.length ?? 0} turns, ${smaller.played.operations} operations`);
  process.stdout.write(`${textOf(smaller.played)}\nagain: ${commandOf(smaller.flags)}\n`);
};

const textOf = ({ disagreements }: Played): string =>
  disagreements.slice(0, disagreementsShown).join("\n");

/** What has happened, so that whoever reads it sees that something did. */
const summaryOf = (counts: ReadonlyMap<string, number>): string => {
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return renderTable([
    ["what happened", "times"],
    ...rows.map(([what, count]) => [what, wholeFigure(count)]),
  ]);
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.agrees;
  }
  const flags = readSimulationFlags(words, Date.now());
  if (!flags.isOk) {
    process.stderr.write(`${flags.error}\n${help}`);
    return exitCodes.usage;
  }
  const redis = await startRedis();
  const interrupt = () => void redis.stop().finally(() => process.exit(130));
  process.once("SIGINT", interrupt);
  const onError = () => undefined;
  const store = await openStore({ url: redis.url, isCluster: false, onError });
  try {
    return await run(flags.value, store);
  } finally {
    process.off("SIGINT", interrupt);
    await store.close();
    await redis.stop();
  }
};

process.exitCode = await main(process.argv.slice(2));
