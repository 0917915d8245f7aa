// Hears that Tollgate is to stop: Ctrl-C, SIGTERM, or the bootstrap being gone. The second Ctrl-C
// means now.

export type StopRequest = {
  readonly signal: AbortSignal;
  readonly requested: Promise<void>;
};

/**
 * npm passes a Ctrl-C on that its child has had already: what follows so closely is the same one.
 */
const sameRequestMilliseconds = 700;

export const listenForStop = (onForce: () => void): StopRequest => {
  const controller = new AbortController();
  let firstAt = 0;
  const requested = new Promise<void>((resolve) => {
    const request = (): void => {
      if (controller.signal.aborted) {
        if (Date.now() - firstAt > sameRequestMilliseconds) onForce();
        return;
      }
      firstAt = Date.now();
      controller.abort();
      resolve();
    };
    process.on("SIGINT", request);
    process.on("SIGTERM", request);
    process.on("SIGHUP", request);
    // Without a bootstrap (killed, or a terminal that closed) nobody would ever stop us.
    process.once("disconnect", () => {
      if (!controller.signal.aborted) request();
    });
  });
  return { signal: controller.signal, requested };
};
