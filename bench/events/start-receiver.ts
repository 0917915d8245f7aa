// The subscriber of the bench, started and asked.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type BenchReceiver = {
  readonly url: string;
  received(): Promise<number>;
  stop(): void;
};

export const startReceiver = async (): Promise<BenchReceiver> => {
  const program = fileURLToPath(new URL("receiver.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<number> => Number((await lines.next()).value);
  const port = await line();
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received: () => {
      child.stdin.write("\n");
      return line();
    },
    stop: () => void child.kill(),
  };
};
