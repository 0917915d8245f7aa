// Disks that can be filled are mounted, and what is mounted must neither be seen by others nor
// outlive the command. So root runs the command once more in a mount namespace of its own, which is
// gone with its last process. Where that cannot be done, the faults that need it are skipped.

import { spawn, spawnSync } from "node:child_process";

const insideVariable = "TOLLGATE_CHAOS_OWN_MOUNTS";

/** Why nothing can be mounted here; undefined: it can. */
export const mountObstacle = (): string | undefined =>
  process.env[insideVariable] === undefined
    ? (whyNotOutside() ?? "needs a mount namespace of its own; npm run chaos makes one")
    : undefined;

const whyNotOutside = (): string | undefined => {
  if (process.platform !== "linux") return "needs mount namespaces of Linux";
  if (process.geteuid?.() !== 0) return "needs root, to mount a small disk";
  const tried = spawnSync("unshare", ["--mount", "--propagation", "private", "true"]);
  return tried.status === 0 ? undefined : "this system allows no mount namespace (unshare)";
};

/** The exit code of the command in its namespace; undefined: go on here, in it or without one. */
export const runInOwnMounts = async (): Promise<number | undefined> => {
  if (process.env[insideVariable] !== undefined || whyNotOutside() !== undefined) return undefined;
  const namespace = ["--mount", "--propagation", "private"];
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn("unshare", [...namespace, ...command], {
    env: { ...process.env, [insideVariable]: "yes" },
    // Over the last one the command hears that we are gone.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, pass);
  return new Promise((resolve) => {
    child.once("error", () => resolve(2));
    // Interrupted so early that nothing was open yet.
    const isInterrupt = (signal: NodeJS.Signals | null) =>
      signal === "SIGINT" || signal === "SIGTERM";
    child.once("exit", (code, signal) => resolve(code ?? (isInterrupt(signal) ? 130 : 2)));
  });
};

/** Calls back when the command that runs this one in its namespace is gone. */
export const onOutsideGone = (callback: () => void): void => {
  if (process.env[insideVariable] === undefined) return;
  process.once("disconnect", callback);
  // The channel alone keeps nothing running.
  process.channel?.unref();
};
