// `npm run chaos`: breaks a whole Tollgate of its own under load, again and again, and proves after
// each fault that it kept its promises. Exit code 0: all were kept; 1: some were not, with the
// command that tries it again; 2: a flag is wrong, or it could not be run; 130: it was interrupted,
// and nothing was broken until then.

import { describeMachine, machineLines } from "../../bench/report/machine.ts";
import { openProgress } from "../../bench/report/progress.ts";
import { wholeFigure } from "../../bench/report/table.ts";
import { writeJson } from "../../bench/report/write-json.ts";
import { findRedisServer } from "../testing/redis-binary.ts";
import type { Fault } from "./faults/fault.ts";
import { createFaults } from "./faults/faults.ts";
import { type ChaosFlags, readChaosFlags } from "./flags.ts";
import type { Round } from "./play-round.ts";
import { chaosTable, type Outcome, remarksOf } from "./report.ts";
import { type Now, runChaos } from "./run-chaos.ts";
import { onOutsideGone, runInOwnMounts } from "./world/own-mounts.ts";

const help = `npm run chaos           breaks a Tollgate of its own under load, proves its promises
  --minutes N           for so long (3)
  --rounds N            so many faults, instead of a time
  --only NAME[,NAME]    these faults only; --list names them
  --seed N              of what is broken when, and of the load (by the time)
  --durability MODE     always (as it is) or everysec
  --accounts N          each with an element that charges it (120)
  --json FILE           everything that was seen
  --list                the faults, and what they do
Exit code 0: all promises kept; 1: some broken; 2: it could not be run;
130: interrupted, and none was broken until then.
`;

const exitCodes = { kept: 0, broken: 1, notRun: 2, interrupted: 130 } as const;
const shownMax = 10;
/** What has not ended in order by then is ended by those who guard it, when we are gone. */
const endMsMax = 10_000;

const print = (text: string) => process.stdout.write(`${text}\n`);

const againOf = ({ seed, durability }: ChaosFlags, fault: string): string =>
  `again: npm run chaos -- --seed ${seed} --only ${fault} --durability ${durability}`;

/** What is broken is said at once. */
const complain = (flags: ChaosFlags, round: Round, broken: readonly string[], logs: string) => {
  const where = round.where === "" ? "" : ` (${round.where})`;
  const lines = [
    `\nbroken by ${round.fault}${where}, held for ${round.heldMs} ms:`,
    ...broken.slice(0, shownMax).map((line) => `  ${line}`),
    ...(broken.length > shownMax ? [`  … ${broken.length - shownMax} more`] : []),
    `  logs: ${logs}`,
    `  ${againOf(flags, round.fault)}`,
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
};

const chosenFaults = ({ only }: ChaosFlags, faults: readonly Fault[]): readonly Fault[] =>
  only.length === 0 ? faults : faults.filter(({ name }) => only.includes(name));

const play = async (flags: ChaosFlags, faults: readonly Fault[], signal: AbortSignal) => {
  const progress = openProgress();
  let brokenRounds = 0;
  let begun = "";
  const onFault = ({ fault, share, rounds, acknowledged }: Now) => {
    if (begun === "") progress.begin(`chaos, seed ${flags.seed}`);
    begun = fault;
    const counts = `${wholeFigure(rounds)} faults, ${wholeFigure(acknowledged)} acknowledged`;
    progress.show(share, `${fault}: ${counts}, ${brokenRounds} broken`);
  };
  const onRound = (round: Round, broken: readonly string[], logs: string) => {
    if (broken.length === 0) return;
    brokenRounds++;
    complain(flags, round, broken, logs);
  };
  const outcome = await runChaos({ ...flags, faults, signal, onFault, onRound });
  progress.end(`${outcome.rounds.length} faults, ${brokenRounds} broke a promise`);
  return { outcome, brokenRounds };
};

const show = (flags: ChaosFlags, outcome: Outcome, names: readonly string[]) => {
  const { seed, durability, accounts } = flags;
  print(`seed ${seed}, append-only file ${durability}, ${wholeFigure(accounts)} accounts\n`);
  print(chaosTable(outcome, names, durability));
  for (const remark of remarksOf(outcome)) print(remark);
};

const run = async (flags: ChaosFlags, faults: readonly Fault[]): Promise<number> => {
  const interrupt = new AbortController();
  const stop = () => {
    if (interrupt.signal.aborted) return;
    interrupt.abort();
    setTimeout(() => process.exit(exitCodes.interrupted), endMsMax);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  onOutsideGone(stop);
  const chosen = chosenFaults(flags, faults);
  const names = faults.map(({ name }) => name);
  const { version } = await findRedisServer();
  const machine = describeMachine({ redisVersion: version, measuredAt: new Date() });
  const { outcome, brokenRounds } = await play(flags, chosen, interrupt.signal);
  for (const line of machineLines(machine)) print(line);
  show(flags, outcome, names);
  if (flags.json !== undefined) await writeJson(flags.json, { machine, flags, ...outcome });
  const [words, code] = resultOf(outcome, brokenRounds, interrupt.signal.aborted);
  print(`\n${words}`);
  return exitCodes[code];
};

const resultOf = (
  { rounds }: Outcome,
  brokenRounds: number,
  isInterrupted: boolean,
): readonly [words: string, code: keyof typeof exitCodes] => {
  if (brokenRounds > 0) return [`${brokenRounds} faults broke a promise.`, "broken"];
  if (isInterrupted) return ["Interrupted.", "interrupted"];
  return rounds.length > 0 ? ["All promises kept.", "kept"] : ["Nothing was tried.", "notRun"];
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return exitCodes.kept;
  }
  const faults = createFaults();
  const names = faults.map(({ name }) => name);
  const flags = readChaosFlags(words, names, Date.now());
  if (!flags.isOk) {
    process.stderr.write(`${flags.error}\n${help}`);
    return exitCodes.notRun;
  }
  if (flags.value.isList) {
    const width = Math.max(...names.map(({ length }) => length));
    for (const { name, does } of faults) print(`${name.padEnd(width)}  ${does}`);
    return exitCodes.kept;
  }
  const code = await runInOwnMounts();
  if (code !== undefined) return code;
  try {
    return await run(flags.value, faults);
  } catch (error) {
    process.stderr.write(`chaos: ${error instanceof Error ? error.message : error}\n`);
    return exitCodes.notRun;
  }
};

// Connections that were given up may keep trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
