// The business side of a run: one process as `npm start` runs it, on free ports, with an API key
// that its first administrator made as anybody would, over the API.

import { spawn } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startGuardian } from "../../scripts/testing/guardian.ts";
import { endProcess } from "../system/end-process.ts";
import { readPort } from "../system/read-port.ts";

export type BusinessProcess = {
  readonly pid: number;
  readonly port: number;
  /** An administrator's. */
  readonly apiKey: string;
  stop(): Promise<void>;
};

export type BusinessPlace = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly engineUrl: string;
  readonly engineToken: string;
  /** Where to put a CPU profile of it. */
  readonly profileFolder?: string | undefined;
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const chosenPassword = "of a bench that is thrown away";
/** More than any bench asks for. */
const requestsPerMinuteMax = 10_000_000;

export const startBusinessProcess = async (place: BusinessPlace): Promise<BusinessProcess> => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-bench-bss-"));
  const guardian = startGuardian(folder);
  const firstPassword = path.join(folder, "first-password");
  // Nothing of a Tollgate that is set up on this machine.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(BSS_|ENGINE_|LOG_|LEDGER_|WEBHOOK_|CLOCK_)/.test(name),
  );
  const { profileFolder } = place;
  const profiling =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profiling, "--import", "tsx", "bss/main.ts"], {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      ...{ BSS_PORT: "0", BSS_OPS_PORT: "0", BSS_FIRST_PASSWORD_FILE: firstPassword },
      PRIVACY_KEYS_FILE: path.join(folder, "privacy-keys.json"),
      ...{ DATABASE_URL: place.databaseUrl, REDIS_URL: place.redisUrl },
      ...{ ENGINE_URL: place.engineUrl, BSS_ENGINE_TOKEN: place.engineToken },
    },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  guardian.guard(child.pid);
  child.once("exit", () => guardian.guard(undefined));
  const stop = async () => {
    await endProcess(child);
    await guardian.release();
  };
  try {
    const port = await readPort(child, "the business side");
    const apiKey = await makeApiKey(port, await readFile(firstPassword, "utf8"));
    return { pid: child.pid ?? 0, port, apiKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const ask = async (port: number, where: string, body: object, token?: string) => {
  const response = await fetch(`http://127.0.0.1:${port}/api/identity/${where}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`/api/identity/${where}: ${response.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
};

const makeApiKey = async (port: number, line: string): Promise<string> => {
  const [, login, password] = /"([^"]+)", one-time password (\S+)/.exec(line) ?? [];
  const first = await ask(port, "session", { login, password });
  const change = { password, newPassword: chosenPassword };
  await ask(port, "me/password", change, first.token);
  const session = await ask(port, "session", { login, password: chosenPassword });
  const made = await ask(
    port,
    "apiKey",
    { name: "bench", roles: ["administrator"], requestsPerMinuteMax },
    session.token,
  );
  return made.key;
};
