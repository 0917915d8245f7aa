// `npm run balance -- 4915100000000`: asks the running engine what a subscriber has left.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { tokenFiles } from "../supervisor/access-tokens.ts";
import { dataFolderPaths } from "../supervisor/data-folder.ts";
import { readSettings } from "../supervisor/settings.ts";
import { alignColumns, bold, complain, print } from "../supervisor/terminal.ts";
import { balanceRows } from "./balance-text.ts";
import { connectLocally, webSocketUrl } from "./local-client.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Digits alone are an E.164 number; anything else is taken as it stands. */
const identifierOf = (argument: string): string => {
  const digits = argument.replace(/^\+/, "");
  return /^\d{5,15}$/.test(digits) ? `msisdn-${digits}` : argument;
};

/** The exit code. */
const showBalance = async (argument: string | undefined): Promise<number> => {
  if (argument === undefined) {
    complain("whose balance? npm run balance -- 4915100000000");
    return 2;
  }
  const machine = { root, cores: availableParallelism() };
  const settings = readSettings(process.env, { isReset: false, isSmoke: false }, machine);
  if (!settings.isOk) {
    complain(settings.error.message ?? "");
    return settings.error.exitCode;
  }
  const file = tokenFiles(dataFolderPaths(settings.value.dataFolder)).business;
  let token: string;
  try {
    token = readFileSync(file, "utf8").trim();
  } catch {
    complain(`no access token in ${file}; start Tollgate first: npm start`);
    return 1;
  }
  const client = connectLocally(settings.value, token);
  const subscriberIdentifier = identifierOf(argument);
  const balance = await client.queryBalance({ subscriberIdentifier });
  await client.close();
  if (!balance.isOk && balance.error.code === "UNREACHABLE") {
    complain(`no engine at ${webSocketUrl(settings.value)}; start it: npm start`);
    return 1;
  }
  if (!balance.isOk) {
    complain(`${subscriberIdentifier}: ${balance.error.code} ${balance.error.detail}`.trimEnd());
    return 1;
  }
  const { accountId, openSessions } = balance.value;
  print(
    `\n  ${bold(subscriberIdentifier)} on account ${accountId}, ${openSessions} open sessions\n`,
  );
  for (const row of alignColumns(balanceRows(balance.value))) print(`  ${row}`);
  print("");
  return 0;
};

process.exitCode = await showBalance(process.argv[2]);
