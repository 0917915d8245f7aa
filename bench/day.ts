// `npm run day`: plays a compressed day of traffic into the running Tollgate and shows it live.
// Ctrl-C ends the day early, properly; a second one ends it at once.

import { openLiveView, styleFor } from "./day/live-view.ts";
import { readDayOptions } from "./day/options.ts";
import { type Play, playDay, playedMs } from "./day/play.ts";
import { reachEngine } from "./day/reach.ts";
import { summaryLines } from "./day/screen.ts";
import { newTally } from "./day/tally.ts";
import { summarize } from "./histogram.ts";
import { startDay } from "./traffic/day.ts";

const exitInterrupted = 130;
const disconnectedMsMax = 8_000;
const watchMs = 250;

const complain = (line: string): void => {
  process.stderr.write(`day: ${line}\n`);
};

const main = async (): Promise<number> => {
  const options = readDayOptions(process.argv.slice(2));
  if (!options.isOk) {
    const { text, exitCode } = options.error;
    if (exitCode === 0) process.stdout.write(`${text}\n`);
    else complain(text);
    return exitCode;
  }
  const { seconds, accounts } = options.value;
  const reached = await reachEngine(options.value);
  if (!reached.isOk) {
    complain(reached.error);
    return 1;
  }
  const client = reached.value;
  const stopping = new AbortController();
  const onSignal = () => {
    if (stopping.signal.aborted) process.exit(exitInterrupted);
    stopping.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);

  const epoch = Math.floor(Date.now() / 1_000);
  const seed = options.value.seed ?? epoch;
  const day = startDay({ accounts, seed, epoch, midnight: new Date().setHours(0, 0, 0, 0) });
  const startedAt = performance.now();
  const play: Play = { day, tally: newTally(), client, seconds, startedAt, underWay: 0 };
  const view = openLiveView(play, client, stopping.signal, process.stdout);
  const isLost = watchConnection(client.connectionsUp, stopping);
  const isClean = await playDay(play, stopping.signal);
  view.end();
  await client.close();

  const { tally } = play;
  const ending = {
    tally,
    latency: summarize(tally.latencies),
    at: stopping.signal.aborted ? day.endsAt - day.midnight : playedMs(play, performance.now()),
    seconds: (performance.now() - startedAt) / 1_000,
    openSessions: day.openSessions,
  };
  process.stdout.write(`${summaryLines(ending, styleFor(process.stdout)).join("\n")}\n`);
  if (isLost()) complain("the engine went away; what was open there expires by itself");
  else if (!isClean) complain("not every session could be ended; the engine closes them in time");
  return isClean ? 0 : 1;
};

/** Ends the day when no connection came back for a while. */
const watchConnection = (connectionsUp: () => number, stopping: AbortController) => {
  let upAt = performance.now();
  let isLost = false;
  const timer = setInterval(() => {
    if (connectionsUp() > 0) upAt = performance.now();
    if (performance.now() - upAt < disconnectedMsMax || stopping.signal.aborted) return;
    isLost = true;
    stopping.abort();
  }, watchMs);
  timer.unref();
  return () => isLost;
};

process.exitCode = await main();
