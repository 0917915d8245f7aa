// `npm run balance -- 4915100000000`: asks the running engine what a subscriber has left.

import { exitCodes } from "../exit-codes.ts";
import { alignColumns, bold, print } from "../supervisor/terminal.ts";
import { complain } from "../terminal-text.ts";
import { balanceHelp, readWhoseBalance } from "./balance-options.ts";
import { balanceRows } from "./balance-text.ts";
import { connectAsBusiness } from "./local-client.ts";

/** The exit code. */
const showBalance = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(balanceHelp);
    return exitCodes.good;
  }
  const whose = readWhoseBalance(words);
  if (!whose.isOk) {
    complain("balance", whose.error);
    return exitCodes.usage;
  }
  const connected = connectAsBusiness();
  if (!connected.isOk) {
    complain("balance", connected.error.message);
    return connected.error.exitCode;
  }
  const { client, url } = connected.value;
  const subscriberIdentifier = whose.value;
  const balance = await client.queryBalance({ subscriberIdentifier });
  await client.close();
  if (!balance.isOk && balance.error.code === "UNREACHABLE") {
    complain("balance", `no engine at ${url}; start it: npm start`);
    return exitCodes.failed;
  }
  if (!balance.isOk) {
    const { code, detail } = balance.error;
    complain("balance", `${subscriberIdentifier}: ${code} ${detail}`.trimEnd());
    return exitCodes.failed;
  }
  const { accountId, openSessions } = balance.value;
  print(
    `\n  ${bold(subscriberIdentifier)} on account ${accountId}, ${openSessions} open sessions\n`,
  );
  for (const row of alignColumns(balanceRows(balance.value))) print(`  ${row}`);
  print("");
  return exitCodes.good;
};

process.exitCode = await showBalance(process.argv.slice(2));
