// A progress bar on a terminal; nothing where the output goes to a file.

import cliProgress from "cli-progress";

export type Progress = { readonly show: (done: number) => void; readonly end: () => void };

/** The bar appears with the first step, so that what is done at once stays silent. */
export const createProgress = (title: string, total: number): Progress => {
  if (process.stdout.isTTY !== true) return { show: () => undefined, end: () => undefined };
  const bar = new cliProgress.SingleBar(
    {
      format: `  · ${title} {bar} {value}/{total}`,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stdout,
    },
    cliProgress.Presets.shades_classic,
  );
  let isStarted = false;
  return {
    show: (done) => {
      if (!isStarted) bar.start(total, 0);
      isStarted = true;
      bar.update(done);
    },
    end: () => {
      if (isStarted) bar.stop();
    },
  };
};
