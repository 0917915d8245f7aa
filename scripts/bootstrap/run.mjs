// Runs a command to its end and keeps what it printed. No command outlives this process: whatever
// ends it, short of SIGKILL, ends them too.

import { spawn } from "node:child_process";

const outputCharactersMax = 200_000;
const running = new Set();

process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/**
 * Never rejects: a command that cannot be started has code null and the reason as its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{
 *   cwd?: string,
 *   environment?: Record<string, string>,
 *   timeoutSeconds?: number,
 *   user?: { uid: number, gid: number },
 *   input?: string,
 * }} options `user` is for root, who may run it as somebody else; `input` is what it reads
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export const run = (
  command,
  args,
  { cwd, environment = {}, timeoutSeconds = 300, user = undefined, input = undefined } = {},
) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      timeout: timeoutSeconds * 1000,
      ...user,
    });
    // One that ends before it has read all says why in its output.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    let output = "";
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString("utf8")).slice(-outputCharactersMax);
    };
    running.add(child);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      running.delete(child);
      resolve({ code: null, output: error.message });
    });
    child.on("close", (code) => {
      running.delete(child);
      resolve({ code, output });
    });
  });

/** npm opens with codes and closes with the name of a log file; the sentence is in between. */
const npmTrimmings =
  /^npm (?:err!|error)(?:$| (?:code|errno|syscall|path|dest)\b)|complete log of this run/i;

/**
 * The line of an output that says best what went wrong: the first that speaks of an error, or the
 * last.
 * @param {string} output
 */
export const lastWords = (output) => {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !npmTrimmings.test(line));
  const telling = lines.find((line) => /^(?:E: |W: Failed|npm err)|\berror: /i.test(line));
  const words = telling ?? lines.at(-1) ?? "it said nothing";
  return words.replace(/^(?:npm (?:err!|error)|[EW]:) *|\.$/gi, "").slice(0, 300);
};
