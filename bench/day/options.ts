// What `npm run day` was asked for, and whom it plays to: the Tollgate of this folder, unless an
// endpoint is named.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { demoSubscribers } from "../../scripts/seed/accounts.ts";
import { webSocketUrl } from "../../scripts/seed/local-client.ts";
import { tokenFiles } from "../../scripts/supervisor/access-tokens.ts";
import { dataFolderPaths } from "../../scripts/supervisor/data-folder.ts";
import { readSettings } from "../../scripts/supervisor/settings.ts";
import { type Flag, readFlags, whole } from "../flags.ts";
import { subscribersMax } from "../traffic/subscribers.ts";

export type DayOptions = {
  readonly seconds: number;
  readonly accounts: number;
  readonly seed: number | undefined;
  readonly endpoint: string;
  readonly token: string;
  /** A certificate of a Tollgate of our own names the machine as others see it. */
  readonly isLocal: boolean;
};

export type Refused = { readonly text: string; readonly exitCode: 0 | 1 | 2 };

const root = fileURLToPath(new URL("../..", import.meta.url));

const flags: readonly Flag[] = [
  {
    name: "seconds",
    hint: "N",
    meaning: "that the day takes",
    range: whole(1, 86_400),
    fallback: 120,
  },
  {
    name: "accounts",
    hint: "N",
    meaning: "subscribers, from the first on",
    range: whole(1, subscribersMax),
    fallback: demoSubscribers,
  },
  {
    name: "seed",
    hint: "N",
    meaning: "of the traffic; left out: another day each time",
    range: whole(0, Number.MAX_SAFE_INTEGER),
  },
  { name: "endpoint", hint: "URL", meaning: "ws://host:port; left out: the engine of this folder" },
  { name: "token-file", hint: "FILE", meaning: "left out: that of npm start" },
];

const title = "npm run day [-- flags]   plays a compressed day of traffic into a running Tollgate";

export const readDayOptions = (words: readonly string[]): Result<DayOptions, Refused> => {
  const read = readFlags(words, flags, title);
  if (!read.isOk) return err({ text: read.error.text, exitCode: read.error.isHelp ? 0 : 2 });
  const { number, text } = read.value;
  const machine = { root, cores: availableParallelism() };
  const settings = readSettings(process.env, { isReset: false, isSmoke: false }, machine);
  if (!settings.isOk) return err({ text: settings.error.message ?? "", exitCode: 2 });
  const endpoint = text("endpoint") ?? webSocketUrl(settings.value);
  if (!/^wss?:\/\/[^/]/.test(endpoint)) {
    return err({ text: `--endpoint: expected ws://host:port, got "${endpoint}"`, exitCode: 2 });
  }
  const ownFile = tokenFiles(dataFolderPaths(settings.value.dataFolder)).network;
  const token = readToken(text("token-file") ?? ownFile);
  if (!token.isOk) return token;
  return ok({
    seconds: number("seconds"),
    accounts: number("accounts"),
    seed: text("seed") === undefined ? undefined : number("seed"),
    endpoint,
    token: token.value,
    isLocal: text("endpoint") === undefined,
  });
};

const readToken = (file: string): Result<string, Refused> => {
  const refused = (text: string) => err({ text, exitCode: 1 } as const);
  try {
    const token = readFileSync(file, "utf8").trim();
    return /^[\x21-\x7e]+$/.test(token) ? ok(token) : refused(`${file} holds no access token`);
  } catch {
    return refused(`no access token in ${file}; start Tollgate first: npm start`);
  }
};
