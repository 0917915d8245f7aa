// What a run is doing right now: a bar on a terminal, plain lines in a log file. It writes to
// standard error, so that the table on standard output can be piped.

import { SingleBar } from "cli-progress";

export type Progress = {
  /** A stage begins; the one before is over. */
  begin(stage: string): void;
  /** How far the stage is (0 to 1), and a few words of what it sees. */
  show(share: number, detail: string): void;
  /** The stage is over, with its outcome in a few words. */
  end(outcome: string): void;
};

/** In a log file a stage in the middle says something this often. */
const logIntervalMs = 10_000;

export const openProgress = (stream: NodeJS.WriteStream = process.stderr): Progress =>
  stream.isTTY ? openBar(stream) : openLines(stream, logIntervalMs);

const openBar = (stream: NodeJS.WriteStream): Progress => {
  let stageShown = "";
  const bar = new SingleBar({
    stream,
    format: "  {stage} {bar} {percentage} % {detail}",
    barCompleteChar: "━",
    barIncompleteChar: "┄",
    barsize: 24,
    clearOnComplete: true,
    // The cursor stays: a run that is killed must not leave a terminal without one.
    hideCursor: null,
    fps: 10,
  });
  return {
    begin: (stage) => {
      bar.stop();
      stageShown = stage;
      bar.start(100, 0, { stage, detail: "" });
    },
    show: (share, detail) => bar.update(percentOf(share), { detail }),
    end: (outcome) => {
      bar.stop();
      stream.write(`  ${stageShown}: ${outcome}\n`);
    },
  };
};

export const openLines = (stream: NodeJS.WritableStream, intervalMs: number): Progress => {
  let stageShown = "";
  let lastShownAt = 0;
  return {
    begin: (stage) => {
      stageShown = stage;
      lastShownAt = performance.now();
      stream.write(`${stage} …\n`);
    },
    show: (share, detail) => {
      if (performance.now() - lastShownAt < intervalMs) return;
      lastShownAt = performance.now();
      stream.write(`${stageShown} ${percentOf(share)} % ${detail}\n`);
    },
    end: (outcome) => {
      stream.write(`${stageShown}: ${outcome}\n`);
    },
  };
};

function percentOf(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}
